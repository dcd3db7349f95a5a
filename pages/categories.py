"""Categories: the policy as a picture and as a list; a click opens a category with all its clauses."""

import streamlit as st

from policy_index.errors import UnknownClauseError
from policy_index.parser import bundled_policy
from policy_index.plots.policy import plot_policy_treemap
from policy_index.ui.clauses import show_clause

policy = bundled_policy()
groups = {group.id: group for group in policy.groups}


def open_clause(clause_id: str) -> None:
    st.query_params["clause"] = clause_id


def open_tile() -> None:
    points = st.session_state["treemap"]["selection"]["points"]
    tile = str(points[0].get("id", "")) if points else ""
    group = groups.get(tile.removeprefix("group:"))
    if group is not None:
        open_clause(group.clauses[0].id)
    elif tile and tile != "policy":
        open_clause(tile)


def open_group() -> None:
    open_clause(groups[st.session_state["group"]].clauses[0].id)


asked = st.query_params.get("clause", policy.categories[0].id)
try:
    chosen = policy.clause(asked)
except UnknownClauseError as error:
    st.error(f"{error} Showing the first category instead.", icon=":material/error:")
    chosen = policy.categories[0].heading
group = policy.group_of(chosen.id)
st.session_state["group"] = group.id

picture, reading = st.columns([7, 5], gap="large")
with picture:
    st.plotly_chart(
        plot_policy_treemap(policy),
        key="treemap",
        on_select=open_tile,
        selection_mode="points",
        config={"displayModeBar": False},
        alt="Treemap of the policy: its categories and sections, sized by their number of clauses. The list beside it holds the same.",
    )
with reading:
    st.selectbox(
        "Category or section",
        list(groups),
        format_func=lambda name: groups[name].name,
        key="group",
        on_change=open_group,
    )
    st.caption(f"{group.section} · {len(group.clauses)} clauses")
    for clause in group.clauses:
        show_clause(clause, chosen=clause is chosen)
