"""Categories: the policy as a picture and an outline; `?category=<id>` opens a category, `?clause=<id>` a clause's page."""

import streamlit as st

from policy_index.policy.lanes import Lane
from policy_index.records.tables import clause_rows
from policy_index.ui.charts import file_name, show_download
from policy_index.ui.chosen import chosen_clause, chosen_group
from policy_index.ui.clause_page import show_clause_page
from policy_index.ui.outline import show_jump_box, show_legend, show_outline, show_treemap
from policy_index.ui.visit import visit

pack = visit().pack
clause = chosen_clause(pack)
show_jump_box(pack, clause)

if clause is not None:
    show_clause_page(pack, clause)
else:
    group = chosen_group(pack)
    scores = visit().checked_scores()
    lanes = st.pills(
        "Kinds of clauses to show",
        list(Lane),
        selection_mode="multi",
        default=list(Lane),
        key="kinds",
        wrap=True,
        bind="query-params",
    )
    if scores is not None and not st.toggle("Colour by similarity to the text that I checked", key="by_text"):
        scores = None
    if not lanes:
        st.info("No kind of clause is chosen: choose at least one.", icon=":material/filter_alt_off:")
    else:
        picture, outline = st.columns([7, 5], gap="large")
        with picture:
            show_treemap(pack, lanes=lanes, group=group, scores=scores)
            show_legend(scores=scores)
            show_download(
                lambda: clause_rows(pack.policy, pack.policy.clauses, scores),
                key="csv",
                name=file_name(pack, "clauses"),
                what="Clauses",
            )
        with outline:
            show_outline(pack, lanes=lanes, group=group, scores=scores)
