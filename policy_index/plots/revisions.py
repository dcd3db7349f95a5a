"""The texts of a policy in a row: when one came, and how much of which section it touched."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import sqrt

import plotly.graph_objects as go

from policy_index.comparing.timeline import Revision, Timeline
from policy_index.plots.labels import TEXT, styled, wrapped
from policy_index.plots.palette import STEM
from policy_index.words import long_day

MOST_ROWS = 10
"""Sections that have a row of their own: those of which most was touched."""

_WHOLE, _OTHERS = "The whole policy", "Other sections"
_SMALLEST, _LARGEST = 7, 30
_COLOR = "#3b7dc4"
"""Contrast above 4 on a light and on a dark page."""

_ROOM = timedelta(days=45)


def plot_revisions(timeline: Timeline) -> go.Figure:
    """Draw a dot for each text, on a time axis to scale: in the first row for the whole policy, below by section.

    The area of a dot is the share of words that came or went; a text that changed no word is a ring. The dots carry the day
    as customdata.
    """
    rows = _rows(timeline.revisions)
    places = {name: -place for place, name in enumerate(rows)}
    whole = [(each.day, _WHOLE, each.touched, _said(each)) for each in timeline.revisions]
    parts = [
        (each.day, title if title in places else _OTHERS, share, f"{share:.0%} of its words")
        for each in timeline.revisions
        for title, share in _shares(each, rows).items()
    ]
    days = [each.day for each in timeline.revisions]
    first = timeline.versions[0].updated or days[0]
    figure = go.Figure([_dots([*whole, *parts], places), _start(first, places)])
    figure.update_xaxes(
        showgrid=True, ticks="outside", tickformat="%b %Y", nticks=6, range=[first - _ROOM, days[-1] + _ROOM]
    )
    figure.update_yaxes(
        tickvals=list(places.values()),
        ticktext=[wrapped(name, 24, letters=44) for name in rows],
        range=[0.6 - len(rows), 0.6],
        fixedrange=True,
        zeroline=False,
    )
    return styled(
        figure, height=90 + 40 * len(rows), right=24, showlegend=False, clickmode="event+select", dragmode="pan"
    )


def _rows(revisions: Sequence[Revision]) -> list[str]:
    """Return the names of the rows: the whole, and the sections of which most was touched, in the order of the last text."""
    touched: dict[str, float] = {}
    for revision in reversed(revisions):
        for section in revision.sections:
            touched[section.title] = touched.get(section.title, 0.0) + section.touched
    most = sorted((title for title in touched if touched[title]), key=lambda title: -touched[title])[:MOST_ROWS]
    others = [_OTHERS] if sum(share > 0 for share in touched.values()) > len(most) else []
    return [_WHOLE, *(title for title in touched if title in most), *others]


def _shares(revision: Revision, rows: Sequence[str]) -> dict[str, float]:
    """Return how much of each row's sections a revision touched; of those without a row the greatest share."""
    shares: dict[str, float] = {}
    for section in revision.sections:
        name = section.title if section.title in rows else _OTHERS
        if section.touched:
            shares[name] = max(shares.get(name, 0.0), section.touched)
    return shares


def _said(revision: Revision) -> str:
    if not revision.comparison.alters_words:
        return "no word changed"
    counts = ", ".join(f"{number} {kind.value}" for kind, number in revision.counts.items() if number)
    return f"{revision.touched:.0%} of its words; {counts}"


def _dots(dots: Sequence[tuple[date, str, float, str]], places: dict[str, int]) -> go.Scatter:
    return go.Scatter(
        x=[day for day, *_ in dots],
        y=[places[name] for _, name, *_ in dots],
        mode="markers",
        marker={
            "size": [_SMALLEST + (_LARGEST - _SMALLEST) * sqrt(share) for _, _, share, _ in dots],
            "color": [_COLOR if share else "rgba(0,0,0,0)" for _, _, share, _ in dots],
            "opacity": 1,
            "line": {"width": 2, "color": _COLOR},
        },
        customdata=[day.isoformat() for day, *_ in dots],
        hovertext=[
            f"<b>{wrapped(name, 44, letters=120)}</b><br>{long_day(day)}: {said}" for day, name, _, said in dots
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
    )


def _start(first: date, places: dict[str, int]) -> go.Scatter:
    """Return where the oldest text stands, before which nothing is known."""
    return go.Scatter(
        x=[first],
        y=[places[_WHOLE]],
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 18, "color": STEM, "line": {"width": 3, "color": STEM}},
        hovertext=[f"<b>{long_day(first)}</b><br>the oldest text here"],
        hovertemplate="%{hovertext}<extra></extra>",
        textfont={"color": TEXT},
    )
