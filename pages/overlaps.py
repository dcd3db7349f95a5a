"""Overlaps: the reading room, opened with how like each other the clauses are."""

from policy_index.ui.room import show_room
from policy_index.ui.room_view import Layout
from policy_index.ui.visit import visit

show_room(visit().pack, layout=Layout.ALIKE)
