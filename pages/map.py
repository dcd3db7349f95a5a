"""Map: the clauses in two dimensions, our examples on demand, and the checked text among them."""

import streamlit as st

from policy_index.ui.chosen import group_names
from policy_index.ui.likeness import likenesses, show_why_none
from policy_index.ui.map import show_legend, show_map, show_nearest, show_table, show_what_it_distorts
from policy_index.ui.visit import visit

pack = visit().pack
landscape = likenesses(pack)

st.markdown(
    "Each point is a clause; points close to each other mostly speak of similar things. A click opens the clause."
)
if landscape is None:
    show_why_none(pack)
    show_legend(pack)
else:
    scores = visit().checked_scores()
    names = group_names(pack, with_examples=True)
    groups = (
        st.multiselect(
            "Show our examples for",
            list(names),
            format_func=lambda group_id: names[group_id],
            key="examples",
            bind="query-params",
            placeholder="Choose categories; each small dot is an example that we wrote",
        )
        if names
        else []
    )
    show_map(pack, landscape, groups=groups, scores=scores)
    show_legend(pack)
    if scores is None:
        st.caption("Check a text in the playground, and it appears here among the clauses.")
    else:
        show_nearest(visit().text, landscape, scores)
    show_what_it_distorts(landscape)
show_table(pack, landscape)
