"""A brief on the page: its notices, and its entries as cards."""

import textwrap
from collections.abc import Sequence
from html import escape

import streamlit as st

from policy_index.accuracy import bundled_accuracy
from policy_index.brief import Brief, Entry
from policy_index.calibration import Band
from policy_index.contexts import Context, signs
from policy_index.lanes import Lane
from policy_index.palette import LANE_COLORS
from policy_index.readings import Reading
from policy_index.ui.frame import pages
from policy_index.ui.words import percent

_TOUCHES_FROM = 0.5
"""Probability of touching the policy from which “no clause found” would mislead."""

_PASSAGES_SHOWN = 2
"""Passages on a card; the others are a click away."""

_MATTERS = 0.05
"""Share of a text in another language that is worth a word."""


def show_checked(text: str, sentences: int) -> None:
    """Say which text the results belong to; nothing in it is read as Markdown or HTML."""
    shown = textwrap.shorten(text, 160, placeholder=" …") or text[:160]
    read = "" if sentences == 1 else f" · {sentences:,} sentences, all read"
    st.html(f'<p class="upe-checked">Nearest clauses for “{escape(shown)}”{read}</p>')


def show_notices(brief: Brief) -> None:
    """Say what similarity does not see in this text."""
    if brief.uncalibrated:
        st.info(brief.uncalibrated, icon=":material/info:")
    foreign = [part for part in brief.foreign if part.share >= _MATTERS]
    if foreign:
        record = bundled_accuracy()
        others, english = record["languages"][-1], record["heldout"]["all"]["clauses"]["recall_at_1"]
        named = ", ".join(f"{part.language} ({part.share:.0%})" for part in foreign)
        st.warning(
            f"Part of this text seems to be {named}. The model knows English. Of {others['texts']} held-out texts in other "
            f"languages the right clause came first for {others['recall_at_1']['value']:.0%} (in English for "
            f"{english['value']:.0%}), and only {others['shown_touching']['value']:.0%} of those that touch the policy were "
            "shown a clause: trust “nothing found” least of all.",
            icon=":material/translate:",
        )
    if brief.safeguards and any(entry.band is not Band.UNLIKELY for entry in brief.entries):
        quoted = ", ".join(f"“{escape(word)}”" for word in brief.safeguards[:4])
        st.html(
            f'<div class="upe-note" role="note">Your text says {quoted}. Similarity does not see that: it compares '
            "topics. Read the clause, with its conditions and exceptions, and decide for yourself.</div>"
        )


def show_nothing_found(touch: float | None, nearest: Sequence[Entry]) -> int:
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


def show_lane_title(lane: Lane, *, level: int = 2) -> None:
    """Show the heading of a group of results, a heading of this level."""
    st.html(f'<h{level} class="upe-lane" style="--lane:{LANE_COLORS[lane]}">{escape(lane.value)}</h{level}>')


def show_entry(entry: Entry) -> None:
    """Show one clause: its own words, how sure, which passages, our reading, what to do."""
    clause = entry.clause
    context = clause.category if clause.category and clause.text != clause.category else clause.section
    with st.container(border=True, gap="xsmall"):
        st.html(
            f'<div class="upe-card" style="--lane:{LANE_COLORS[entry.lane]}">'
            f"<blockquote>{escape(clause.text)}</blockquote>"
            f"<p>{escape(clause.citation)} · {escape(context)}</p>"
            f"{_reasons_html(entry)}{_meter_html(entry)}{_passages_html(entry)}{_to_do_html(entry.reading)}</div>"
        )
        with st.expander("Why, what it depends on, and its citation", type="compact"):
            st.html(_details_html(entry))
            st.code(f"“{clause.text}” ({clause.citation})", language=None, wrap_lines=True)
            st.page_link(
                pages()["categories"],
                label="Open in Categories",
                icon=":material/link:",
                query_params={"clause": clause.id},
            )


def show_context_hint(text: str, stated: Sequence[Context]) -> None:
    """Point at words of the text that suggest a fact which has not been stated; nothing is assumed."""
    hints = [f"“{escape(words)}” → {context.label}" for context, words in signs(text).items() if context not in stated]
    if hints:
        st.html(f'<p class="upe-hint">Your text says {"; ".join(hints)}. Tick what is true.</p>')


def _reasons_html(entry: Entry) -> str:
    return "".join(
        f'<p class="upe-reason">{escape(reason.because)} The clause says “{escape(reason.words)}”.</p>'
        for reason in entry.reasons
    )


def _meter_html(entry: Entry) -> str:
    """Return band, probability and similarity as a meter; only the similarity where there is no calibration."""
    if entry.probability is None or entry.band is None:
        name, value, words = "Similarity", max(0.0, entry.score), f"Similarity {entry.score:.2f}"
    else:
        name, value = "Probability", entry.probability
        words = f"<strong>{entry.band.capitalize()}</strong> · {percent(value)} · similarity {entry.score:.2f}"
    return (
        f'<div class="upe-meter" role="meter" aria-label="{name}" aria-valuemin="0" aria-valuemax="1" '
        f'aria-valuenow="{value:.2f}"><span>{words}</span>'
        f'<span class="upe-bar"><span style="width:{value:.0%}"></span></span></div>'
    )


def _passages_html(entry: Entry) -> str:
    if entry.band is Band.UNLIKELY:
        return ""
    shown = entry.passages[:_PASSAGES_SHOWN]
    more = len(entry.passages) - len(shown)
    quotes = "".join(f"<p>In your text: “{escape(passage.text)}”</p>" for passage in shown)
    return quotes + (f"<p>… and {more} more</p>" if more else "")


def _to_do_html(reading: Reading | None) -> str:
    if reading is None:
        return ""
    items = "".join(f"<li>{escape(todo.text)}</li>" for todo in reading.todo)
    return f'<p class="upe-ours">What to do (our words)</p><ul class="upe-todo">{items}</ul>'


def _details_html(entry: Entry) -> str:
    reading, rest = entry.reading, entry.passages[_PASSAGES_SHOWN:]
    lines = []
    if reading is not None:
        lines.append(f"<dt>What it is about (our words)</dt><dd>{escape(reading.about)}</dd>")
        lines += [
            f"<dt>{'Condition' if phrase.lifts else 'How far it reaches'}</dt>"
            f"<dd>“{escape(phrase.words)}”. {escape(phrase.meaning)}</dd>"
            for phrase in reading.conditions
        ]
        lines += [
            f"<dt>Exception</dt><dd>“{escape(phrase.words)}”. {escape(phrase.meaning)}</dd>"
            for phrase in reading.exceptions
        ]
    if close := entry.passages[0].closest_exemplar:
        lines.append(f"<dt>Nearest of our examples</dt><dd>Close to: “{escape(close)}”</dd>")
    lines += [f"<dt>Also in your text</dt><dd>“{escape(passage.text)}”</dd>" for passage in rest]
    return f'<dl class="upe-details">{"".join(lines)}</dl>'
