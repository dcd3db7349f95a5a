"""Two wordings: what a change of words did to each clause, and where the search cannot see what it did."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from policy_index.brief import Brief, Change, Rewording, restate, write_brief
from policy_index.errors import PolicyIndexError
from policy_index.policy.lanes import Lane
from policy_index.search.likelihood import Likelihood
from policy_index.server.service import service
from policy_index.ui.foreign import show_problem
from policy_index.ui.links import Block, Tag, show_block, tag
from policy_index.ui.visit import note, visit
from policy_index.ui.waiting import while_open
from policy_index.words import counted, either, percent, quoted, shortened

_STRETCHES = 4
"""Changed stretches of words that are named; more of them are counted."""

_CLAUSES = 5
"""Clauses that are named in a sentence; the table has them all."""


def show_second_wording(brief: Brief) -> None:
    """Let a person change the wording, and show what rises, what falls, and what the search cannot see."""
    with st.form("second-wording", border=False):
        second = st.text_area(
            "Change the wording, and see what rises and what falls",
            key="wording",
            height=200,
            persist_state="session",
        )
        asked = st.form_submit_button("Compare", icon=":material/compare_arrows:")
    if asked:
        try:
            with while_open():
                note(second=write_brief(service().index(brief.pack), second or ""))
        except PolicyIndexError as error:
            show_problem(error)
    if (other := visit().second) is not None:
        rewording = Rewording.between(brief, restate(other, brief.facts))
        show_block(Block.of(*told(rewording, other)), key="rewording")
        _show_changes(rewording.changes)


def told(rewording: Rewording, second: Brief) -> list[Tag]:
    """Return what the change did, in sentences."""
    told = [tag("p", _words_changed(rewording))]
    if second.unfit is not None:
        return [*told, tag("p", f"The second wording cannot be judged. {second.unfit}")]
    if second.made_with_probabilities and rewording.moved:
        moved = rewording.moved[:_CLAUSES]
        items = [
            tag("li", f"{quoted(each.clause.text)}: {_lane(each.lane_before)} → {_lane(each.lane_after)}")
            for each in moved
        ]
        more = len(rewording.moved) - len(moved)
        told += [
            tag("p", tag("strong", f"{counted(len(rewording.moved), 'clause')} moved:")),
            tag("ul", *items, *([tag("li", f"… and {more} more, in the table")] if more else [])),
        ]
    elif second.made_with_probabilities and rewording.changes_words:
        told.append(tag("p", tag("strong", "No clause moved.")))
    if rewording.unseen:
        told.append(tag("p", *not_seen(rewording), class_="upe-note", role="note"))
    return told


def _words_changed(rewording: Rewording) -> str:
    if rewording.is_rewritten:
        return "Nearly all of it was written anew, so the changed words are not named one by one."
    if not rewording.changes_words:
        return "Both wordings have the same words."
    parts = [
        f"{what} {_stretches(stretches)}"
        for what, stretches in (("Taken out:", rewording.removed), ("Put in:", rewording.added))
        if stretches
    ]
    return f"{'. '.join(parts)}."


def _stretches(stretches: Sequence[str]) -> str:
    shown = [quoted(each, letters=80) for each in stretches[:_STRETCHES]]
    more = len(stretches) - len(shown)
    return either([*shown, *([f"{more} more"] if more else [])], word="and")


def not_seen(rewording: Rewording) -> list[str | Tag]:
    """Return that some clauses stay although the wording may be mended, and why that cannot be told."""
    names = either([f"“{shortened(each.clause.text)}”" for each in rewording.unseen[:_CLAUSES]], word="and")
    added = [f"“{words}”" for words in rewording.added_safeguards[:_STRETCHES]]
    why = (
        f"You put in {either(added, word='and')}; the search often misses what such words change."
        if added
        else (
            "Either the text is still about it, or the change is one that the search does not see, such as a condition or a check."
        )
    )
    stay = "stays" if len(rewording.unseen) == 1 else "stay"
    return [
        tag("strong", "The number cannot see whether this is a fix. "),
        f"{names} {stay}. {why} Read the clause, and decide by its words.",
    ]


def _lane(lane: Lane | None) -> str:
    return "not shown" if lane is None else f"“{lane.value}”"


def _show_changes(changes: Sequence[Change]) -> None:
    """Show what rose and fell between two wordings, as a table that screen readers read."""
    rows = "".join(
        f"<tr><td>{escape(change.clause.text)}</td><td>{_value(change.before)}</td>"
        f"<td>{_value(change.after)}</td><td>{_arrow(change)}</td></tr>"
        for change in changes
    )
    st.html(
        '<div class="upe-scroll" tabindex="0" role="region" aria-label="Changes from the first wording to the second">'
        '<table class="upe-table"><thead><tr><th scope="col">Clause</th><th scope="col">First wording</th>'
        f'<th scope="col">Second wording</th><th scope="col">Change</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _value(likelihood: Likelihood) -> str:
    if likelihood.probability is None:
        return f"{likelihood.score:.2f}"
    return f"{percent(likelihood.probability)} {likelihood.band}"


def _arrow(change: Change) -> str:
    size = abs(change.difference)
    if size < 0.005:  # noqa: PLR2004  # what would be shown as 0
        return "no change"
    points = f"{size:.2f}" if change.before.probability is None else f"{100 * size:.0f} points"
    return f"▲ rose by {points}" if change.difference > 0 else f"▼ fell by {points}"
