"""Texts against parts of the policy: the one heatmap of probabilities."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from policy_index.plots.labels import styled, told_apart, wrapped
from policy_index.plots.palette import BAND_SCALE


def text_heatmap(
    texts: Sequence[tuple[int, str]],
    columns: Sequence[str],
    values: Any,
    *,
    name: str,
    hover: Callable[[str, int], str],
) -> go.Figure:
    """Draw how strongly each text touches each column.

    Args:
        texts: One row each, the first on top: its number, and its words.
        columns: Their names.
        values: Probabilities or scores, (texts, columns).
        name: What the values are.
        hover: The words, escaped, for a text and the place of a column.
    """
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=told_apart(map(escape, columns)),
            y=[f"{number}. {wrapped(text, _LINE, letters=2 * _LINE - 8)}" for number, text in texts],
            customdata=[[hover(text, place) for place in range(len(columns))] for _, text in texts],
            hovertemplate="%{customdata}<br>" + name.capitalize() + " %{z:.2f}<extra></extra>",
            zmin=0,
            zmax=1,
            colorscale=BAND_SCALE,
            colorbar={
                "orientation": "h",
                "y": -0.02,
                "yanchor": "top",
                "thickness": 10,
                "title": {"text": name.capitalize(), "side": "top"},
            },
            xgap=2,
            ygap=2,
        )
    )
    figure.update_xaxes(side="top", autotickangles=[0, -90], automargin=True, dtick=1, showgrid=False)
    figure.update_yaxes(autorange="reversed", dtick=1, automargin=True, showgrid=False)
    return styled(figure, height=260 + _ROW * len(texts))


_LINE = 30
"""Letters of a line of a text beside its row, of which there are two at most."""

_ROW = 32
"""Pixels of a row."""
