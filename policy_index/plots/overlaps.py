"""How alike the clauses are, as a clustered heatmap."""

import plotly.graph_objects as go

from policy_index.document import PolicyDocument
from policy_index.landscape import Landscape
from policy_index.palette import ALIKE
from policy_index.plots.labels import TEXT, styled, wrapped
from policy_index.tables import short_position

_WORDS_FROM = 0.5
"""Cells from this similarity on show both clauses' words when hovered; on all cells these would weigh half a megabyte."""


def plot_similarity_heatmap(document: PolicyDocument, landscape: Landscape) -> go.Figure:
    """Draw the similarity of each two clauses once, like ones beside each other: the half under the diagonal."""
    order = landscape.order
    clauses = [document.clauses[row] for row in order]
    names = [short_position(clause) for clause in clauses]
    short = [wrapped(clause.text[:80] + ("…" if len(clause.text) > 80 else ""), 44) for clause in clauses]  # noqa: PLR2004
    values = landscape.similarities[order, :][:, order].round(2).tolist()
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
