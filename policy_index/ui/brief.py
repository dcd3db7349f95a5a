"""A brief on the page: its notices, and its entries as cards, lane by lane."""

from collections.abc import Sequence

import streamlit as st

from policy_index.brief import Brief, BriefEntry
from policy_index.plots.palette import LANE_COLORS
from policy_index.policy.document import Clause
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.policy.readings import Reading
from policy_index.search.likelihood import Band
from policy_index.ui.accuracy import record_of
from policy_index.ui.cards import card, meter
from policy_index.ui.code import named
from policy_index.ui.frame import pages
from policy_index.ui.links import Block, Tag, tag
from policy_index.ui.visit import visit
from policy_index.words import either, percent, quoted

_TOUCHES_FROM = 0.5
"""Probability of touching the policy from which “no clause found” would mislead."""

_PASSAGES_SHOWN = 2
"""Passages on a card; the others are a click away."""

_MATTERS = 0.05
"""Share of a text in another language that is worth a word."""


def show_checked(brief: Brief) -> None:
    """Say which text the results belong to; nothing in it is read as Markdown or HTML."""
    count = len(brief.sentences)
    read = "" if count == 1 else f" · {count:,} sentences, all read"
    what = "Nearest clauses for" if brief.unfit is None else "Not judged:"
    _show(tag("p", f"{what} {quoted(brief.text)}{read}", class_="upe-checked"))


def show_notices(brief: Brief) -> None:
    """Say what similarity does not see in this text, and why there are no probabilities where there are none."""
    if brief.uncalibrated:
        st.info(brief.uncalibrated, icon=":material/info:")
    foreign = [part for part in brief.foreign if part.share >= _MATTERS and not brief.unfit]
    if foreign:
        named = ", ".join(f"{part.language} ({percent(part.share)})" for part in foreign)
        st.warning(
            f"Part of this text seems to be {named}. The model knows English. {_measured_elsewhere(brief)}Trust “nothing "
            "found” least of all.",
            icon=":material/translate:",
        )
    if brief.safeguards and any(entry.band is not Band.UNLIKELY for entry in brief.entries):
        words = either([f"“{word}”" for word in brief.safeguards[:4]], word="and")
        _show(
            tag(
                "div",
                f"Your text says {words}. Similarity does not see that: it compares topics. Read the clause, with its "
                "conditions and exceptions, and decide for yourself.",
                class_="upe-note",
                role="note",
            )
        )


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
    with st.expander("Filter: kinds and number of clauses"):
        lanes = st.pills(
            "Kinds of clauses to show",
            list(Lane),
            selection_mode="multi",
            default=list(Lane),
            key="lanes",
            wrap=True,
            persist_state="session",
        )
        left = st.slider("Number of clauses to show", 1, 30, 12, key="limit", persist_state="session")
    if not lanes:
        st.info("No kind of clause is chosen: choose at least one to see results.", icon=":material/filter_alt_off:")
    rest = [entry for entry in brief.rest if entry.lane in lanes]
    if brief.unfit is not None:
        show_unfit(brief.unfit)
        rest = []
    elif lanes and not brief.entries:
        rest = rest[show_nothing_found(brief.touch, rest) :]
    for lane, entries in brief.lanes.items():
        if lane in lanes and left > 0:
            show_lane(lane, entries[:left])
            left -= len(entries)
    if rest and left > 0:
        with st.expander(f"{_rest_is(brief)}, nearest first: {len(rest[:left])}"):
            for entry in rest[:left]:
                show_entry(entry)


def _rest_is(brief: Brief) -> str:
    return "Unlikely clauses" if brief.made_with_probabilities else "Further clauses"


def show_unfit(reason: str) -> None:
    """Say why a text cannot be judged and what to do, in place of clauses: nothing was found out about it."""
    st.warning(f"**Not judged.** {reason}", icon=":material/help:")


def show_nothing_found(touch: float | None, nearest: Sequence[BriefEntry]) -> int:
    """Say that no clause reaches the band `possible`, whether the text touches the policy all the same, and what is near.

    Returns:
        How many of the nearest were shown.
    """
    if touch is not None and touch >= _TOUCHES_FROM:
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
                tag("p", f"{clause.citation} · {_under(clause, pack)}"),
                *_reasons(entry),
                meter(entry.likelihood),
                *_passages(entry),
                *_to_do(entry.reading),
                lane=entry.lane,
            )
        )
        with st.expander("Why, what it depends on, and its citation", type="compact"):
            if details := _details(entry):
                _show(tag("dl", *details, class_="upe-details"))
            st.code(f"“{clause.text}” ({clause.citation})", language=None, wrap_lines=True)
            st.page_link(
                pages()["categories"],
                label="Open in Categories",
                icon=":material/link:",
                query_params={"clause": clause.id} | ({} if spec is None else {"policy": spec}),
            )


def _under(clause: Clause, pack: PolicyPack) -> str:
    """Return what a clause stands under: its category, or its section; without categories all headings and lead-ins above it."""
    if clause.category and clause.text != clause.category:
        return clause.category
    path = " › ".join(part.removesuffix(":") for part in clause.path)
    return clause.section if pack.policy.categories else path or clause.section


def _reasons(entry: BriefEntry) -> list[Tag]:
    return [
        tag("p", f"{reason.because} The clause says “{reason.words}”.", class_="upe-reason") for reason in entry.reasons
    ]


def _passages(entry: BriefEntry) -> list[Tag]:
    if entry.band is Band.UNLIKELY:
        return []
    shown = entry.passages[:_PASSAGES_SHOWN]
    more = len(entry.passages) - len(shown)
    quotes = [tag("p", f"In your text: “{passage.text}”") for passage in shown]
    return [*quotes, *([tag("p", f"… and {more} more")] if more else [])]


def _to_do(reading: Reading | None) -> list[Tag]:
    if reading is None:
        return []
    items = (tag("li", todo.text) for todo in reading.todo)
    return [tag("p", "What to do (our words)", class_="upe-ours"), tag("ul", *items, class_="upe-todo")]


def _details(entry: BriefEntry) -> list[Tag]:
    """Return what is known of an entry beyond its card, as terms and their descriptions."""
    told: list[tuple[str, str]] = []
    if (reading := entry.reading) is not None:
        told.append(("What it is about (our words)", reading.about))
        told += [
            ("Condition" if phrase.lifts else "How far it reaches", f"“{phrase.words}”. {phrase.meaning}")
            for phrase in reading.conditions
        ]
        told += [("Exception", f"“{phrase.words}”. {phrase.meaning}") for phrase in reading.exceptions]
    if close := entry.passages[0].closest_exemplar:
        told.append(("Nearest of our examples", f"Close to: “{close}”"))
    told += [("Also in your text", f"“{passage.text}”") for passage in entry.passages[_PASSAGES_SHOWN:]]
    return [part for term, words in told for part in (tag("dt", term), tag("dd", words))]


def _show(element: Tag) -> None:
    """Draw an element without links; outside the class of blocks, whose look is that of running words."""
    st.html(Block.of(element).html or "")
