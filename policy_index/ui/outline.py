"""The policy as a picture and as an outline: what a person looks around in."""

from collections.abc import Collection, Mapping
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from policy_index.document import Clause, Group
from policy_index.lanes import KIND_NAMES, Lane, lane_of, lane_of_group
from policy_index.lookup import LONGEST_QUERY, find_clauses
from policy_index.palette import ALIKE, LANE_COLORS, NEUTRAL
from policy_index.parser import bundled_policy
from policy_index.plots.policy import group_title, plot_policy_treemap
from policy_index.tables import position
from policy_index.ui.announce import announce
from policy_index.ui.charts import ReadyFigure, show_chart
from policy_index.ui.links import Block, Tag, link, show_block, tag


def show_jump_box(clause: Clause | None) -> None:
    """Show a box that leads to a clause by its words, typing errors forgiven; it is emptied where a `clause` is reached."""
    here = clause.id if clause else ""
    if st.session_state.get("jumped to") != here:
        st.session_state.update({"jumped to": here, "jump": ""})
    typed = st.text_input(
        "Jump to a clause",
        key="jump",
        type="search",
        live="250ms",
        max_chars=LONGEST_QUERY,
        placeholder="A word, a category or a number, such as weapons or 5.1; typing errors are forgiven",
    )
    found = find_clauses(typed) if typed and typed.strip() else None
    announce("" if found is None else f"{len(found)} clauses found", key="jump")
    if found is None:
        return
    if found:
        show_block(Block.of(tag("ul", *(tag("li", *_clause_link(clause)) for clause in found))), key="jump found")
    else:
        st.info(
            "No clause has such words. This box compares spelling; the playground compares meaning.",
            icon=":material/search_off:",
        )


def show_treemap(*, lanes: Collection[Lane], group: Group | None, scores: Mapping[str, float] | None) -> None:
    """Draw the policy as a treemap; a click on a category opens it, a click on a clause opens its page."""

    def open_tile() -> None:
        points = st.session_state["treemap"]["selection"]["points"]
        tile = str(points[0].get("id", "")) if points else ""
        groups = {f"group:{each.id}": each.id for each in bundled_policy().groups}
        asked = {name: each for name, each in st.query_params.to_dict().items() if name not in ("category", "clause")}
        if tile in {each.id for each in bundled_policy()}:
            asked["clause"] = tile
        elif tile in groups and (group is None or groups[tile] != group.id):
            asked["category"] = groups[tile]
        if tile:  # of the opened category's own head, its section or the whole nothing is left: one step back
            st.query_params.from_dict(asked)  # at once: each change would be an entry in the browser's history

    show_chart(
        _treemap(tuple(sorted(lanes)), group.id if group else None)
        if scores is None
        else plot_policy_treemap(bundled_policy(), lanes=lanes, group_id=group.id if group else None, scores=scores),
        key="treemap",
        name="usage-policies-categories",
        on_select=open_tile,
        alt="Treemap of the policy: sections, categories and clauses; the area of each is its number of clauses. "
        "The outline beside it holds the same, with links.",
    )


def show_legend(*, scores: Mapping[str, float] | None) -> None:
    """Say what the colours and the areas of the treemap mean."""
    if scores is None:
        chips = [
            tag("span", lane.value, class_="upe-chip", style={"--lane": color}) for lane, color in LANE_COLORS.items()
        ]
        size = (
            "Area: number of clauses. Colour: what a clause does to you; a category has the colour of its first rule."
        )
    else:
        chips = [
            tag("span", words, class_="upe-chip", style={"--lane": color})
            for words, color in {"Similarity 0": NEUTRAL, "Similarity 1": ALIKE}.items()
        ]
        size = "Area: number of clauses. Colour: similarity to your text; a category shows its most similar clause."
    show_block(Block.of(tag("p", size, class_="upe-soft"), tag("div", *chips, class_="upe-key")), key="legend")


def show_outline(*, lanes: Collection[Lane], group: Group | None, scores: Mapping[str, float] | None) -> None:
    """Show the same as the treemap as nested lists with links, with the similarities where a text was checked."""
    chosen = group.id if group else None
    block = _outline(tuple(sorted(lanes)), chosen) if scores is None else _make_outline(lanes, chosen, scores)
    show_block(block, key="outline")


def _make_outline(lanes: Collection[Lane], chosen: str | None, scores: Mapping[str, float] | None) -> Block:
    policy = bundled_policy()
    parts: list[Tag] = []
    if chosen is not None:
        parts.append(tag("p", link("categories", "← All categories and sections")))
    sections: list[Tag] = []
    for section in policy.sections:
        groups = [each for each in policy.groups if each.section == section.title and chosen in (None, each.id)]
        items = [
            item for each in groups for item in [_group_item(each, lanes, scores, is_open=chosen is not None)] if item
        ]
        if len(items) > 1:
            head = tag("summary", tag("strong", section.title), tag("small", f" · {len(items)} parts"))
            items = [tag("li", tag("details", head, tag("ul", *items), open=""))]
        sections += items
    return Block.of(tag("nav", *parts, tag("ul", *sections), aria_label="Outline of the policy"))


def _group_item(
    group: Group, lanes: Collection[Lane], scores: Mapping[str, float] | None, *, is_open: bool
) -> Tag | None:
    clauses = [clause for clause in group.clauses if lane_of(clause) in lanes]
    if not clauses:
        return None
    count = "1 clause" if len(clauses) == 1 else f"{len(clauses)} clauses"
    best = "" if scores is None else f", up to {max(scores[clause.id] for clause in clauses):.2f}"
    rows = [
        tag("li", *_clause_link(clause), *([] if scores is None else [f" · similarity {scores[clause.id]:.2f}"]))
        for clause in clauses
    ]
    head = tag(
        "summary",
        tag("span", group_title(group), class_="upe-chip", style={"--lane": LANE_COLORS[lane_of_group(group)]}),
        tag("small", f" · {count}{best}"),
    )
    opened = {"open": ""} if is_open else {}
    more = [] if is_open else [tag("li", link("categories", f"Open {group_title(group)} alone", category=group.id))]
    return tag("li", tag("details", head, tag("ul", *rows, *more), **opened))


def _clause_link(clause: Clause) -> list[str | Tag]:
    return [
        link("categories", clause.text, clause=clause.id),
        tag("small", f" {position(clause)}, {KIND_NAMES[clause.kind].lower()}"),
    ]


@lru_cache(maxsize=256)
def _treemap(lanes: tuple[Lane, ...], group_id: str | None) -> go.Figure:
    return ReadyFigure(plot_policy_treemap(bundled_policy(), lanes=lanes, group_id=group_id))


@lru_cache(maxsize=256)
def _outline(lanes: tuple[Lane, ...], chosen: str | None) -> Block:
    return _make_outline(lanes, chosen, None)
