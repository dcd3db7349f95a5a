"""The clauses as a map in two dimensions."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from policy_index.landscape.landscape import Landscape
from policy_index.landscape.projection import Places
from policy_index.plots.colouring import Colouring, by_kind
from policy_index.plots.label_places import Label, place_labels
from policy_index.plots.labels import TEXT, styled, wrapped
from policy_index.plots.palette import CHECKED
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack

MAP_SIZES = tuple((width, 610.0) for width in (326.0, 342.0, 358.0, 400.0, 446.0, 480.0, 600.0, 736.0, 960.0, 1120.0))
"""Width and height of the map's inside in pixels, from a phone to a desk; labels overlap on none of them."""

Checked = tuple[Places, Sequence[tuple[Clause, float]]]
"""The place of a checked text, shape (1, 2), and its nearest clauses with their scores."""

_HEIGHT = 640

_ROOM = 0.07
"""Empty room around the points, as a share of the map."""

_LONGEST = 400
"""Letters of a text that a hover label shows."""

_NAMED = 40
"""Groups whose names are tried to be placed, the largest ones: more have room on no map."""

_BESIDE = 40
"""Points of a group beside which its name may stand, those nearest to its middle."""


def plot_clause_map(  # noqa: PLR0913  # what belongs to a map, by name
    pack: PolicyPack,
    landscape: Landscape,
    *,
    colouring: Colouring | None = None,
    groups: Sequence[str] = (),
    checked: Checked | None = None,
    chosen: str | None = None,
) -> go.Figure:
    """Draw every clause at its place, shaped by group, with the groups' names.

    Args:
        pack: The policy.
        landscape: Where its clauses lie.
        colouring: What the clauses are coloured by; by their kind without it.
        groups: Ids of the groups whose exemplars are drawn, smaller.
        checked: A checked text, from which lines lead to its nearest clauses.
        chosen: The clause that is marked.
    """
    figure = go.Figure()
    if groups:
        _add_exemplars(figure, pack, landscape, groups)
    if checked is not None:
        _add_lines(figure, pack, landscape, checked)
    _add_clauses(figure, pack, landscape, colouring or by_kind(pack), chosen)
    if checked is not None:
        _add_checked(figure, checked)
    figure.update_xaxes(visible=False, range=[-_ROOM, 1 + _ROOM])
    figure.update_yaxes(visible=False, range=[-_ROOM, 1 + _ROOM])
    return styled(figure, height=_HEIGHT, top=30, showlegend=False, dragmode="pan", clickmode="event+select")


def _add_clauses(
    figure: go.Figure, pack: PolicyPack, landscape: Landscape, colouring: Colouring, chosen: str | None
) -> None:
    policy = pack.policy
    groups = [policy.group_of(clause.id) for clause in policy]
    beside = {label.point: (label, words) for label, words in labels_of(pack, landscape).values()}
    figure.add_scatter(
        x=landscape.places[:, 0],
        y=landscape.places[:, 1],
        mode="markers+text",
        text=[beside[row][1] if row in beside else "" for row in range(len(groups))],
        textposition=[beside[row][0].side if row in beside else "top center" for row in range(len(groups))],
        textfont={"size": 11, "color": TEXT},
        marker={
            "size": [20 if clause.id == chosen else 12 for clause in policy],
            "color": [colouring.colors[clause.id] for clause in policy],
            "symbol": [pack.marks[group.id].symbol for group in groups],
            "line": {
                "width": [3 if clause.id == chosen else 1 for clause in policy],
                "color": [CHECKED if clause.id == chosen else "#ffffff" for clause in policy],
            },
        },
        unselected={"marker": {"opacity": 1}},
        customdata=[clause.id for clause in policy],
        hovertext=[
            f"<b>{wrapped(group.name, 40)}</b><br>{wrapped(clause.text, 50, letters=_LONGEST)}<br>{wrapped(clause.position, 50)}"
            f"<br>{colouring.notes.get(clause.id, '')}"
            for clause, group in zip(policy, groups, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _add_exemplars(figure: go.Figure, pack: PolicyPack, landscape: Landscape, groups: Sequence[str]) -> None:
    start = 0
    for clause in pack.policy:
        texts = pack.exemplars.by_clause.get(clause.id, ())
        places = landscape.exemplar_places[start : start + len(texts)]
        start += len(texts)
        group = pack.policy.group_of(clause.id)
        if group.id in groups and len(places):
            mark = pack.marks[group.id]
            figure.add_scatter(
                x=places[:, 0],
                y=places[:, 1],
                mode="markers",
                marker={"size": 5, "color": mark.color, "opacity": 0.65, "symbol": mark.symbol},
                customdata=[clause.id] * len(texts),
                hovertext=[
                    f"Our example for {wrapped(clause.position, 50)}:<br>“{wrapped(text, 50, letters=_LONGEST)}”"
                    for text in texts
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )


def _add_lines(figure: go.Figure, pack: PolicyPack, landscape: Landscape, checked: Checked) -> None:
    (place,), nearest = checked
    xs: list[float | None] = []
    ys: list[float | None] = []
    for clause, _score in nearest:
        x, y = landscape.places[pack.policy.columns[clause.id]]
        xs += [float(place[0]), float(x), None]
        ys += [float(place[1]), float(y), None]
    figure.add_scatter(
        x=xs, y=ys, mode="lines", line={"color": CHECKED, "width": 2, "dash": "dot"}, hoverinfo="skip", name="nearest"
    )


def _add_checked(figure: go.Figure, checked: Checked) -> None:
    (place,), nearest = checked
    figure.add_scatter(
        x=[place[0]],
        y=[place[1]],
        mode="markers",
        name="your text",
        marker={"size": 20, "color": CHECKED, "symbol": "star", "line": {"width": 1.5, "color": "#ffffff"}},
        customdata=[None],
        hovertext=[
            "<b>Your text</b><br>"
            + "<br>".join(f"{score:.2f} {wrapped(clause.position, 50)}" for clause, score in nearest)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def labels_of(pack: PolicyPack, landscape: Landscape) -> dict[str, tuple[Label, str]]:
    """Return where the names of the groups stand, and their words, by the groups' ids; those without room are left out."""
    groups = sorted(pack.policy.groups, key=lambda each: -len(each.clauses))[:_NAMED]
    names = []
    for group in groups:
        points = np.array([pack.policy.columns[clause.id] for clause in group.clauses])
        own = landscape.places[points]
        nearest = np.argsort(((own - own.mean(axis=0)) ** 2).sum(axis=1), kind="stable")[:_BESIDE]
        names.append((wrapped(group.name, 13, letters=60).split("<br>"), points[nearest].tolist()))
    inside = (landscape.places + _ROOM) / (1 + 2 * _ROOM)
    labels = place_labels(inside, names, sizes=MAP_SIZES)
    return {
        group.id: (label, "<br>".join(lines))
        for group, (lines, _), label in zip(groups, names, labels, strict=True)
        if label is not None
    }
