"""Clauses that are close to each other, in a picture and side by side."""

from collections.abc import Sequence
from functools import lru_cache

import plotly.graph_objects as go

from policy_index.document import Clause
from policy_index.landscape import Pair, bundled_landscape, closest_pairs
from policy_index.lanes import lane_of
from policy_index.palette import LANE_COLORS, group_color
from policy_index.parser import bundled_policy
from policy_index.plots.overlaps import plot_similarity_heatmap
from policy_index.tables import pair_rows, position
from policy_index.ui.charts import ReadyFigure, show_chart, show_download
from policy_index.ui.clause_page import meter
from policy_index.ui.links import Block, Tag, link, show_block, tag

PAIRS_A_PAGE = 6
_WORTH_A_LOOK = 0.4
"""Pairs below this cosine are hardly alike; they are in the CSV, not in the list."""


def pairs_to_read(*, across_only: bool, binding_only: bool, group_id: str | None) -> tuple[Pair, ...]:
    """Return the pairs worth reading side by side, the most alike first."""
    return _pairs(across_only, binding_only, group_id)


def pages_of(pairs: Sequence[Pair]) -> int:
    """Return how many pages the pairs fill; at least one."""
    return max(1, -(-len(pairs) // PAIRS_A_PAGE))


def show_pairs(pairs: Sequence[Pair], *, page: int) -> None:
    """Show one page of pairs, each with both clauses side by side."""
    show_block(_shown(tuple(pairs[(page - 1) * PAIRS_A_PAGE : page * PAIRS_A_PAGE])), key="pairs")


def show_heatmap() -> None:
    """Draw the similarity of every two clauses, and offer all of them as CSV."""
    show_chart(
        _heatmap(),
        key="heatmap",
        name="usage-policies-overlaps",
        zoom=True,
        alt="Heatmap of the similarity of each two clauses, ordered so that similar clauses stand beside each other. "
        "The list of pairs on this page and the CSV file hold the same.",
    )
    show_download(
        lambda: pair_rows(bundled_landscape().pairs), key="csv", name="usage-policies-overlaps", what="All pairs"
    )


@lru_cache(maxsize=256)
def _shown(pairs: tuple[Pair, ...]) -> Block:
    return Block.of(*(_pair(each) for each in pairs))


def _pair(pair: Pair) -> Tag:
    return tag(
        "section",
        meter(pair.score),
        tag("div", _side(pair.first), _side(pair.second), class_="upe-side", style={"margin-top": ".5rem"}),
        class_="upe-pair",
        aria_label=f"{position(pair.first)} and {position(pair.second)}",
    )


def _side(clause: Clause) -> Tag:
    group = bundled_policy().group_of(clause.id)
    return tag(
        "div",
        tag("blockquote", clause.text),
        tag(
            "p",
            link("categories", position(clause), clause=clause.id),
            " · ",
            tag("span", group.name, class_="upe-chip", style={"--lane": group_color(group.id)}),
        ),
        class_="upe-card",
        style={"--lane": LANE_COLORS[lane_of(clause)]},
    )


@lru_cache(maxsize=1)
def _heatmap() -> go.Figure:
    return ReadyFigure(plot_similarity_heatmap(bundled_policy(), bundled_landscape()))


@lru_cache(maxsize=64)
def _pairs(
    across_only: bool,  # noqa: FBT001  # a cache's key
    binding_only: bool,  # noqa: FBT001
    group_id: str | None,
) -> tuple[Pair, ...]:
    found = closest_pairs(
        bundled_policy(), bundled_landscape(), across_only=across_only, binding_only=binding_only, group_id=group_id
    )
    return tuple(pair for pair in found if pair.score >= _WORTH_A_LOOK)
