"""Overlaps: where two clauses of the policy speak of nearly the same thing."""

import streamlit as st

from policy_index.ui.chosen import group_names
from policy_index.ui.likeness import likenesses, show_why_none
from policy_index.ui.overlaps import WORTH_A_LOOK, pages_of, pairs_to_read, show_heatmap, show_pairs
from policy_index.ui.visit import visit
from policy_index.words import counted

pack = visit().pack
landscape = likenesses(pack)

st.markdown(
    "Where two clauses are close, a text that touches one seems to touch the other, and it is open which one applies: "
    "read both. Closeness is the cosine of their embeddings (lists of numbers that stand for meaning), 1 for the same; that "
    "reading two close clauses as ambiguous is ours."
)
if landscape is None:
    show_why_none(pack)
else:
    names = group_names(pack)
    reading, picture = st.columns(2, gap="large")
    with reading:
        st.header("Pairs, side by side")
        within = st.toggle("Also pairs within one category", key="within", bind="query-params")
        informing = st.toggle("Also explanations and statements", key="informing", bind="query-params")
        group_id = st.selectbox(
            "Only pairs with a clause of",
            list(names),
            index=None,
            format_func=lambda each: names[each],
            key="of",
            bind="query-params",
            placeholder="Any category or section",
        )
        pairs = pairs_to_read(landscape, across_only=not within, binding_only=not informing, group_id=group_id)
        if pairs:
            page = st.pagination(
                pages_of(pairs), key=f"page {pack.spec} {within} {informing} {group_id}", max_visible_pages=5
            )
            st.caption(
                f"{counted(len(pairs), 'pair')} with a similarity of {WORTH_A_LOOK:.2f} or more, the most alike first"
            )
            show_pairs(pack, pairs, page=page)
        else:
            st.info("No pair of clauses is that close here.", icon=":material/search_off:")
    with picture:
        st.header("Every two clauses")
        show_heatmap(pack, landscape)
