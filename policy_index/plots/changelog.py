"""The revisions on a time axis."""

from collections.abc import Sequence
from datetime import timedelta

import plotly.graph_objects as go

from policy_index.history import ChangeKind, Revision
from policy_index.lanes import Lane
from policy_index.palette import CHECKED, LANE_COLORS, STEM
from policy_index.plots.labels import TEXT, styled, wrapped

_LEVELS = (0.6, 1.2, 1.8, 2.4)
"""Heights of the dates above the rows, in turn, so that neighbours a few weeks apart do not cover each other."""


_ROOM = timedelta(days=45)
"""Time shown before the first and after the last revision."""


def plot_changelog_timeline(revisions: Sequence[Revision], *, chosen: str | None = None) -> go.Figure:
    """Draw the revisions on a time axis to scale: one row a kind of change, a dot in each row that a revision belongs to.

    The dots carry the revision's id as customdata; the `chosen` one has a colour of its own.
    """
    ordered = sorted(revisions, key=lambda each: each.entry.date)
    rows = {kind: -place for place, kind in enumerate(ChangeKind)}
    heights = [_LEVELS[place % len(_LEVELS)] for place in range(len(ordered))]
    stems: dict[str, list[object]] = {"x": [], "y": []}
    for each, height in zip(ordered, heights, strict=True):
        stems["x"] += [each.entry.date, each.entry.date, None]
        stems["y"] += [min([rows[kind] for kind in each.kinds], default=0), height - 0.1, None]
    dots = [(each, rows[kind]) for each in ordered for kind in each.kinds]
    figure = go.Figure(
        [
            go.Scatter(**stems, mode="lines", line={"color": STEM, "width": 1}, hoverinfo="skip"),
            go.Scatter(
                x=[each.entry.date for each, _ in dots],
                y=[row for _, row in dots],
                mode="markers",
                marker={
                    "size": [16 if each.id == chosen else 13 for each, _ in dots],
                    "color": [CHECKED if each.id == chosen else LANE_COLORS[Lane.GOOD_TO_KNOW] for each, _ in dots],
                    "opacity": 1,
                    "line": {"width": 1, "color": "#ffffff"},
                },
                customdata=[each.id for each, _ in dots],
                hovertext=[wrapped(each.entry.text, 44) for each, _ in dots],
                hovertemplate="<b>%{x|%-d %B %Y}</b><br>%{hovertext}<extra></extra>",
                cliponaxis=False,
            ),
            go.Scatter(
                x=[each.entry.date for each in ordered],
                y=heights,
                mode="text",
                text=[f"{each.entry.date:%-d %b %Y}" for each in ordered],
                textfont={"size": 11, "color": TEXT},
                customdata=[each.id for each in ordered],
                hoverinfo="skip",
                cliponaxis=False,
            ),
        ]
    )
    figure.update_xaxes(
        showgrid=True,
        ticks="outside",
        tickformat="%b %Y",
        title=None,
        nticks=6,
        range=[ordered[0].entry.date - _ROOM, ordered[-1].entry.date + _ROOM],
    )
    figure.update_yaxes(
        tickvals=list(rows.values()),
        ticktext=["<br>".join(kind.split(" and ")) for kind in rows],
        range=[-3.6, 2.8],
        fixedrange=True,
        zeroline=False,
    )
    return styled(figure, height=390, top=34, right=36, showlegend=False, dragmode="pan", clickmode="event+select")
