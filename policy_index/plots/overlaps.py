"""How alike the clauses are, as a clustered heatmap."""

import numpy as np
import plotly.graph_objects as go

from policy_index.landscape.landscape import Landscape
from policy_index.plots.labels import TEXT, styled, told_apart, wrapped
from policy_index.plots.palette import ALIKE

MOST_CLAUSES = 160
"""Clauses that one heatmap holds; of a policy with more those that are most like another."""

_WORDS_FROM = 0.5
"""Cells from this similarity on show both clauses' words when hovered; on all cells these would weigh half a megabyte."""


def plot_similarity_heatmap(landscape: Landscape) -> go.Figure:
    """Draw the similarity of each two clauses once, like ones beside each other: the half under the diagonal."""
    order = _drawn(landscape)
    clauses = [landscape.policy.clauses[row] for row in order]
    names = told_apart(wrapped(clause.short_position, 40, letters=24) for clause in clauses)
    short = [wrapped(clause.text, 44, letters=80) for clause in clauses]
    values = landscape.similarities[np.ix_(order, order)].round(2).tolist()
    figure = go.Figure(
        go.Heatmap(
            z=[[value if x < y else None for x, value in enumerate(row)] for y, row in enumerate(values)],
            x=names,
            y=names,
            hovertext=[
                [
                    f"<br>{names[y]}: “{short[y]}”<br>{names[x]}: “{short[x]}”"
                    if x < y and value >= _WORDS_FROM
                    else ""
                    for x, value in enumerate(row)
                ]
                for y, row in enumerate(values)
            ],
            zmin=0,
            zmax=0.8,
            colorscale=[[0, "rgba(125,133,148,0.08)"], [0.45, "rgba(0,140,122,0.4)"], [1, ALIKE]],
            colorbar={"orientation": "h", "x": 0.98, "xanchor": "right", "y": 0.98, "yanchor": "top", "len": 0.45}
            | {"thickness": 10}
            | {"title": {"text": "Similarity", "side": "top", "font": {"color": TEXT}}, "tickfont": {"color": TEXT}},
            hoverongaps=False,
            hovertemplate="<b>%{y} and %{x}: %{z:.2f}</b>%{hovertext}<extra></extra>",
        )
    )
    axis = {"type": "category", "tickfont": {"size": 10}, "showgrid": False, "title": None, "constrain": "domain"}
    figure.update_xaxes(**axis, tickangle=-90)
    figure.update_yaxes(**axis, autorange="reversed")
    return styled(figure, height=850, top=30, dragmode="pan")


def _drawn(landscape: Landscape) -> list[int]:
    """Return the rows of the clauses that are drawn, in the landscape's order."""
    order = list(landscape.order)
    if len(order) <= MOST_CLAUSES:
        return order
    others = landscape.similarities - 2 * np.eye(len(order))  # no clause is most like itself
    chosen = set(np.argsort(-others.max(axis=1), kind="stable")[:MOST_CLAUSES].tolist())
    return [row for row in order if row in chosen]
