"""Passages against clauses."""

from collections.abc import Sequence
from html import escape
from textwrap import shorten

import plotly.graph_objects as go

from policy_index.document import Clause
from policy_index.palette import BAND_SCALE
from policy_index.plots.labels import styled, wrapped


def plot_evidence_matrix(
    sentences: Sequence[tuple[int, str]], clauses: Sequence[Clause], values: Sequence[Sequence[float]], *, name: str
) -> go.Figure:
    """Draw how strongly each sentence carries each clause.

    Args:
        sentences: One row each, the first on top: its number in the text, and its words.
        clauses: One column each.
        values: Probabilities or scores, (sentences, clauses).
        name: What the values are.
    """
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=[escape(clause.name) for clause in clauses],
            y=[f"{place}. {escape(shorten(sentence, 28, placeholder=' …'))}" for place, sentence in sentences],
            customdata=[
                [f"{wrapped(sentence, 60)}<br><b>{wrapped(clause.text, 60)}</b>" for clause in clauses]
                for _, sentence in sentences
            ],
            hovertemplate="%{customdata}<br>" + name + " %{z:.2f}<extra></extra>",
            zmin=0,
            zmax=1,
            colorscale=BAND_SCALE,
            colorbar={
                "orientation": "h",
                "y": -0.02,
                "yanchor": "top",
                "thickness": 10,
                "title": {"text": name, "side": "bottom"},
            },
            xgap=2,
            ygap=2,
        )
    )
    figure.update_xaxes(side="top", tickangle=-45, automargin=True, dtick=1)
    figure.update_yaxes(autorange="reversed", dtick=1)
    return styled(figure, height=260 + 26 * len(sentences))
