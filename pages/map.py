"""Map: the clauses in two dimensions, our examples on demand, and the checked text among them."""

import streamlit as st

from policy_index.parser import bundled_policy
from policy_index.ui.checked import checked_similarities, checked_text
from policy_index.ui.map import show_legend, show_map, show_nearest, show_table, show_what_it_distorts

scores = checked_similarities()
names = {group.id: group.name for group in bundled_policy().groups}

st.markdown(
    "Each point is a clause; points close to each other mostly speak of similar things. A click opens the clause."
)
groups = st.multiselect(
    "Show our examples for",
    list(names),
    format_func=lambda group_id: names[group_id],
    key="examples",
    bind="query-params",
    placeholder="Choose categories; each small dot is an example that we wrote",
)
show_map(groups=groups, scores=scores)
show_legend()
if scores is None:
    st.caption("Check a text in the playground, and it appears here among the clauses.")
else:
    show_nearest(checked_text(), scores)
show_what_it_distorts()
show_table()
