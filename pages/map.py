"""Map: the reading room, opened with the clauses in two dimensions."""

from policy_index.ui.room import show_room
from policy_index.ui.room_view import Layout
from policy_index.ui.visit import visit

show_room(visit().pack, layout=Layout.MAP)
