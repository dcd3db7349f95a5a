"""Words on figures."""

import textwrap
from html import escape
from typing import Any

import plotly.graph_objects as go

TEXT = "#000037"
"""Streamlit's theme puts the page's own text colour in place of this one, light or dark; elsewhere it is nearly black."""


def wrapped(text: str, width: int) -> str:
    """Return `text` escaped for plotly's labels, with a line break about every `width` characters."""
    return "<br>".join(escape(line) for line in textwrap.wrap(text, width))


def styled(figure: go.Figure, *, height: int, top: int = 8, right: int = 8, **layout: Any) -> go.Figure:
    """Return the figure in the one look of all figures: its words in the page's text colour, little margin, one hover label.

    Args:
        figure: The figure; it is changed.
        height: In pixels; the width is the page's.
        top: Room above, in pixels: 30 where buttons stand.
        right: Room on the right.
        layout: What else belongs to its layout.
    """
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": right, "t": top, "b": 8},
        font={"color": TEXT},
        hoverlabel={"font": {"size": 14}, "align": "left"},
        **layout,
    )
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(tickfont={"color": TEXT}, title_font={"color": TEXT})
    return figure
