"""The map of the clauses, what stands beside it, and the checked text in it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from policy_index.document import Clause
from policy_index.exemplars import bundled_exemplars
from policy_index.landscape import bundled_landscape
from policy_index.palette import GROUP_SYMBOLS, SIGNS, group_color
from policy_index.parser import bundled_policy
from policy_index.plots.map import plot_clause_map
from policy_index.plots.policy import group_title
from policy_index.projection import IN_USE, NEIGHBOURS, Places, place_among
from policy_index.tables import map_rows, position
from policy_index.ui.charts import ReadyFigure, show_chart, show_download
from policy_index.ui.clause_page import meter
from policy_index.ui.links import Block, link, open_page, show_block, tag
from policy_index.ui.words import quoted

Checked = tuple[Places, tuple[tuple[Clause, float], ...]]


def show_map(*, groups: Sequence[str], scores: Mapping[str, float] | None) -> None:
    """Draw the map with the exemplars of `groups` and the checked text; a click on a point opens its clause."""
    figure = (
        _figure(tuple(groups))
        if scores is None
        else plot_clause_map(
            bundled_policy(),
            bundled_landscape(),
            exemplars=bundled_exemplars(),
            groups=groups,
            checked=_placed(scores),
        )
    )
    event = show_chart(
        figure,
        key="map",
        name="usage-policies-map",
        on_select="rerun",
        zoom=True,
        alt="Map of the 71 clauses in two dimensions, coloured by category; similar clauses mostly lie close together. "
        "The table below holds each clause's place and its most similar clauses.",
    )
    for point in event["selection"]["points"][:1]:
        clause_id = point.get("customdata")
        clause_id = clause_id[0] if isinstance(clause_id, list) else clause_id
        if clause_id in {clause.id for clause in bundled_policy()}:
            open_page("categories", clause=str(clause_id))


def show_legend() -> None:
    """Show which sign and colour stands for which category, each with a link to it."""
    show_block(_legend(), key="legend")


def show_nearest(text: str, scores: Mapping[str, float]) -> None:
    """List the clauses to which the lines of the checked text lead, with their scores."""
    _, nearest = _placed(scores)
    show_block(
        Block.of(
            tag("h2", "Your text among them"),
            tag(
                "p",
                f"The star is {quoted(text)}. Lines lead to the clauses that the search finds nearest in the full space:",
            ),
            tag(
                "ul",
                *(
                    tag(
                        "li",
                        link("categories", clause.text, clause=clause.id),
                        tag("small", f" {position(clause)}"),
                        meter(score),
                    )
                    for clause, score in nearest
                ),
            ),
            tag(
                "p",
                "The star stands at the mean place of these clauses, each weighing as much as the square of its score. "
                "If they lie far apart, so does the star from all of them: trust the lines and the list, not the place.",
                class_="upe-soft",
            ),
        ),
        key="nearest",
    )


def show_what_it_distorts() -> None:
    """Say in plain words how far such a map can be trusted, with the measure."""
    landscape = bundled_landscape()
    used = next(each for each in landscape.comparison if each.name == IN_USE)
    st.markdown(
        f"**What this map distorts.** The model describes each clause by {landscape.dimensions} numbers; a flat map has two. "
        "Clauses that are neighbours here are mostly neighbours there. How far apart two groups lie, how "
        "large a group is, and what is left or right means nothing. Trustworthiness, the share of neighbours on the map "
        f"that are true ones, weighted by how far off the others are, is **{used.five:.2f}** for 5 neighbours (1 is "
        f"perfect, about 0.5 is chance); for our examples, which are placed by their nearest clauses, only "
        f"**{landscape.exemplar_trust:.2f}**."
    )


def show_table() -> None:
    """Show what the map holds as a table, how its projection was chosen, and offer the data."""
    with st.expander("The same as a table"):
        show_block(_table(), key="table")
        show_download(_rows, key="csv", name="usage-policies-map", what="Map")
    with st.expander("How the projection was chosen"):
        show_block(_comparison(), key="comparison")


@lru_cache(maxsize=64)
def _figure(groups: tuple[str, ...]) -> go.Figure:
    return ReadyFigure(
        plot_clause_map(bundled_policy(), bundled_landscape(), exemplars=bundled_exemplars(), groups=groups)
    )


@lru_cache(maxsize=1)
def _legend() -> Block:
    return Block.of(
        tag(
            "nav",
            *(
                tag(
                    "span",
                    tag("span", SIGNS[GROUP_SYMBOLS[group.id]], style={"color": group_color(group.id)}),
                    " ",
                    link("categories", group_title(group), category=group.id),
                )
                for group in bundled_policy().groups
            ),
            class_="upe-key",
            aria_label="Categories and sections on the map",
        )
    )


@lru_cache(maxsize=1)
def _rows() -> list[Mapping[str, object]]:
    return map_rows(bundled_policy(), bundled_landscape())


@lru_cache(maxsize=1)
def _table() -> Block:
    heads = {
        "position": "Clause",
        "category": "Category",
        "x": "Across",
        "y": "Up",
        "most_similar": "Most similar clauses",
    }
    return Block.of(
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", words, scope="col") for words in heads.values()))),
            tag(
                "tbody",
                *(
                    tag(
                        "tr",
                        tag(
                            "td", link("categories", str(row["position"]), clause=str(row["id"])), f": {row['clause']}"
                        ),
                        *(tag("td", str(row[name])) for name in list(heads)[1:]),
                    )
                    for row in _rows()
                ),
            ),
        )
    )


@lru_cache(maxsize=1)
def _comparison() -> Block:
    rows = bundled_landscape().comparison
    return Block.of(
        tag(
            "p",
            "The most trustworthy of those that scikit-learn offers, with a fixed seed; computed once and shipped, so the "
            "map is the same every time. Trustworthiness for 5 and for 10 neighbours:",
        ),
        tag(
            "ul",
            *(
                tag("li", f"{each.name}{' (in use)' if each.name == IN_USE else ''}: {each.five:.3f}, {each.ten:.3f}")
                for each in rows
            ),
        ),
    )


def _placed(scores: Mapping[str, float]) -> Checked:
    """Return the place of the checked text and its nearest clauses with their scores."""
    clauses = bundled_policy().clauses
    row = np.array([[scores[clause.id] for clause in clauses]])
    nearest = sorted(clauses, key=lambda clause: -scores[clause.id])[:NEIGHBOURS]
    return place_among(row, bundled_landscape().places), tuple((clause, scores[clause.id]) for clause in nearest)
