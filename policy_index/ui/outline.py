"""The policy as a picture and as an outline: what a person looks around in."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from policy_index.plots.palette import ALIKE, LANE_COLORS, NEUTRAL
from policy_index.plots.policy import plot_policy_treemap
from policy_index.policy.contents import Heading, contents_of
from policy_index.policy.document import Clause, Group
from policy_index.policy.lanes import KIND_NAMES, Lane
from policy_index.policy.lookup import LONGEST_QUERY, lookup_of
from policy_index.policy.pack import PolicyPack
from policy_index.ui.announce import announce
from policy_index.ui.cards import clause_item, lead_ins
from policy_index.ui.charts import ReadyFigure, file_name, show_chart
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.ui.visit import note, visit
from policy_index.words import counted

_WITH_CLAUSES = 600
"""Clauses up to which the outline of a whole policy holds them all; of a longer one its groups lead to theirs."""

_MOST_CLAUSES = 500
"""Clauses of one group that are listed."""

Scores = Mapping[str, float] | None
"""Similarity of the checked text to each clause, by its id; None where they are not shown."""


def show_jump_box(pack: PolicyPack, clause: Clause | None) -> None:
    """Show a box that leads to a clause by its words, typing errors forgiven; it is emptied where a `clause` is reached."""
    here = clause.id if clause else ""
    if visit().jumped_to != here:
        note(jumped_to=here)
        st.session_state["jump"] = ""
    typed = st.text_input(
        "Jump to a clause",
        key="jump",
        type="search",
        live="250ms",
        max_chars=LONGEST_QUERY,
        placeholder="A word, a category or a number, such as weapons or 5.1; typing errors are forgiven",
    )
    found = lookup_of(pack).clauses(typed) if typed and typed.strip() else None
    announce("" if found is None else f"{counted(len(found), 'clause')} found", key="jump")
    if found is None:
        return
    if found:
        show_block(Block.of(tag("ul", *(_clause_line(each) for each in found))), key="jump found")
    else:
        st.info(
            "No clause has such words. This box compares spelling; the playground compares meaning.",
            icon=":material/search_off:",
        )


def show_treemap(pack: PolicyPack, *, lanes: Collection[Lane], group: Group | None, scores: Scores) -> None:
    """Draw the policy as a treemap; a click on a category opens it, a click on a clause opens its page."""

    def open_tile() -> None:
        points = st.session_state["treemap"]["selection"]["points"]
        tile = str(points[0].get("id", "")) if points else ""
        groups = {f"group:{each.id}": each.id for each in pack.policy.groups}
        asked = {name: each for name, each in st.query_params.to_dict().items() if name not in ("category", "clause")}
        if tile in pack.policy.columns:
            asked["clause"] = tile
        elif tile in groups and (group is None or groups[tile] != group.id):
            asked["category"] = groups[tile]
        if tile:  # of the opened category's own head, its section or the whole nothing is left: one step back
            st.query_params.from_dict(asked)  # at once: each change would be an entry in the browser's history

    show_chart(
        _treemap(pack, tuple(sorted(lanes)), group.id if group else None)
        if scores is None
        else plot_policy_treemap(pack, lanes=lanes, group_id=group.id if group else None, scores=scores),
        key="treemap",
        name=file_name(pack, "categories"),
        on_select=open_tile,
        alt=f"Treemap of the policy’s {counted(len(pack.policy.clauses), 'clause')} under their headings; "
        "the area of each tile is its number of clauses. The outline beside it holds the same, with links.",
    )


def show_legend(*, scores: Scores) -> None:
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


def show_outline(pack: PolicyPack, *, lanes: Collection[Lane], group: Group | None, scores: Scores) -> None:
    """Show the same as the treemap as nested lists with links, with the similarities where a text was checked."""
    chosen = group.id if group else None
    shown = tuple(sorted(lanes))
    show_block(
        _outline(pack, shown, chosen) if scores is None else _make_outline(pack, shown, chosen, scores), key="outline"
    )


def _make_outline(pack: PolicyPack, lanes: Sequence[Lane], chosen: str | None, scores: Scores) -> Block:
    if chosen is not None:
        (group,) = (each for each in pack.policy.groups if each.id == chosen)
        back = tag("p", link("categories", "← All categories and sections"))
        items = _group_items(pack, [group], lanes, scores, is_open=True)
        return Block.of(tag("nav", back, tag("ul", *items), aria_label="Outline of the policy"))
    headings = [_heading_items(pack, each, lanes, scores) for each in contents_of(pack.policy)]
    return Block.of(
        tag("nav", tag("ul", *(item for items in headings for item in items)), aria_label="Outline of the policy")
    )


def _heading_items(pack: PolicyPack, heading: Heading, lanes: Sequence[Lane], scores: Scores) -> list[Tag]:
    """Return a heading as one item that opens; one with a single group is that group."""
    items = _group_items(pack, heading.groups, lanes, scores, is_open=False)
    inside = [item for each in heading.inside for item in _heading_items(pack, each, lanes, scores)]
    if not inside and len(items) < 2:  # noqa: PLR2004  # a list of one
        return items
    parts = [*items, *inside]
    head = tag("summary", tag("strong", heading.title), tag("small", f" · {counted(len(parts), 'part')}"))
    return [tag("li", tag("details", head, tag("ul", *parts), open=""))]


def _group_items(
    pack: PolicyPack, groups: Sequence[Group], lanes: Sequence[Lane], scores: Scores, *, is_open: bool
) -> list[Tag]:
    items = []
    for group in groups:
        clauses = [clause for clause in group.clauses if pack.lane_of(clause) in lanes]
        if not clauses:
            continue
        best = "" if scores is None else f", up to {max(scores.get(clause.id, 0.0) for clause in clauses):.2f}"
        color = {"--lane": LANE_COLORS[pack.lane_of_group(group)]}
        name, count = tag("span", group.name, class_="upe-chip", style=color), counted(len(clauses), "clause")
        small = tag("small", f" · {count}{best}")
        if is_open:
            rows = _clause_rows(clauses, scores)
            items.append(tag("li", tag("details", tag("summary", name, small), tag("ul", *rows), open="")))
        elif len(pack.policy.clauses) > _WITH_CLAUSES:
            items.append(tag("li", name, " ", link("categories", f"Open {group.name}", category=group.id), small))
        else:
            more = tag("li", link("categories", f"Open {group.name} alone", category=group.id))
            rows = _clause_rows(clauses, scores)
            items.append(tag("li", tag("details", tag("summary", name, small), tag("ul", *rows, more))))
    return items


def _clause_rows(clauses: Sequence[Clause], scores: Scores) -> list[Tag]:
    """Return the clauses of a group as lines, before a list the line that leads in to it where that is no clause itself."""
    own = {clause.text for clause in clauses}
    rows: list[Tag] = []
    before: tuple[str, ...] = ()
    for clause in clauses[:_MOST_CLAUSES]:
        leads = lead_ins(clause)
        if leads != before:
            new = [words for words in leads if words not in before and words not in own and clause.category is None]
            rows += [tag("li", tag("small", words)) for words in new]
            before = leads
        rows.append(_clause_line(clause, scores))
    left = len(clauses) - _MOST_CLAUSES
    return (
        [*rows, tag("li", f"… and {counted(left, 'clause')} more: look for their words above.")] if left > 0 else rows
    )


def _clause_line(clause: Clause, scores: Scores = None) -> Tag:
    kind = tag("small", f", {KIND_NAMES[clause.kind].lower()}")
    return clause_item(clause, kind, *([] if scores is None else [f" · similarity {scores.get(clause.id, 0.0):.2f}"]))


@lru_cache(maxsize=64)
def _treemap(pack: PolicyPack, lanes: tuple[Lane, ...], group_id: str | None) -> go.Figure:
    return ReadyFigure(plot_policy_treemap(pack, lanes=lanes, group_id=group_id))


@lru_cache(maxsize=64)
def _outline(pack: PolicyPack, lanes: tuple[Lane, ...], chosen: str | None) -> Block:
    return _make_outline(pack, lanes, chosen, None)
