"""A set of prompts against the policy."""

from collections.abc import Mapping, Sequence
from html import escape
from math import log1p

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import sample_colorscale

from policy_index.plots.heatmap import text_heatmap
from policy_index.plots.labels import styled, wrapped
from policy_index.policy.document import Group, Policy
from policy_index.words import counted

_FRAME, _NONE = "#3a3f4b", "#6b7280"
_FEW_TO_MANY = ("#1d6fc4", "#0b2f6b")
"""From one prompt to the most; white words can be read on both."""

_ROOT = "policy:"
"""The id of the tile of all; no clause has it."""

_LONGEST = 400
"""Letters of a clause that a hover label shows."""


def plot_coverage_treemap(policy: Policy, counts: Mapping[str, int]) -> go.Figure:
    """Draw the clauses that bind the reader, each of the same size, coloured by how many prompts touch it.

    Args:
        policy: The policy.
        counts: For each clause that binds the reader how many prompts touch it.
    """
    colors_of = {count: _color(count, max(counts.values())) for count in set(counts.values())}
    ids, labels, parents, values, colors, hovers = (
        [_ROOT],
        [wrapped(policy.title, 60)],
        [""],
        [0],
        [_FRAME],
        ["The whole policy"],
    )
    for group in policy.groups:
        clauses = [clause for clause in group.clauses if clause.id in counts]
        if not clauses:
            continue
        node = f"group:{group.id}"
        touched = sum(counts[clause.id] > 0 for clause in clauses)
        ids.append(node)
        labels.append(f"{escape(group.name)} · {touched} of {len(clauses)}")
        parents.append(_ROOT)
        values.append(0)
        colors.append(_FRAME)
        hovers.append(
            wrapped(
                f"{group.title}: prompts touch {touched} of {counted(len(clauses), 'clause')}", 50, letters=_LONGEST
            )
        )
        for clause in clauses:
            count = counts[clause.id]
            ids.append(clause.id)
            labels.append(f"<b>{count}</b> {wrapped(clause.name, 15)}")
            parents.append(node)
            values.append(1)
            colors.append(colors_of[count])
            hovers.append(f"{wrapped(clause.text, 50, letters=_LONGEST)}<br>{counted(count, 'prompt')}")
    figure = go.Figure(
        go.Treemap(
            ids=ids,
            labels=labels,
            parents=parents,
            values=values,
            customdata=hovers,
            marker={"colors": colors, "line": {"width": 1.5, "color": "rgba(255,255,255,0.7)"}},
            branchvalues="remainder",
            textfont={"color": "#ffffff", "size": 13},
            hovertemplate="%{customdata}<extra></extra>",
            root={"color": "rgba(0,0,0,0)"},
            pathbar={"visible": False},
            tiling={"pad": 2},
        )
    )
    return styled(figure, height=560, uniformtext={"minsize": 10, "mode": "hide"})


def plot_category_heatmap(
    texts: Sequence[tuple[int, str]], groups: Sequence[Group], values: NDArray[np.float64], *, name: str
) -> go.Figure:
    """Draw how strongly each text touches each category.

    Args:
        texts: One row each, the first on top: its row in the input, and its words.
        groups: One column each.
        values: Probabilities or scores, (texts, groups).
        name: What the values are.
    """
    return text_heatmap(
        texts,
        [group.name for group in groups],
        values.round(4).tolist(),
        name=name,
        hover=lambda text, place: f"{wrapped(text, 60, letters=300)}<br><b>{escape(groups[place].name)}</b>",
    )


def _color(count: int, most: int) -> str:
    if not count:
        return _NONE
    share = log1p(count - 1) / log1p(most - 1) if most > 1 else 0.0
    (color,) = sample_colorscale(_FEW_TO_MANY, [share])
    return str(color)
