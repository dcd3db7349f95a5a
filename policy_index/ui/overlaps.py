"""Clauses that are close to each other, in a picture and side by side."""

from collections.abc import Sequence
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from policy_index.landscape.landscape import Landscape, Pair, closest_pairs
from policy_index.plots.overlaps import MOST_CLAUSES, plot_similarity_heatmap
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.records.tables import pair_rows
from policy_index.ui.cards import card, likeness_meter
from policy_index.ui.charts import ReadyFigure, file_name, show_chart, show_download
from policy_index.ui.links import Block, Tag, link, show_block, tag

PAIRS_A_PAGE = 6
WORTH_A_LOOK = 0.4
"""Pairs below this cosine are hardly alike; they are in the CSV, not in the list."""


@lru_cache(maxsize=64)
def pairs_to_read(
    landscape: Landscape, *, across_only: bool, binding_only: bool, group_id: str | None
) -> tuple[Pair, ...]:
    """Return the pairs worth reading side by side, the most alike first."""
    found = closest_pairs(landscape, across_only=across_only, binding_only=binding_only, group_id=group_id)
    return tuple(pair for pair in found if pair.score >= WORTH_A_LOOK)


def pages_of(pairs: Sequence[Pair]) -> int:
    """Return how many pages the pairs fill; at least one."""
    return max(1, -(-len(pairs) // PAIRS_A_PAGE))


def show_pairs(pack: PolicyPack, pairs: Sequence[Pair], *, page: int) -> None:
    """Show one page of pairs, each with both clauses side by side."""
    show_block(_shown(pack, tuple(pairs[(page - 1) * PAIRS_A_PAGE : page * PAIRS_A_PAGE])), key="pairs")


def show_heatmap(pack: PolicyPack, landscape: Landscape) -> None:
    """Draw the similarity of every two clauses, and offer all of them as CSV."""
    if len(pack.policy.clauses) > MOST_CLAUSES:
        st.caption(f"The {MOST_CLAUSES} clauses that are most like another one.")
    show_chart(
        _heatmap(landscape),
        key="heatmap",
        name=file_name(pack, "overlaps"),
        zoom=True,
        alt="Heatmap of the similarity of each two clauses, ordered so that similar clauses stand beside each other. "
        "The list of pairs on this page and the CSV file hold the same.",
    )
    show_download(lambda: pair_rows(landscape.pairs), key="csv", name=file_name(pack, "overlaps"), what="All pairs")


@lru_cache(maxsize=256)
def _shown(pack: PolicyPack, pairs: tuple[Pair, ...]) -> Block:
    return Block.of(*(_pair(pack, each) for each in pairs))


def _pair(pack: PolicyPack, pair: Pair) -> Tag:
    return tag(
        "section",
        likeness_meter(pair.score),
        tag("div", _side(pack, pair.first), _side(pack, pair.second), class_="upe-side", style={"margin-top": ".5rem"}),
        class_="upe-pair",
        aria_label=f"{pair.first.position} and {pair.second.position}",
    )


def _side(pack: PolicyPack, clause: Clause) -> Tag:
    group = pack.policy.group_of(clause.id)
    return card(
        tag("blockquote", clause.text),
        tag(
            "p",
            link("categories", clause.position, clause=clause.id),
            " · ",
            tag("span", group.name, class_="upe-chip", style={"--lane": pack.marks[group.id].color}),
        ),
        lane=pack.lane_of(clause),
    )


@lru_cache(maxsize=16)
def _heatmap(landscape: Landscape) -> go.Figure:
    return ReadyFigure(plot_similarity_heatmap(landscape))
