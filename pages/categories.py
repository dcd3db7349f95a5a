"""Categories: `?clause=<id>` is a clause's own page; without it the reading room, `?category=<id>` opened at a category."""

import streamlit as st

from policy_index.ui.clause_page import show_clause_page
from policy_index.ui.finder import show_finder
from policy_index.ui.room import show_room
from policy_index.ui.visit import visit

pack = visit().pack
asked = st.query_params.get("clause")
if asked in pack.policy.columns:
    show_finder(pack)
    show_clause_page(pack, pack.policy.clause(asked))
else:
    show_room(pack)
