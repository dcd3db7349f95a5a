"""Clauses that are close to each other, in a picture and side by side."""

from collections.abc import Sequence
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from policy_index.landscape.landscape import Landscape, Pair, closest_pairs
from policy_index.plots.colouring import Colouring
from policy_index.plots.overlaps import MOST_CLAUSES, plot_similarity_heatmap
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.ui.cards import card, likeness_meter
from policy_index.ui.charts import ReadyFigure
from policy_index.ui.chosen import group_names
from policy_index.ui.foreign import plain
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.ui.room_view import BESIDE, RoomView
from policy_index.words import counted

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


def show_pairs_to_read(view: RoomView, landscape: Landscape) -> None:
    """Show pairs of clauses side by side: the one that was chosen in the picture, then the most alike of those asked for."""
    pack = view.pack
    names = group_names(pack)
    if len(pack.policy.clauses) > MOST_CLAUSES:
        st.caption(f"The picture holds the {MOST_CLAUSES} clauses that are most like another one.")
    if (pair := _chosen_pair(view, landscape)) is not None:
        show_block(Block.of(tag("h3", "The pair that you chose"), _pair(pack, pair)), key="pair")
    st.markdown(
        "## Pairs, side by side\n\nWhere two clauses are close, a text that touches one seems to touch the other, and it is open which one applies: "
        "read both. That reading two close clauses as ambiguous is ours."
    )
    within = st.toggle("Also pairs within one category", key="within", bind="query-params")
    informing = st.toggle("Also explanations and statements", key="informing", bind="query-params")
    group_id = st.selectbox(
        "Only pairs with a clause of",
        list(names),
        index=None,
        format_func=lambda each: plain(names[each]),
        key="of",
        bind="query-params",
        placeholder="Any category or section",
    )
    pairs = pairs_to_read(landscape, across_only=not within, binding_only=not informing, group_id=group_id)
    if not pairs:
        st.info("No pair of clauses is that close here.", icon=":material/search_off:")
        return
    page = st.pagination(pages_of(pairs), key=f"page {pack.spec} {within} {informing} {group_id}", max_visible_pages=3)
    show_block(_shown(pack, tuple(pairs[(page - 1) * PAIRS_A_PAGE : page * PAIRS_A_PAGE]), len(pairs)), key="pairs")


@lru_cache(maxsize=32)
def heatmap(pack: PolicyPack, landscape: Landscape, colouring: Colouring, *, chosen: str | None) -> go.Figure:
    """Return the similarity of every two clauses as a picture; of a long policy those most like another one."""
    return ReadyFigure(plot_similarity_heatmap(pack, landscape, colouring=colouring, chosen=chosen))


def _chosen_pair(view: RoomView, landscape: Landscape) -> Pair | None:
    """Return the pair that the address names; None where it names none."""
    beside, columns = st.query_params.get(BESIDE), view.pack.policy.columns
    if view.clause is None or beside not in columns or beside == view.clause.id:
        return None
    rows = sorted((columns[view.clause.id], columns[beside]))
    first, second = (view.pack.policy.clauses[row] for row in rows)
    return Pair(first=first, second=second, score=float(landscape.similarities[rows[0], rows[1]]))


@lru_cache(maxsize=256)
def _shown(pack: PolicyPack, pairs: tuple[Pair, ...], found: int) -> Block:
    said = f"{counted(found, 'pair')} with a similarity of {WORTH_A_LOOK:.2f} or more, the most alike first"
    return Block.of(tag("p", said, class_="upe-soft"), *(_pair(pack, each) for each in pairs))


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
