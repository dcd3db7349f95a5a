"""Words on figures."""

import textwrap
from html import escape

import plotly.graph_objects as go

TEXT = "#000037"
"""Streamlit's theme puts the page's own text colour in place of this one, light or dark; elsewhere it is nearly black."""


def wrapped(text: str, width: int) -> str:
    """Return `text` escaped for plotly's labels, with a line break about every `width` characters."""
    return "<br>".join(escape(line) for line in textwrap.wrap(text, width))


def readable(figure: go.Figure) -> go.Figure:
    """Return the figure with all words outside its coloured parts in the page's text colour; the theme's grey is too faint."""
    figure.update_layout(font={"color": TEXT})
    figure.update_xaxes(tickfont={"color": TEXT})
    figure.update_yaxes(tickfont={"color": TEXT})
    return figure
