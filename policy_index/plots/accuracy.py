"""Measured accuracy."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from policy_index.plots.labels import styled, wrapped
from policy_index.plots.palette import LANE_COLORS, STEM
from policy_index.policy.lanes import Lane


def plot_reliability_diagram(curve: Sequence[Mapping[str, float]]) -> go.Figure:
    """Draw stated probability against the share that was right; on the diagonal, probabilities hold."""
    figure = go.Figure(
        [
            go.Scatter(
                x=[0, 1], y=[0, 1], mode="lines", line={"color": STEM, "dash": "dot"}, name="Perfect", hoverinfo="skip"
            ),
            go.Scatter(
                x=[each["probability"] for each in curve],
                y=[each["cited"] for each in curve],
                mode="markers+lines",
                marker={"size": 9, "color": LANE_COLORS[Lane.GOOD_TO_KNOW]},
                line={"color": LANE_COLORS[Lane.GOOD_TO_KNOW], "width": 1},
                name="Measured",
                hovertemplate="stated %{x:.0%}, right in %{y:.0%}<extra></extra>",
            ),
        ]
    )
    figure.update_xaxes(title="Stated probability of the best match", range=[-0.02, 1.02], tickformat=".0%")
    figure.update_yaxes(title="Share that was right", range=[-0.02, 1.02], tickformat=".0%")
    return styled(figure, height=360, legend={"orientation": "h", "y": 1.1})


def plot_score_distributions(touching: Sequence[float], harmless: Sequence[float], *, threshold: float) -> go.Figure:
    """Draw how the best probabilities of texts that touch the policy, and of harmless ones, are spread."""
    figure = go.Figure(
        [
            go.Histogram(
                x=chances,
                name=name,
                histnorm="percent",
                xbins={"start": 0, "end": 1, "size": 0.05},
                marker={"color": color},
                hovertemplate="probability %{x}: %{y:.1f} % of these texts<extra></extra>",
            )
            for name, chances, color in (
                ("Touch the policy", touching, LANE_COLORS[Lane.NOT_ALLOWED]),
                ("Harmless", harmless, LANE_COLORS[Lane.GOOD_TO_KNOW]),
            )
        ]
    )
    figure.add_vline(x=threshold, line={"color": STEM, "width": 2, "dash": "dash"}, annotation_text="threshold")
    figure.update_xaxes(title="Best probability of a text", range=[0, 1], tickformat=".0%")
    figure.update_yaxes(title="% of texts")
    return styled(figure, height=320, barmode="group", legend={"orientation": "h", "y": 1.12})


def plot_recall_by_category(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> go.Figure:
    """Draw how often the right category came first, for each category, the best at the bottom.

    Args:
        rows: What was measured, a category each.
        names: Of the categories, by their ids.
    """
    ordered = sorted(rows, key=lambda row: -row["recall_at_1"])
    figure = go.Figure(
        go.Bar(
            x=[row["recall_at_1"] for row in ordered],
            y=[wrapped(names.get(row["label"], row["label"]), 40, letters=40) for row in ordered],
            orientation="h",
            marker={"color": LANE_COLORS[Lane.GOOD_TO_KNOW]},
            text=[f"{row['recall_at_1']:.0%} of {row['texts']}" for row in ordered],
            textposition="inside",
            textfont={"color": "#ffffff"},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, 1], tickformat=".0%", title="Right category first")
    return styled(figure, height=26 * len(ordered) + 80)
