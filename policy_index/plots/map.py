"""The clauses as a map in two dimensions."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from policy_index.document import Clause, PolicyDocument
from policy_index.exemplars import ExemplarSet
from policy_index.landscape import Landscape
from policy_index.palette import CHECKED, GROUP_SYMBOLS, group_color
from policy_index.plots.labels import TEXT, styled, wrapped
from policy_index.plots.policy import group_title
from policy_index.projection import Label, Places, place_labels
from policy_index.tables import position

MAP_SIZES = tuple((width, 610.0) for width in (326.0, 342.0, 358.0, 480.0, 600.0, 736.0, 960.0, 1120.0))
"""Width and height of the map's inside in pixels, from a phone to a desk; labels overlap on none of them."""

_HEIGHT = 640

_ROOM = 0.07
"""Empty room around the points, as a share of the map."""


def plot_clause_map(
    document: PolicyDocument,
    landscape: Landscape,
    *,
    exemplars: ExemplarSet | None = None,
    groups: Sequence[str] = (),
    checked: tuple[Places, Sequence[tuple[Clause, float]]] | None = None,
) -> go.Figure:
    """Draw every clause at its place, coloured and shaped by category, with the categories' names.

    Args:
        document: The policy.
        landscape: Where its clauses lie.
        exemplars: What is drawn, smaller, for `groups`.
        groups: Ids of the groups whose exemplars are drawn.
        checked: The place of a checked text, shape (1, 2), and its nearest clauses, to which lines lead.
    """
    figure = go.Figure()
    if exemplars is not None and groups:
        _add_exemplars(figure, document, landscape, exemplars, groups)
    row = {clause.id: place for place, clause in enumerate(document)}
    if checked is not None:
        _add_lines(figure, landscape, checked, row)
    labels = labels_of(document, landscape)
    for group in document.groups:
        label, words = labels.get(group.id, (None, ""))
        rows = [row[clause.id] for clause in group.clauses]
        figure.add_scatter(
            x=landscape.places[rows, 0],
            y=landscape.places[rows, 1],
            mode="markers+text",
            text=[words if label and place == label.point else "" for place in rows],
            textposition=label.side if label else "top center",
            textfont={"size": 11, "color": TEXT},
            name=group.name,
            marker={
                "size": 12,
                "color": group_color(group.id),
                "symbol": GROUP_SYMBOLS[group.id],
                "line": {"width": 1, "color": "#ffffff"},
            },
            customdata=[clause.id for clause in group.clauses],
            hovertext=[_hover(group.name, clause) for clause in group.clauses],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    if checked is not None:
        _add_checked(figure, checked)
    figure.update_xaxes(visible=False, range=[-_ROOM, 1 + _ROOM])
    figure.update_yaxes(visible=False, range=[-_ROOM, 1 + _ROOM])
    return styled(figure, height=_HEIGHT, top=30, showlegend=False, dragmode="pan", clickmode="event+select")


def _hover(name: str, clause: Clause) -> str:
    return f"<b>{wrapped(name, 40)}</b><br>{wrapped(clause.text, 50)}<br>{position(clause)}"


def _add_exemplars(
    figure: go.Figure, document: PolicyDocument, landscape: Landscape, exemplars: ExemplarSet, groups: Sequence[str]
) -> None:
    start = 0
    for clause in document:
        texts = exemplars.by_clause[clause.id]
        group = document.group_of(clause.id)
        places = landscape.exemplar_places[start : start + len(texts)]
        start += len(texts)
        if group.id in groups and texts:
            figure.add_scatter(
                x=places[:, 0],
                y=places[:, 1],
                mode="markers",
                marker={"size": 5, "color": group_color(group.id), "opacity": 0.65, "symbol": GROUP_SYMBOLS[group.id]},
                customdata=[clause.id] * len(texts),
                hovertext=[f"Our example for {position(clause)}:<br>“{wrapped(text, 50)}”" for text in texts],
                hovertemplate="%{hovertext}<extra></extra>",
            )


def _add_lines(
    figure: go.Figure,
    landscape: Landscape,
    checked: tuple[Places, Sequence[tuple[Clause, float]]],
    row: Mapping[str, int],
) -> None:
    (place,), nearest = checked
    xs: list[float | None] = []
    ys: list[float | None] = []
    for clause, _score in nearest:
        x, y = landscape.places[row[clause.id]]
        xs += [float(place[0]), float(x), None]
        ys += [float(place[1]), float(y), None]
    figure.add_scatter(
        x=xs, y=ys, mode="lines", line={"color": CHECKED, "width": 2, "dash": "dot"}, hoverinfo="skip", name="nearest"
    )


def _add_checked(figure: go.Figure, checked: tuple[Places, Sequence[tuple[Clause, float]]]) -> None:
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
            + "<br>".join(f"{score:.2f} {wrapped(position(clause), 50)}" for clause, score in nearest)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def labels_of(document: PolicyDocument, landscape: Landscape) -> dict[str, tuple[Label, str]]:
    """Return where the names of the groups stand, and their words, by the groups' ids; those without room are left out."""
    row = {clause.id: place for place, clause in enumerate(document)}
    groups = sorted(document.groups, key=lambda each: -len(each.clauses))
    names = []
    for group in groups:
        points = [row[clause.id] for clause in group.clauses]
        middle = landscape.places[points].mean(axis=0)
        points.sort(key=lambda point: float(((landscape.places[point] - middle) ** 2).sum()))
        names.append((wrapped(group_title(group), 13).split("<br>"), points))
    inside = (landscape.places + _ROOM) / (1 + 2 * _ROOM)
    labels = place_labels(inside, names, sizes=MAP_SIZES)
    return {
        group.id: (label, "<br>".join(lines))
        for group, (lines, _), label in zip(groups, names, labels, strict=True)
        if label is not None
    }
