"""Overlaps: where two clauses of the policy speak of nearly the same thing."""

import streamlit as st

from policy_index.parser import bundled_policy
from policy_index.ui.overlaps import pages_of, pairs_to_read, show_heatmap, show_pairs

names = {group.id: group.name for group in bundled_policy().groups}

st.markdown(
    "Where two clauses are close, a text that touches one seems to touch the other, and it is open which one applies: "
    "read both. Closeness is the cosine of their embeddings (lists of numbers that stand for meaning), 1 for the same; that "
    "reading two close clauses as ambiguous is ours."
)
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
    pairs = pairs_to_read(across_only=not within, binding_only=not informing, group_id=group_id)
    if pairs:
        page = st.pagination(pages_of(pairs), key=f"page {within} {informing} {group_id}", max_visible_pages=5)
        st.caption(f"{len(pairs)} pairs with a similarity of 0.40 or more, the most alike first")
        show_pairs(pairs, page=page)
    else:
        st.info("No pair of clauses is that close here.", icon=":material/search_off:")
with picture:
    st.header("Every two clauses")
    show_heatmap()
