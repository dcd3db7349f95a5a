"""The revisions on a time axis."""

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from policy_index.plots.labels import TEXT, styled, wrapped
from policy_index.plots.palette import CHECKED, LANE_COLORS, STEM
from policy_index.policy.history import History, Revision
from policy_index.policy.lanes import Lane

_LEVELS = (0.6, 1.2, 1.8, 2.4)
"""Heights of the dates above the rows, in turn, so that neighbours a few weeks apart do not cover each other."""

_WIDTH = 0.175
"""Width of a written date, as a share of the time shown, on a phone."""

_ROOM = timedelta(days=45)
"""Time shown before the first and after the last revision."""

_NO_KIND = "Revisions"
"""The row of revisions that nobody has sorted."""


def plot_changelog_timeline(history: History, *, chosen: str | None = None) -> go.Figure:
    """Draw the revisions, at least one, on a time axis to scale, a dot in the row of each kind of change that one was.

    Where nobody has sorted them there is one row. The dots carry the revision's id as customdata; the `chosen` one has a
    colour of its own.
    """
    ordered = sorted(history.revisions, key=lambda each: each.entry.date)
    first, last = ordered[0].entry.date - _ROOM, ordered[-1].entry.date + _ROOM
    rows = {name: -place for place, name in enumerate(_rows(history))}
    heights = _heights(ordered, shown=last - first)
    figure = go.Figure([_stems(ordered, rows, heights), _dots(ordered, rows, chosen=chosen), _dates(ordered, heights)])
    figure.update_xaxes(showgrid=True, ticks="outside", tickformat="%b %Y", title=None, nticks=6, range=[first, last])
    figure.update_yaxes(
        tickvals=list(rows.values()),
        ticktext=[wrapped(name, 16, letters=48) for name in rows],
        range=[0.4 - len(rows), _LEVELS[-1] + 0.4],
        fixedrange=True,
        zeroline=False,
    )
    return styled(
        figure,
        height=230 + 40 * len(rows),
        top=34,
        right=36,
        showlegend=False,
        dragmode="pan",
        clickmode="event+select",
    )


def _rows(history: History) -> list[str]:
    """Return the titles of the rows, each once; those without a kind have a row of their own where there are any."""
    titles = [kind.title for kind in history.kinds]
    return list(dict.fromkeys([*titles, *(_NO_KIND for each in history.revisions if not each.kinds)]))


def _rows_of(revision: Revision, rows: dict[str, int]) -> list[int]:
    return [rows[kind.title] for kind in revision.kinds] or [rows[_NO_KIND]]


def _heights(ordered: Sequence[Revision], *, shown: timedelta) -> list[float | None]:
    """Return the height of each date, so that none stands on another; None for dates without room."""
    heights: list[float | None] = []
    latest: dict[float, date] = {}
    for place, each in enumerate(ordered):
        in_turn = [_LEVELS[(place + step) % len(_LEVELS)] for step in range(len(_LEVELS))]
        free = [level for level in in_turn if level not in latest or each.entry.date - latest[level] > _WIDTH * shown]
        heights.append(free[0] if free else None)
        if free:
            latest[free[0]] = each.entry.date
    return heights


def _stems(ordered: Sequence[Revision], rows: dict[str, int], heights: Sequence[float | None]) -> go.Scatter:
    xs: list[date | None] = []
    ys: list[float | None] = []
    for each, height in zip(ordered, heights, strict=True):
        xs += [each.entry.date, each.entry.date, None]
        ys += [min(_rows_of(each, rows)), 0.2 if height is None else height - 0.1, None]
    return go.Scatter(x=xs, y=ys, mode="lines", line={"color": STEM, "width": 1}, hoverinfo="skip")


def _dots(ordered: Sequence[Revision], rows: dict[str, int], *, chosen: str | None) -> go.Scatter:
    dots = [(each, row) for each in ordered for row in _rows_of(each, rows)]
    return go.Scatter(
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
        hovertext=[wrapped(each.entry.text, 44, letters=400) for each, _ in dots],
        hovertemplate="<b>%{x|%-d %B %Y}</b><br>%{hovertext}<extra></extra>",
        cliponaxis=False,
    )


def _dates(ordered: Sequence[Revision], heights: Sequence[float | None]) -> go.Scatter:
    dated = [(each, height) for each, height in zip(ordered, heights, strict=True) if height is not None]
    return go.Scatter(
        x=[each.entry.date for each, _ in dated],
        y=[height for _, height in dated],
        mode="text",
        text=[f"{each.entry.date:%-d %b %Y}" for each, _ in dated],
        textfont={"size": 11, "color": TEXT},
        customdata=[each.id for each, _ in dated],
        hoverinfo="skip",
        cliponaxis=False,
    )
