"""Read: the policy as a document, and one picture of its clauses beside it; `?clause=<id>` chooses a clause in both."""

from policy_index.ui.room import show_room
from policy_index.ui.visit import visit

show_room(visit().pack)
