"""The checked text under other policies and versions: a column each, what appears, goes or is stricter, since when, and files."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from policy_index.brief import Brief
from policy_index.brief.values import BriefEntry, Touched
from policy_index.comparing.spread import Difference, Spread, Step, StepKind, spread
from policy_index.errors import PolicyIndexError
from policy_index.policy.document import Clause
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.records.papers import PaperFormat
from policy_index.records.spreads import (
    NOTE,
    STEP_WORDS,
    how_sure,
    measure_words,
    since_when,
    since_words,
    spread_paper,
    step_words,
)
from policy_index.server.service import service
from policy_index.ui.announce import announce
from policy_index.ui.cards import card
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.kept import choices, listed
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.ui.spread_style import STEP_COLORS, STEP_SIGNS, show_spread_style
from policy_index.words import counted, either

MOST_COLUMNS = 12
"""Policies and versions beside the checked one: more columns nobody reads on a page; files and the command take a hundred."""

_CHOSEN, _MADE = "spread-under", "spread-made"

_FILES = {
    PaperFormat.MARKDOWN: ("Markdown", ":material/markdown:"),
    PaperFormat.HTML: ("HTML to print", ":material/print:"),
    PaperFormat.CSV: ("CSV", ":material/table:"),
    PaperFormat.JSON: ("JSON", ":material/data_object:"),
}


def show_under_other_policies(brief: Brief) -> None:
    """Let a person choose policies and versions, and show the brief's text under each of them, beside the brief's own policy."""
    others = {spec: title for spec, title in choices(brief.pack).items() if spec != brief.pack.spec}
    if not others:
        st.markdown("This is the only policy here. Add a second one, or another version, on the page Policies.")
        return
    show_spread_style()
    specs = _ask(brief.pack, others)
    if not specs:
        announce("", key="spread")
        st.caption(
            "Choose what else to hold your text against. It is read once, and stays on this server. What you ticked of the "
            "product belongs to one policy, and is left out here."
        )
        return
    try:
        with st.spinner("Holding your text against each …", show_time=True):
            found = _spread_of(brief, specs)
            told = _difference_tags(found)
    except PolicyIndexError as error:
        announce("", key="spread")
        show_problem(error)
        return
    announce(_in_words(found), key="spread")
    if found.read.unfit is not None:
        st.warning(f"**Not judged.** {plain(found.read.unfit)}", icon=":material/help:")
    _show_since(found)
    columns = [_column(place, column, told.get(column.pack.spec, [])) for place, column in enumerate(found.columns)]
    table = tag(
        "div",
        *columns,
        class_="upe-columns",
        style={"--columns": str(len(columns))},
        tabindex="0",
        role="region",
        aria_label="A column for each policy",
    )
    show_block(Block.of(table, tag("p", NOTE, class_="upe-soft")), key="spread columns")
    _show_files(found)


def _ask(pack: PolicyPack, others: dict[str, str]) -> list[str]:
    """Return the specs that a person chose, without those that are not there any more."""
    kept = [spec for spec in st.session_state.get(_CHOSEN, []) if spec in others]
    if kept != st.session_state.get(_CHOSEN, []):
        st.session_state[_CHOSEN] = kept
    newest = [each.newest.spec for each in listed() if each.id != pack.id][:MOST_COLUMNS]
    own = [spec for spec in others if spec.partition("@")[0] == pack.id][:MOST_COLUMNS]
    chosen = st.multiselect(
        "Other policies and versions",
        list(others),
        format_func=lambda spec: others[spec],
        max_selections=MOST_COLUMNS,
        key=_CHOSEN,
        placeholder="Choose one or several",
        persist_state="session",
    )
    with st.container(horizontal=True):
        if newest:
            st.button(
                f"The newest of {counted(len(newest), 'other policy', 'other policies')}",
                key="spread-newest",
                icon=":material/library_books:",
                on_click=_choose,
                args=(newest,),
            )
        if own:
            st.button(
                f"{counted(len(own), 'other version')} of this policy",
                key="spread-versions",
                icon=":material/history:",
                on_click=_choose,
                args=(own,),
            )
    return list(chosen)


def _choose(specs: Sequence[str]) -> None:
    st.session_state[_CHOSEN] = list(specs)


def _spread_of(brief: Brief, specs: Sequence[str]) -> Spread:
    """Return the text under the brief's policy and these; made once for a text and a choice.

    Raises:
        PolicyIndexError: A policy is gone, or the text cannot be read just now.
    """
    packs = [brief.pack, *(service().shelf.find(spec) for spec in specs)]
    made = st.session_state.get(_MADE)
    if made is not None and made[0] == brief.text and made[1] == packs:
        found: Spread = made[2]
        return found
    found = spread(brief.text, [service().index(pack) for pack in packs])
    st.session_state[_MADE] = brief.text, packs, found
    return found


def _in_words(found: Spread) -> str:
    """Return what a screen reader says: how many clauses under how many policies."""
    clauses = sum(len(column.entries) for column in found.columns)
    return f"{counted(clauses, 'clause')} under {counted(len(found.columns), 'policy', 'policies and versions')}"


def _column(place: int, column: Touched, told: list[Tag]) -> Tag:
    """Return one column: which policy, what its words mean, how much changes, its clauses by lane, and what changes against the base."""
    base = [tag("p", "What the others are compared with", class_="upe-base")]
    lanes = [
        tag("div", tag("h4", lane.value, class_="upe-lane-name"), *(_entry(column.pack, each) for each in entries))
        for lane in Lane
        if (entries := [entry for entry in column.entries if entry.lane is lane])
    ]
    nothing = tag("p", "No clause of this policy seems to be about your text; that can be wrong.", class_="upe-none")
    guesses = " What a clause does to you is guessed from its words." if column.pack.policy.kinds_are_guesses else ""
    return tag(
        "section",
        tag("h3", column.pack.title),
        tag("p", f"{measure_words(column)}{guesses}", class_="upe-soft"),
        tag("div", *(told[:1] if place else base)),
        tag("div", *(lanes or [nothing])),
        tag("div", *told[1:]),
        class_="upe-column",
        aria_label=column.pack.title,
    )


def _entry(pack: PolicyPack, entry: BriefEntry) -> Tag:
    return card(
        tag("blockquote", entry.clause.text),
        tag("p", tag("strong", how_sure(entry)), " · ", _leading(pack, entry.clause)),
        lane=entry.lane,
    )


def _leading(pack: PolicyPack, clause: Clause) -> Tag:
    return link("categories", clause.position, policy=pack.spec, clause=clause.id, label=clause.citation)


def _difference_tags(found: Spread) -> dict[str, list[Tag]]:
    """Return what each column but the base's says of its difference from it, a summary first, by the column's policy."""
    return {difference.other.pack.spec: _told(difference) for difference in found.differences}


def _told(difference: Difference) -> list[Tag]:
    if difference.why_not:
        return [tag("p", f"Not comparable with the first column. {difference.why_not}", class_="upe-note")]
    counts = {kind: len(difference.of_kind(kind)) for kind in StepKind}
    words = [f"{number:,} {STEP_WORDS[kind]}" for kind, number in counts.items() if number]
    lines = [
        tag("p", f"{either(words, word='and')}." if words else "Nothing near on either side.", class_="upe-counts")
    ]
    changed = [step for step in difference.steps if step.kind is not StepKind.STAYS]
    lines += [tag("h4", "What changes", class_="upe-lane-name")] if changed else []
    lines += [tag("ul", *(_step(difference, step) for step in changed), class_="upe-steps-list")] if changed else []
    reworded = sum(step.reworded for step in difference.of_kind(StepKind.STAYS))
    if reworded and difference.base.pack.id == difference.other.pack.id:
        lines.append(tag("p", f"{reworded:,} of those that stay in other words.", class_="upe-soft"))
    return [*lines, *(tag("p", sentence, class_="upe-soft") for sentence in difference.notes)]


def _step(difference: Difference, step: Step) -> Tag:
    pack = difference.base.pack if step.kind is StepKind.GOES else difference.other.pack
    sign = f"{STEP_SIGNS[step.kind]} {STEP_WORDS[step.kind].capitalize()}"
    return tag(
        "li",
        tag("span", sign, class_="upe-step", style={"--kind": STEP_COLORS[step.kind]}),
        f" “{step.clause.text}” ",
        _leading(pack, step.clause),
        tag("small", f" {step_words(step)}"),
    )


def _show_since(found: Spread) -> None:
    """Say, where all columns are versions of one policy, since when the text touches what."""
    told = since_when(found)
    if not told:
        return
    items = [
        tag("li", f"“{each.clause.text}” ", _leading(each.pack, each.clause), ": ", tag("strong", since_words(each)))
        for each in told
    ]
    show_block(
        Block.of(
            tag("h3", "Since when"),
            tag("ul", *items),
            tag("p", "As far as the versions chosen here tell.", class_="upe-soft"),
        ),
        key="spread since",
    )


def _show_files(found: Spread) -> None:
    today = datetime.now(UTC).date()
    with st.container(horizontal=True):
        for form, (name, icon) in _FILES.items():
            st.download_button(
                name,
                partial(spread_paper, found, form, made_on=today),
                file_name=f"under-several-policies-{today.isoformat()}.{form.suffix}",
                mime=form.mime,
                icon=icon,
                key=f"download-spread-{form.value}",
                on_click="ignore",
            )
