"""The reading room: one policy as a document, beside it one picture of the same clauses; what is chosen in one is chosen in both."""

from collections.abc import Sequence
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from policy_index.batch.suite import Coverage, Suite, cover
from policy_index.landscape.landscape import Landscape
from policy_index.plots.colouring import Colouring, by_prompts, by_scores
from policy_index.plots.policy import plot_policy_treemap
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.search.index import ClauseIndex
from policy_index.server.service import service
from policy_index.ui.browser_parts import BrowserPart
from policy_index.ui.charts import ReadyFigure, file_name, show_chart
from policy_index.ui.chosen import chosen_clause, chosen_group
from policy_index.ui.coverage import show_coverage, show_coverage_numbers
from policy_index.ui.finder import show_finder
from policy_index.ui.foreign import plain
from policy_index.ui.intake import show_intake
from policy_index.ui.likeness import likenesses, why_none
from policy_index.ui.links import DRAW_JS, GO_JS, Block, Tag, link, show_block, tag
from policy_index.ui.map import choose_groups, clause_map, show_about_map
from policy_index.ui.overlaps import heatmap, show_pairs_to_read
from policy_index.ui.reading import show_document
from policy_index.ui.room_colours import Coloured, coloured
from policy_index.ui.room_table import forget_tables, show_file, table_of
from policy_index.ui.room_view import (
    BESIDE,
    BY_NAMES,
    LAYOUT_NAMES,
    OTHER,
    By,
    Layout,
    RoomView,
    after_click,
    asked_by,
    asked_layout,
    clicked,
)
from policy_index.ui.visit import visit
from policy_index.words import counted

_NEAREST = 3
_LANES = tuple(lane for lane in Lane if lane.holds_clauses)


def show_room(pack: PolicyPack, *, layout: Layout = Layout.BLOCKS, by: By = By.KIND) -> None:
    """Show the room as the address asks for it, opened with this picture where it asks for none.

    A page that is about another picture than the clauses' kinds has it above the text where both do not stand side by side.
    """
    is_about_picture = (layout, by) != (Layout.BLOCKS, By.KIND)
    view = RoomView(
        pack=pack,
        layout=asked_layout(layout),
        by=asked_by(by),
        clause=chosen_clause(pack),
        group=chosen_group(pack),
    )
    with st.container(key="picture-first" if is_about_picture else "text-first"), st.container(key="room"):
        show_finder(pack, opens="read")
        text, picture = st.columns([3, 2])
        with text:
            show_document(pack, place=view.place, asked=st.query_params.get("part"))
        with picture, st.container(key="picture"):
            _show_picture(view)


def forget_pictures() -> None:
    """Forget the pictures and tables that were made last: some are coloured by what a visit checked."""
    forget_tables()
    for made in (by_scores, by_prompts, clause_map, heatmap, _treemap, _covered, _lenses):
        made.cache_clear()


def _show_picture(view: RoomView) -> None:
    """Show the picture with what it can be changed to, what it means, what is chosen, and the same as a table."""
    named = tuple(st.query_params.get(name) for name in (BESIDE, OTHER))  # the links name them
    show_block(_lenses(view, named), key="lenses")
    coverage = _coverage() if view.by is By.PROMPTS else None
    landscape = likenesses(view.pack)
    colours = coloured(view, coverage)
    drawn = st.container()
    lanes = _choose_lanes() if view.layout is Layout.BLOCKS else list(Lane)
    groups = choose_groups(view.pack) if view.layout is Layout.MAP and landscape is not None else []
    table = table_of(view, colours.colouring, lanes=lanes, is_there=colours.is_there, is_open=coverage is not None)
    with drawn:
        if view.layout is not Layout.BLOCKS and landscape is None:
            st.info(plain(why_none(view.pack)), icon=":material/info:")
        elif not lanes:
            st.info("No kind of clause is chosen: choose at least one.", icon=":material/filter_alt_off:")
        else:
            _draw(view, _figure(view, colours, landscape, lanes, groups), landscape)
        _show_chosen(view, colours, landscape, table if coverage is None else None)
    if view.layout is Layout.ALIKE and landscape is not None:
        show_pairs_to_read(view, landscape)
    if view.layout is Layout.MAP:
        show_about_map(view.pack, landscape, visit().text, visit().checked_scores())
    if coverage is not None:
        show_coverage(view, coverage, table)
    show_file(view, colours.colouring, landscape, coverage)


@lru_cache(maxsize=64)
def _lenses(view: RoomView, _named: tuple[str | None, ...]) -> Block:
    """Return the links that change how the picture is laid out and coloured."""
    rows = []
    for title, names, now, query in (
        ("Layout", LAYOUT_NAMES, view.layout, "as"),
        ("Colour", BY_NAMES, view.by, "by"),
    ):
        links = []
        for each, words in names.items():
            leading = view.link(words, **{query: each.value})
            if each is now:
                leading[1]["aria-current"] = "true"
            links.append(leading)
        rows.append(tag("nav", tag("span", title), *links, class_="upe-lenses", aria_label=title))
    return Block.of(tag("h2", "The same clauses as a picture", class_="upe-picture"), *rows)


def _coverage() -> Coverage | None:
    """Let prompts come in, and return what they touch; None where none were read."""
    suite = show_intake()
    if suite is None:
        return None
    index = service().index(visit().pack)
    coverage = _covered(index, suite)
    if index.uncalibrated:
        st.info(f"{plain(index.uncalibrated)} A prompt counts for its nearest clause.", icon=":material/info:")
    show_coverage_numbers(coverage)
    return coverage


@lru_cache(maxsize=8)
def _covered(index: ClauseIndex, suite: Suite) -> Coverage:
    """Count once what a visit's prompts touch, however often something is chosen in the picture."""
    return cover(index, suite)


def _choose_lanes() -> Sequence[Lane]:
    return st.pills(
        "Kinds of clauses to show",
        _LANES,
        selection_mode="multi",
        default=_LANES,
        key="kinds",
        wrap=True,
        bind="query-params",
    )


def _figure(
    view: RoomView, colours: Coloured, landscape: Landscape | None, lanes: Sequence[Lane], groups: Sequence[str]
) -> go.Figure:
    chosen = None if view.clause is None else view.clause.id
    if view.layout is Layout.BLOCKS or landscape is None:
        return _treemap(
            view.pack,
            colours.colouring,
            lanes=tuple(sorted(lanes)),
            group_id=None if view.group is None else view.group.id,
            chosen=chosen,
        )
    if view.layout is Layout.MAP:
        scores = visit().checked_scores()
        return clause_map(
            view.pack,
            landscape,
            colours.colouring,
            groups=tuple(groups),
            scores=None if scores is None else tuple(scores.items()),
            chosen=chosen,
        )
    return heatmap(view.pack, landscape, colours.colouring, chosen=chosen)


@lru_cache(maxsize=64)
def _treemap(
    pack: PolicyPack, colouring: Colouring, *, lanes: tuple[Lane, ...], group_id: str | None, chosen: str | None
) -> go.Figure:
    return ReadyFigure(plot_policy_treemap(pack, colouring=colouring, lanes=lanes, group_id=group_id, chosen=chosen))


_NAMES = {Layout.BLOCKS: "categories", Layout.MAP: "map", Layout.ALIKE: "overlaps"}
"""What a saved picture is called."""

_ALTS = {
    Layout.BLOCKS: "Treemap of the policy’s {count} under their headings; each clause is a tile of the same area.",
    Layout.MAP: "Map of the {count} in two dimensions; similar clauses mostly lie close together.",
    Layout.ALIKE: "Heatmap of the similarity of each two of the {count}, ordered so that similar ones stand beside each other.",
}


def _draw(view: RoomView, figure: go.Figure, landscape: Landscape | None) -> None:
    """Draw a figure; a click on a clause chooses it, one on a category opens it, one on a pair chooses both."""
    chosen = "" if view.clause is None else view.clause.id
    key = f"picture {view.layout} {chosen}"

    def choose() -> None:
        points = st.session_state[key]["selection"]["points"]
        if points:  # at once: each change would be an entry in the browser's history
            st.query_params.from_dict(after_click(view, clicked(points[0]), st.query_params.to_dict()))

    count = counted(len(view.pack.policy.clauses), "clause")
    show_chart(
        figure,
        key=key,
        name=file_name(view.pack, _NAMES[view.layout]),
        on_select=choose,
        zoom=view.layout is Layout.MAP and landscape is not None,
        alt=f"{_ALTS[view.layout].format(count=count)} Coloured by: {BY_NAMES[view.by].lower()}. The table below holds the same.",
    )


def _show_chosen(view: RoomView, colours: Coloured, landscape: Landscape | None, table: Block | None) -> None:
    """Say what the colours mean and what is chosen, with a table where it stands here; the text is told of it too."""
    key = tag(
        "div",
        *(tag("span", words, class_="upe-chip", style={"--lane": color}) for words, color in colours.colouring.key),
        class_="upe-key",
    )
    said = tag("p", *colours.said, class_="upe-soft" if colours.is_there else "upe-note")
    shown = [said, key, *_opened(view), _picked(view, colours, landscape)]
    clause = "" if view.clause is None else view.clause.id
    block = Block.of(tag("div", *shown, data_chosen=clause, data_place=view.place))
    _CHOSEN.show(block.data if table is None else f"{block.data[:-1]},{table.data[1:]}", key="chosen")


def _opened(view: RoomView) -> list[Tag]:
    if view.group is None:
        return []
    back = view.link("← All categories and sections", category="")
    return [tag("p", tag("strong", view.group.name), " · ", back)]


def _picked(view: RoomView, colours: Coloured, landscape: Landscape | None) -> Tag:
    """Return what is chosen, with what leads on from it."""
    clause, pack = view.clause, view.pack
    if clause is None:
        return tag(
            "p",
            "Choose a clause in the text, in the picture or in the table: it is chosen in all of them.",
            class_="upe-soft",
        )
    before, after = pack.policy.neighbours[clause.id]
    note = colours.colouring.notes.get(clause.id, "")
    steps: list[str | Tag] = []
    if before is not None:
        steps += [view.choose(before, f"← {before.position}", label="Previous clause"), " · "]
    steps += [link("categories", "All about it", clause=clause.id), " · "]
    if after is not None:
        steps += [view.choose(after, f"{after.position} →", label="Next clause"), " · "]
    parts = [
        tag("h3", clause.position),
        tag("blockquote", clause.text),
        tag("p", f"{pack.lane_of(clause).value}{f' · {note}' if note else ''}", class_="upe-soft"),
        tag("p", *steps, view.link("Choose none", clause="", beside="")),
    ]
    if landscape is not None and (nearest := landscape.nearest_clauses(clause, limit=_NEAREST)):
        parts += [
            tag("p", "Nearest clauses:", class_="upe-soft"),
            tag("ul", *(tag("li", view.choose(each), tag("small", f" {score:.2f}")) for each, score in nearest)),
        ]
    color = {"--lane": colours.colouring.colors[clause.id]}
    return tag("section", *parts, class_="upe-picked", style=color, aria_label="The chosen clause")


_JS = (
    f"""{DRAW_JS}{GO_JS}"""
    """
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".upe-block"), isOpen = root.querySelector("details")?.open;
  const named = (link) => link.ariaLabel || link.textContent;
  const focused = root.contains(document.activeElement) ? named(document.activeElement) : null;
  root.replaceChildren(...JSON.parse(read(data)).map(draw));
  if (focused) [...root.querySelectorAll("a")].find((link) => named(link) === focused)?.focus({ preventScroll: true });
  const shown = root.firstChild, table = root.querySelector("details");
  if (isOpen && table) table.open = true;
  document.dispatchEvent(new CustomEvent("upe-choose", { detail: { clause: shown.dataset.chosen, place: shown.dataset.place } }));
  root.onclick = (event) => {
    const link = event.target.closest("a[data-inside]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.href, "stay" in link.dataset);
  };
}
"""
)

_CHOSEN = BrowserPart(name="chosen", html='<div class="upe-block"></div>', script=_JS, isolated=False)
