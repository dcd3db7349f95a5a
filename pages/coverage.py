"""Coverage: the reading room, opened with what a suite of prompts touches, which clauses none touches, and what it tests twice."""

from policy_index.ui.room import show_room
from policy_index.ui.room_view import By
from policy_index.ui.visit import visit

show_room(visit().pack, by=By.PROMPTS)
