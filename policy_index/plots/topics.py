"""Who speaks of what: policies beside each other, topics below each other, a square where one speaks of the other."""

from html import escape

import plotly.graph_objects as go

from policy_index.comparing.matrix import Cell, Matrix, Says
from policy_index.plots.labels import TEXT, cut, styled, told_apart, wrapped
from policy_index.plots.palette import LANE_COLORS
from policy_index.policy.lanes import Lane
from policy_index.search.likelihood import Nearness

SAYS_SIGNS = {Says.FORBIDS: "✕", Says.CONDITIONS: "◐", Says.MENTIONS: "○"}
"""A sign for what a clause does about a topic, beside its colour and its words."""

SAYS_COLORS = {
    Says.FORBIDS: LANE_COLORS[Lane.NOT_ALLOWED],
    Says.CONDITIONS: LANE_COLORS[Lane.ONLY_IF],
    Says.MENTIONS: LANE_COLORS[Lane.GOOD_TO_KNOW],
}

_LETTERS = 46
_ROW, _HEAD = 28, 150


def plot_topics(matrix: Matrix) -> go.Figure:
    """Draw a matrix: a full square with its sign where a policy speaks of a topic, an empty one with a question mark where it may.

    A square carries as customdata its clause's words, the policy's id with its version, and the clause's id.
    """
    columns = told_apart(wrapped(pack.policy.provenance.name, 20, letters=44) for pack in matrix.packs)
    names = told_apart(escape(cut(row.topic.name, _LETTERS)) for row in matrix.rows)
    specs = dict(zip(columns, (pack.spec for pack in matrix.packs), strict=True))
    figure = go.Figure()
    for says in Says:
        for nearness in (Nearness.NEAR, Nearness.MAYBE):
            cells = [
                (column, name, cell)
                for name, row in zip(names, matrix.rows, strict=True)
                for column, cell in zip(columns, row.cells, strict=True)
                if cell.says is says and cell.nearness is nearness
            ]
            figure.add_trace(_squares(says, nearness, cells, specs))
    figure.update_xaxes(
        side="top",
        type="category",
        categoryorder="array",
        categoryarray=columns,
        range=[-0.5, len(columns) - 0.5],
        autotickangles=[0, -90],
        automargin=True,
        showgrid=True,
        fixedrange=True,
    )
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=names,
        range=[len(names) - 0.5, -0.5],
        dtick=1,
        automargin=True,
        showgrid=True,
        fixedrange=True,
    )
    return styled(
        figure,
        height=_HEAD + _ROW * max(len(names), 3),
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0},
        clickmode="event+select",
    )


def _squares(says: Says, nearness: Nearness, cells: list[tuple[str, str, Cell]], specs: dict[str, str]) -> go.Scatter:
    near = nearness is Nearness.NEAR
    color = SAYS_COLORS[says]
    return go.Scatter(
        x=[column for column, _, _ in cells],
        y=[name for _, name, _ in cells],
        mode="markers+text",
        name=f"{SAYS_SIGNS[says]} {says.value}" if near else f"{SAYS_SIGNS[says]}? Maybe: {says.value.lower()}",
        marker={
            "symbol": "square" if near else "square-open",
            "size": 22,
            # Light enough for a sign in the page's own text colour, on a light and on a dark page.
            "color": f"rgba({', '.join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))}, 0.35)"
            if near
            else color,
            "line": {"width": 2, "color": color},
        },
        text=[SAYS_SIGNS[says] if near else "?"] * len(cells),
        textfont={"color": TEXT, "size": 14},
        customdata=[
            [
                f"{escape(cell.clause.position)}<br>{wrapped(cell.clause.text, 60, letters=240)}",
                specs[column],
                cell.clause.id,
            ]
            for column, _, cell in cells
        ],
        hovertemplate="<b>%{y}</b> · %{x}<br>%{customdata[0]}<extra></extra>",
        showlegend=bool(cells),
    )
