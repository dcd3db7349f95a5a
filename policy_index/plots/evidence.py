"""Passages against clauses."""

from collections.abc import Sequence

import plotly.graph_objects as go

from policy_index.plots.heatmap import text_heatmap
from policy_index.plots.labels import wrapped
from policy_index.policy.document import Clause


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
    return text_heatmap(
        sentences,
        [clause.name for clause in clauses],
        values,
        name=name,
        hover=lambda sentence, place: f"{wrapped(sentence, 60)}<br><b>{wrapped(clauses[place].text, 60)}</b>",
    )
