"""The clauses as a map in two dimensions."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from policy_index.document import Clause, PolicyDocument
from policy_index.exemplars import ExemplarSet
from policy_index.landscape import Landscape
from policy_index.palette import CHECKED, GROUP_SYMBOLS, STEM, group_color
from policy_index.plots.labels import wrapped
from policy_index.projection import Label, Places, place_labels
from policy_index.tables import position

MAP_SIZES = ((310.0, 560.0), (620.0, 560.0), (1180.0, 560.0))
"""Width and height of the map's inside in pixels, on a phone, a tablet and a desk; labels overlap on none of them."""

_HEIGHT = 640


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
    for group in document.groups:
        rows = [row[clause.id] for clause in group.clauses]
        figure.add_scatter(
            x=landscape.places[rows, 0],
            y=landscape.places[rows, 1],
            mode="markers",
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
    _add_labels(figure, document, landscape)
    if checked is not None:
        _add_checked(figure, checked)
    figure.update_xaxes(visible=False, range=[-0.06, 1.06])
    figure.update_yaxes(visible=False, range=[-0.07, 1.07])
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, height=_HEIGHT, showlegend=False, dragmode="pan", clickmode="event+select"
    )
    return figure


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


def _add_labels(figure: go.Figure, document: PolicyDocument, landscape: Landscape) -> None:
    names = {group_id: lines for group_id, _, lines in _label_points(document, landscape)}
    points = {group_id: point for group_id, point, _ in _label_points(document, landscape)}
    for group_id, label in labels_of(document, landscape).items():
        x, y = landscape.places[points[group_id]]
        figure.add_scatter(
            x=[x],
            y=[y],
            mode="text",
            text=["<br>".join(names[group_id])],
            textposition=label.side,
            textfont={"size": 11},
            hoverinfo="skip",
            name=f"label {group_id}",
        )


def labels_of(document: PolicyDocument, landscape: Landscape) -> dict[str, Label]:
    """Return where the names of the groups stand that find room, by the groups' ids."""
    return {
        group_id: label
        for group_id, point, _ in _label_points(document, landscape)
        for label in _labels(document, landscape)
        if label.point == point
    }


def _labels(document: PolicyDocument, landscape: Landscape) -> tuple[Label, ...]:
    scaled = (landscape.places + [0.06, 0.07]) / [1.12, 1.14]  # the map's inside has a margin around the points
    return place_labels(
        scaled, {point: lines for _, point, lines in _label_points(document, landscape)}, sizes=MAP_SIZES
    )


def _label_points(document: PolicyDocument, landscape: Landscape) -> list[tuple[str, int, list[str]]]:
    """Return for each group, the largest first, the point that carries its name, and the name's lines."""
    rows, start = [], {clause.id: place for place, clause in enumerate(document)}
    for group in sorted(document.groups, key=lambda each: -len(each.clauses)):
        points = [start[clause.id] for clause in group.clauses]
        middle = landscape.places[points].mean(axis=0)
        nearest = min(points, key=lambda point: float(((landscape.places[point] - middle) ** 2).sum()))
        rows.append((group.id, nearest, wrapped(group.name, 13).split("<br>")))
    return rows
