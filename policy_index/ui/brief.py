"""A brief on the page: what stands below its summary, and its entries as cards, lane by lane."""

from collections.abc import Sequence

import streamlit as st

from policy_index.brief import Brief, BriefEntry
from policy_index.plots.palette import LANE_COLORS
from policy_index.policy.lanes import Lane
from policy_index.quality.record import FILE
from policy_index.search.example_scorer import goes_by_places
from policy_index.search.likelihood import Band
from policy_index.ui.accuracy import record_of
from policy_index.ui.cards import card, meter
from policy_index.ui.code import named
from policy_index.ui.foreign import plain
from policy_index.ui.frame import page
from policy_index.ui.links import Block, Tag, link, tag
from policy_index.ui.margin_data import reading_details, under_what
from policy_index.ui.visit import visit
from policy_index.words import either, percent, quoted

TOUCHES_FROM = 0.5
"""Probability of touching the policy from which “no clause found” would mislead."""

_PASSAGES_SHOWN = 2
"""Passages on a card; the others are a click away."""

_AT_FIRST = 12
"""Clauses that are shown where nobody chose another number."""

_LONG = 5
"""Sentences from which a text is a plan."""

WEAK_MATCH = "Only a weak match of topic: no clause is likely. Read those below before you lean on one."
"""What is said where nothing is likely."""

_WHY = "Why, what it depends on, and its citation"

_MATTERS = 0.05
"""Share of a text in another language that is worth a word."""


def show_checked(brief: Brief) -> None:
    """Say which text the results belong to; nothing in it is read as Markdown or HTML."""
    count = len(brief.sentences)
    read = "" if count == 1 else f" · {count:,} sentences, all read"
    what = "Nearest clauses for" if brief.unfit is None else "Not judged:"
    _show(tag("p", f"{what} {quoted(brief.text)}{read}", class_="upe-checked"))


def show_notices(brief: Brief) -> None:
    """Say what similarity does not see in this text, and what its probabilities rest on."""
    if brief.basis:
        st.caption(plain(brief.basis))
    foreign = [part for part in brief.foreign if part.share >= _MATTERS and not brief.unfit]
    if foreign:
        named = ", ".join(f"{part.language} ({percent(part.share)})" for part in foreign)
        st.warning(
            f"Part of this text seems to be {named}. The model knows English. {_measured_elsewhere(brief)}Trust “nothing "
            "found” least of all.",
            icon=":material/translate:",
        )
    if brief.safeguards and any(entry.keeps_clear or entry.band is not Band.UNLIKELY for entry in brief.entries):
        words = either([f"“{word}”" for word in brief.safeguards[:4]], word="and")
        _show(
            tag(
                "div",
                f"Your text says {words}. The search often misses what such words change. Read the clause, with its "
                "conditions and exceptions, and decide for yourself.",
                class_="upe-note",
                role="note",
            )
        )


def below_summary(brief: Brief) -> list[Tag]:
    """Return what stands right below a result's summary: how far to trust it, and what the search does not see in this text."""
    if brief.unfit is not None:
        return [tag("span", "Nothing was found out about this text, so nothing is marked in it.")]
    said: list[Tag] = []
    if brief.uncalibrated:
        said.append(tag("span", brief.uncalibrated))
    elif not brief.entries:
        said.append(
            tag("span", "That is what the measurements say, and they can be wrong. What came closest stands below.")
        )
    elif brief.is_weak:
        said.append(tag("span", WEAK_MATCH))
    foreign = [part for part in brief.foreign if part.share >= _MATTERS]
    if foreign:
        named = ", ".join(f"{part.language} ({percent(part.share)})" for part in foreign)
        said.append(
            tag(
                "strong",
                f"Part of this text seems to be {named}. The model knows English. {_measured_elsewhere(brief)}Trust “nothing found” "
                "least of all.",
            )
        )
    if brief.safeguards and any(entry.keeps_clear or entry.band is not Band.UNLIKELY for entry in brief.entries):
        words = either([f"“{word}”" for word in brief.safeguards[:4]], word="and")
        said.append(
            tag("span", f"Your text says {words}: the search often misses what such words change. Read the clause.")
        )
    return [*said, *how_far_to_trust(brief)]


def how_far_to_trust(brief: Brief) -> list[Tag]:
    """Return a link to what was measured of texts like this one: of refusals, of long plans, or of all, or of nearness elsewhere."""
    if not brief.pack.fitted(FILE).is_file():
        return [link("accuracy", "How far to trust this", anchor="nearness")] if goes_by_places(brief.pack) else []
    if Lane.KEEPS_CLEAR in brief.lanes or brief.safeguards:
        anchor = "stance"
    else:
        anchor = "long-plans" if len(brief.sentences) >= _LONG else ""
    return [link("accuracy", "How far to trust this", anchor=anchor)]


def _measured_elsewhere(brief: Brief) -> str:
    """Return what was measured on other languages under this policy; nothing where nothing was."""
    record = record_of(brief.pack)
    if record is None or not record["languages"] or record["heldout"]["all"]["clauses"] is None:
        return ""
    others, english = record["languages"][-1], record["heldout"]["all"]["clauses"]["recall_at_1"]
    return (
        f"Of {others['texts']} held-out texts in other languages the right clause came first for "
        f"{percent(others['recall_at_1']['value'])} (in English for {percent(english['value'])}), and only "
        f"{percent(others['shown_touching']['value'])} of those that touch the policy were shown a clause. "
    )


def show_to_do(brief: Brief) -> None:
    """Show the clauses lane by lane, then the unlikely ones, each as a card; a person chooses which lanes and how many."""
    if brief.unfit is not None:
        show_unfit(brief.unfit)
        return
    lanes, left = _choose()
    if not lanes:
        st.info("No kind of clause is chosen: choose at least one to see results.", icon=":material/filter_alt_off:")
    rest = [entry for entry in brief.rest if entry.lane in lanes]
    if lanes and not brief.entries:
        rest = rest[show_nothing_found(brief.touch, rest) :]
    if brief.is_weak:
        _show(tag("p", WEAK_MATCH, class_="upe-note", role="note"))
    for lane, entries in brief.lanes.items():
        if lane in lanes and left > 0:
            show_lane(lane, entries[:left])
            left -= len(entries)
    if not rest or left <= 0:
        return
    if (fold := st.expander(f"{_rest_is(brief)}, nearest first", key="rest", on_change="rerun")).open:
        with fold:
            for entry in rest[:left]:
                show_entry(entry)


def _choose() -> tuple[Sequence[Lane], int]:
    """Let a person choose kinds and number of clauses, and return them; folded away, what was chosen before."""
    if (fold := st.expander("Filter: kinds and number of clauses", key="filter", on_change="rerun")).open:
        with fold:
            st.pills(
                "Kinds of clauses to show",
                list(Lane),
                selection_mode="multi",
                default=list(Lane),
                key="lanes",
                wrap=True,
                persist_state="session",
            )
            st.slider("Number of clauses to show", 1, 30, _AT_FIRST, key="limit", persist_state="session")
    return st.session_state.get("lanes", list(Lane)), st.session_state.get("limit", _AT_FIRST)


def _rest_is(brief: Brief) -> str:
    return "Unlikely clauses" if brief.made_with_probabilities else "Further clauses"


def show_unfit(reason: str) -> None:
    """Say why a text cannot be judged and what to do, in place of clauses: nothing was found out about it."""
    st.warning(f"**Not judged.** {plain(reason)}", icon=":material/help:")


def show_nothing_found(touch: float | None, nearest: Sequence[BriefEntry]) -> int:
    """Say that no clause reaches the band `possible`, whether the text touches the policy all the same, and what is near.

    Returns:
        How many of the nearest were shown.
    """
    if touch is not None and touch >= TOUCHES_FROM:
        st.warning(
            f"**No single clause stands out, but the text seems to touch the policy** ({percent(touch)}). "
            "Several clauses come near; read them.",
            icon=":material/join_inner:",
        )
        shown = nearest[:3]
    else:
        st.info(
            "**No clause of this policy seems to be about this.** That is what the measurements say, and they can be "
            "wrong: the page Accuracy says how often. This is what came closest.",
            icon=":material/search_off:",
        )
        shown = nearest[:1]
    for entry in shown:
        show_entry(entry)
    return len(shown)


def show_lane(lane: Lane, entries: Sequence[BriefEntry], *, level: int = 2) -> None:
    """Show a group of results under a heading of this level."""
    _show(tag(f"h{level}", lane.value, class_="upe-lane", style={"--lane": LANE_COLORS[lane]}))
    if lane is Lane.KEEPS_CLEAR:
        st.caption(
            "The search often mistakes who refuses what: read the sentence, and decide whether you really keep clear."
        )
    for entry in entries:
        show_entry(entry)


def show_entry(entry: BriefEntry) -> None:
    """Show one clause: its own words, how sure, which passages, our reading, what to do."""
    clause, pack = entry.clause, visit().pack
    spec = named(pack)
    with st.container(border=True, gap="xsmall"):
        _show(
            card(
                tag("blockquote", clause.text),
                tag("p", f"{clause.citation} · {under_what(clause, pack)}"),
                *_reasons(entry),
                _how_sure(entry),
                *_passages(entry),
                *_to_do(entry),
                *_said(entry),
                lane=entry.lane,
            )
        )
        fold = st.expander(_WHY, type="compact", key=f"why {clause.id}", on_change="rerun")
        if not fold.open:
            return
        with fold:
            if details := _details(entry):
                _show(tag("dl", *details, class_="upe-details"))
            st.code(f"“{clause.text}” ({clause.citation})", language=None, wrap_lines=True)
            st.page_link(
                page("categories"),
                label="All about this clause",
                icon=":material/link:",
                query_params={"clause": clause.id} | ({} if spec is None else {"policy": spec}),
            )


def _reasons(entry: BriefEntry) -> list[Tag]:
    return [
        tag("p", f"{reason.because} The clause says “{reason.words}”.", class_="upe-reason") for reason in entry.reasons
    ]


def _how_sure(entry: BriefEntry) -> Tag:
    """Return how sure the match is, or what is said instead of a number that would contradict why the clause is there."""
    if entry.said_instead:
        return tag("p", tag("strong", f"{entry.said_instead}."), class_="upe-stated")
    return meter(entry.likelihood)


def _passages(entry: BriefEntry) -> list[Tag]:
    shown = entry.quoted[:_PASSAGES_SHOWN]
    more = len(entry.quoted) - len(shown)
    quotes = [tag("p", f"In your text: “{passage.text}”") for passage in shown]
    return [*quotes, *([tag("p", f"… and {more} more")] if more else [])]


def _to_do(entry: BriefEntry) -> list[Tag]:
    """Return what to do about a clause; nothing where it is unlikely, unless a fact that was stated or a refusal brings it here."""
    is_far = entry.band is Band.UNLIKELY and not entry.reasons and not entry.keeps_clear
    if entry.reading is None or is_far:
        return []
    items = (tag("li", todo.text) for todo in entry.reading.todo)
    return [tag("p", "What to do (our words)", class_="upe-ours"), tag("ul", *items, class_="upe-todo")]


def _said(entry: BriefEntry) -> list[Tag]:
    return [] if entry.remark is None else [tag("p", f"Your words: {entry.remark.words}")]


def _details(entry: BriefEntry) -> list[Tag]:
    """Return what is known of an entry beyond its card, as terms and their descriptions."""
    told = reading_details(entry.reading)
    if close := entry.passages[0].closest_exemplar:
        told.append(("Nearest of our examples", f"Close to: “{close}”"))
    told += [("Also in your text", f"“{passage.text}”") for passage in entry.quoted[_PASSAGES_SHOWN:]]
    return [part for term, words in told for part in (tag("dt", term), tag("dd", words))]


def _show(element: Tag) -> None:
    """Draw an element without links; outside the class of blocks, whose look is that of running words."""
    st.html(Block.of(element).html or "")
