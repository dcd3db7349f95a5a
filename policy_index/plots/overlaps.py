"""How alike the clauses are, as a clustered heatmap."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from policy_index.landscape.landscape import Landscape
from policy_index.plots.colouring import Colouring, by_kind
from policy_index.plots.labels import TEXT, styled, told_apart, wrapped
from policy_index.plots.palette import ALIKE, CHECKED
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack

MOST_CLAUSES = 120
"""Clauses that one heatmap holds; of a policy with more those that are most like another."""

_WORDS_FROM = 0.4
"""Pairs from this similarity on say both clauses' words when hovered and can be chosen; on all cells these would weigh half a megabyte."""

_ROW = 13
"""Pixels a clause: its name stands at every row and can be read."""


def plot_similarity_heatmap(
    pack: PolicyPack, landscape: Landscape, *, colouring: Colouring | None = None, chosen: str | None = None
) -> go.Figure:
    """Draw the similarity of each two clauses once, like ones beside each other: the half under the diagonal.

    On the diagonal stands each clause in its colour. What can be chosen carries a clause's id, or both of a pair joined by `~`.

    Args:
        pack: The policy.
        landscape: How alike its clauses are.
        colouring: What the clauses are coloured by; by their kind without it.
        chosen: The clause that is marked.
    """
    colouring = colouring or by_kind(pack)
    order = _drawn(landscape)
    clauses = [landscape.policy.clauses[row] for row in order]
    names = told_apart(wrapped(f"{clause.short_position} {clause.name}", 40, letters=26) for clause in clauses)
    values = landscape.similarities[np.ix_(order, order)].round(2).tolist()
    figure = go.Figure(
        [
            go.Heatmap(
                z=[[value if x < y else None for x, value in enumerate(row)] for y, row in enumerate(values)],
                x=names,
                y=names,
                zmin=0,
                zmax=0.8,
                colorscale=[[0, "rgba(125,133,148,0.08)"], [0.45, "rgba(0,140,122,0.4)"], [1, ALIKE]],
                colorbar={"orientation": "h", "x": 0.98, "xanchor": "right", "y": 0.99, "yanchor": "top", "len": 0.45}
                | {"thickness": 10}
                | {
                    "title": {"text": "Similarity", "side": "top", "font": {"color": TEXT}},
                    "tickfont": {"color": TEXT},
                },
                hoverongaps=False,
                hovertemplate="<b>%{y} and %{x}: %{z:.2f}</b><extra></extra>",
            ),
            _pairs(clauses, names, values),
            _clauses(clauses, names, colouring, chosen),
        ]
    )
    axis = {"type": "category", "showgrid": False, "title": None}
    figure.update_xaxes(**axis, showticklabels=False, range=[-0.5, len(names) - 0.5], fixedrange=True)
    figure.update_yaxes(**axis, range=[len(names) - 0.5, -0.5], tickfont={"size": 10}, dtick=1, fixedrange=True)
    return styled(
        figure,
        height=max(240, 90 + _ROW * len(names)),
        top=30,
        showlegend=False,
        dragmode=False,
        clickmode="event+select",
    )


def _pairs(clauses: Sequence[Clause], names: Sequence[str], values: Sequence[Sequence[float]]) -> go.Scatter:
    """Return what is clicked on a cell: plotly tells nobody of clicks on a heatmap's own."""
    alike = [(y, x) for y in range(len(clauses)) for x in range(y) if values[y][x] >= _WORDS_FROM]
    short = [wrapped(clause.text, 44, letters=80) for clause in clauses]
    return go.Scatter(
        x=[names[x] for _, x in alike],
        y=[names[y] for y, _ in alike],
        mode="markers",
        marker={"size": 9, "symbol": "square", "color": ALIKE, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=[f"{clauses[y].id}~{clauses[x].id}" for y, x in alike],
        hovertext=[
            f"<b>{names[y]} and {names[x]}: {values[y][x]:.2f}</b><br>{names[y]}: “{short[y]}”<br>{names[x]}: “{short[x]}”"
            for y, x in alike
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _clauses(clauses: Sequence[Clause], names: Sequence[str], colouring: Colouring, chosen: str | None) -> go.Scatter:
    return go.Scatter(
        x=list(names),
        y=list(names),
        mode="markers",
        marker={
            "size": [16 if clause.id == chosen else 9 for clause in clauses],
            "color": [colouring.colors[clause.id] for clause in clauses],
            "line": {"width": [3 if clause.id == chosen else 0 for clause in clauses], "color": CHECKED},
        },
        unselected={"marker": {"opacity": 1}},
        customdata=[clause.id for clause in clauses],
        hovertext=[
            f"<b>{name}</b><br>{wrapped(clause.text, 50, letters=400)}<br>{colouring.notes.get(clause.id, '')}"
            for name, clause in zip(names, clauses, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
    )


def _drawn(landscape: Landscape) -> list[int]:
    """Return the rows of the clauses that are drawn, in the landscape's order."""
    order = list(landscape.order)
    if len(order) <= MOST_CLAUSES:
        return order
    others = landscape.similarities - 2 * np.eye(len(order))  # no clause is most like itself
    chosen = set(np.argsort(-others.max(axis=1), kind="stable")[:MOST_CLAUSES].tolist())
    return [row for row in order if row in chosen]
