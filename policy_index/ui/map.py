"""The map of the clauses, what stands beside it, and the checked text in it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from policy_index.landscape.landscape import Landscape
from policy_index.landscape.projection import IN_USE, NEIGHBOURS, place_among
from policy_index.plots.map import Checked, plot_clause_map
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.records.tables import Row, clause_rows, map_rows
from policy_index.search.likelihood import Likelihood
from policy_index.ui.cards import clause_item, meter
from policy_index.ui.charts import ReadyFigure, file_name, show_chart, show_download
from policy_index.ui.links import Block, link, open_page, show_block, tag
from policy_index.words import counted, quoted

_MOST_ROWS = 500
"""Clauses that the table on the page lists; the file holds all."""


def show_map(
    pack: PolicyPack, landscape: Landscape, *, groups: Sequence[str], scores: Mapping[str, float] | None
) -> None:
    """Draw the map with the exemplars of `groups` and the checked text; a click on a point opens its clause."""
    figure = (
        _figure(pack, landscape, tuple(groups))
        if scores is None
        else plot_clause_map(pack, landscape, groups=groups, checked=_placed(landscape, scores))
    )
    event = show_chart(
        figure,
        key="map",
        name=file_name(pack, "map"),
        on_select="rerun",
        zoom=True,
        alt=f"Map of the {counted(len(pack.policy.clauses), 'clause')} in two dimensions, coloured by the part of the policy; similar "
        "clauses mostly lie close together. The table below holds each clause’s place and its most similar clauses.",
    )
    for point in event["selection"]["points"][:1]:
        clause_id = point.get("customdata")
        clause_id = clause_id[0] if isinstance(clause_id, list) else clause_id
        if clause_id in pack.policy.columns:
            open_page("categories", clause=str(clause_id))


def show_legend(pack: PolicyPack) -> None:
    """Show which sign and colour stands for which category, each with a link to it."""
    show_block(_legend(pack), key="legend")


def show_nearest(text: str, landscape: Landscape, scores: Mapping[str, float]) -> None:
    """List the clauses to which the lines of the checked text lead, with their scores."""
    _, nearest = _placed(landscape, scores)
    show_block(
        Block.of(
            tag("h2", "Your text among them"),
            tag(
                "p",
                f"The star is {quoted(text)}. Lines lead to the clauses that the search finds nearest in the full space:",
            ),
            tag("ul", *(clause_item(clause, meter(Likelihood(score=score))) for clause, score in nearest)),
            tag(
                "p",
                "The star stands at the mean place of these clauses, each weighing as much as the square of its score. "
                "If they lie far apart, so does the star from all of them: trust the lines and the list, not the place.",
                class_="upe-soft",
            ),
        ),
        key="nearest",
    )


def show_what_it_distorts(landscape: Landscape) -> None:
    """Say in plain words how far such a map can be trusted, with the measure where there is one."""
    st.markdown(
        f"**What this map distorts.** The model describes each clause by {landscape.dimensions} numbers; a flat map has two. "
        "Clauses that are neighbours here are mostly neighbours there. How far apart two groups lie, how "
        f"large a group is, and what is left or right means nothing. {_trust(landscape)}"
    )


def _trust(landscape: Landscape) -> str:
    used = next((each for each in landscape.comparison if each.name == IN_USE), None)
    if used is None:
        count = counted(len(landscape.policy.clauses), "clause")
        return f"With {count} there are too few to measure how many of the neighbours here are true ones."
    examples = (
        ""
        if landscape.exemplar_trust is None
        else f"; for our examples, which are placed by their nearest clauses, only **{landscape.exemplar_trust:.2f}**"
    )
    return (
        "Trustworthiness, the share of neighbours on the map that are true ones, weighted by how far off the others are, is "
        f"**{used.five:.2f}** for 5 neighbours (1 is perfect, about 0.5 is chance){examples}."
    )


def show_table(pack: PolicyPack, landscape: Landscape | None) -> None:
    """Show what the map holds as a table, how its projection was chosen, and offer the data; without places the clauses."""
    with st.expander("The clauses as a table" if landscape is None else "The same as a table"):
        show_block(_table(pack, landscape), key="table")
        show_download(
            lambda: _rows(pack, landscape),
            key="csv",
            name=file_name(pack, "map"),
            what="Clauses" if landscape is None else "Map",
        )
    if landscape is not None and landscape.comparison:
        with st.expander("How the projection was chosen"):
            show_block(_comparison(landscape), key="comparison")


@lru_cache(maxsize=64)
def _figure(pack: PolicyPack, landscape: Landscape, groups: tuple[str, ...]) -> go.Figure:
    return ReadyFigure(plot_clause_map(pack, landscape, groups=groups))


@lru_cache(maxsize=16)
def _legend(pack: PolicyPack) -> Block:
    return Block.of(
        tag(
            "nav",
            *(
                tag(
                    "span",
                    tag("span", pack.marks[group.id].sign, style={"color": pack.marks[group.id].color}),
                    " ",
                    link("categories", group.name, category=group.id),
                )
                for group in pack.policy.groups
            ),
            class_="upe-key",
            aria_label="Categories and sections on the map",
        )
    )


@lru_cache(maxsize=16)
def _rows(pack: PolicyPack, landscape: Landscape | None) -> list[Row]:
    return clause_rows(pack.policy, pack.policy.clauses) if landscape is None else map_rows(pack.policy, landscape)


@lru_cache(maxsize=16)
def _table(pack: PolicyPack, landscape: Landscape | None) -> Block:
    heads = (
        {"group": "Category or section", "kind": "Kind"}
        if landscape is None
        else {"category": "Category", "x": "Across", "y": "Up", "most_similar": "Most similar clauses"}
    )
    rows = _rows(pack, landscape)
    table = tag(
        "table",
        tag("thead", tag("tr", *(tag("th", words, scope="col") for words in ("Clause", *heads.values())))),
        tag(
            "tbody",
            *(
                tag(
                    "tr",
                    tag("td", link("categories", str(row["position"]), clause=str(row["id"])), f": {row['clause']}"),
                    *(tag("td", str(row[name])) for name in heads),
                )
                for row in rows[:_MOST_ROWS]
            ),
        ),
    )
    left = len(rows) - _MOST_ROWS
    return Block.of(table, *([tag("p", f"… and {counted(left, 'clause')} more in the file.")] if left > 0 else []))


def _comparison(landscape: Landscape) -> Block:
    return Block.of(
        tag(
            "p",
            "The most trustworthy of those that scikit-learn offers, with a fixed seed; computed once and kept, so the "
            "map is the same every time. Trustworthiness for 5 and for 10 neighbours:",
        ),
        tag(
            "ul",
            *(
                tag("li", f"{each.name}{' (in use)' if each.name == IN_USE else ''}: {each.five:.3f}, {each.ten:.3f}")
                for each in landscape.comparison
            ),
        ),
    )


def _placed(landscape: Landscape, scores: Mapping[str, float]) -> Checked:
    """Return the place of the checked text and its nearest clauses with their scores."""
    clauses = landscape.policy.clauses

    def score(clause: Clause) -> float:
        return scores.get(clause.id, 0.0)

    nearest = sorted(clauses, key=score, reverse=True)[:NEIGHBOURS]
    place = place_among(np.array([[score(clause) for clause in clauses]]), landscape.places)
    return place, [(clause, score(clause)) for clause in nearest]
