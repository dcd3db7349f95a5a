"""One clause while it is looked over: its words, its kind, its id; joined, split or dropped."""

import streamlit as st

from policy_index.errors import PolicyIndexError, public_words
from policy_index.policy.document import Clause, ClauseKind
from policy_index.policy.editing import LONGEST_ID
from policy_index.policy.edits import ChangeKind, Drop, Edit, Merge, Rename, Split
from policy_index.policy.lanes import KIND_NAMES
from policy_index.ui.draft import Draft, places_to_split
from policy_index.ui.drafting import draft_of, put, set_problem
from policy_index.ui.foreign import plain
from policy_index.ui.links import Block, Tag, link, show_block, staying, tag
from policy_index.ui.policy_source import AT
from policy_index.ui.policy_tree import kind_in_words
from policy_index.words import counted, quoted


def show_clause_editor(draft: Draft, clause: Clause, *, name: str, view: str, can_edit: bool) -> None:
    """Show the chosen clause in its place in the tree, with what can be done to it."""
    number = draft.policy.columns[clause.id] + 1
    with st.container(border=True, key="clause-editor"):
        show_block(_head(draft, clause, number=number, view=view), key="edited clause")
        if not can_edit:
            return
        kind, clause_id = st.columns([2, 3])
        with kind:
            _show_kind(clause, name=name, number=number)
        with clause_id:
            _show_id(clause, name=name, number=number)
        with st.container(horizontal=True, gap="small"):
            _show_acts(draft, clause, name=name, number=number)


def change(name: str, edit: Edit, words: str, *, then: int | None = None) -> None:
    """Make a change in a draft, and choose the clause that begins at `then`; why it does not fit is said on the page."""
    draft = draft_of(name)
    if draft is None:
        return
    try:
        put(name, draft.change(edit, words))
    except PolicyIndexError as error:
        set_problem(public_words(error))
        return
    if then is None:
        st.query_params.pop(AT, None)
    else:
        st.query_params[AT] = str(then)


def _head(draft: Draft, clause: Clause, *, number: int, view: str) -> Block:
    before, after = draft.policy.neighbours[clause.id]
    steps: list[str | Tag] = []
    if before is not None:
        steps += [_step("← Before", "The clause before", view=view, place=before.span.start), " · "]
    if after is not None:
        steps += [_step("Next →", "The next clause", view=view, place=after.span.start), " · "]
    steps.append(staying(link("policies", "Close", label="Close this clause", view=view)))
    under = " › ".join(clause.path)
    return Block.of(
        tag(
            "nav",
            tag("strong", f"Clause {number} of {len(draft.policy.clauses)}"),
            tag("span", *steps),
            class_="upe-crumbs",
            aria_label="Clauses",
        ),
        *([tag("p", f"Under: {under}", class_="upe-soft")] if under else []),
        tag("p", clause.text, class_="upe-edited"),
        tag("p", f"{kind_in_words(draft, clause)} · {clause.citation}", class_="upe-soft"),
    )


def _step(words: str, label: str, *, view: str, place: int) -> Tag:
    return staying(link("policies", words, label=label, view=view, **{AT: str(place)}))


def _show_kind(clause: Clause, *, name: str, number: int) -> None:
    key = f"kind {name} {clause.span.start}"

    def turn() -> None:
        kind = ClauseKind(st.session_state[key])
        words = f"Made clause {number} “{KIND_NAMES[kind].lower()}”"
        change(name, ChangeKind(clause=clause.span, kind=kind), words, then=clause.span.start)

    st.session_state[key] = clause.kind.value
    st.selectbox(
        "Kind",
        [kind.value for kind in ClauseKind],
        format_func=lambda kind: KIND_NAMES[ClauseKind(kind)],
        key=key,
        on_change=turn,
        help="What the clause does to its reader. The first four kinds bind; the others inform.",
    )


def _show_id(clause: Clause, *, name: str, number: int) -> None:
    key = f"id {name} {clause.span.start}"
    held = f"{key} is of"

    def turn() -> None:
        wanted = str(st.session_state[key] or "").strip()
        edit = Rename(clause=clause.span, id=wanted)
        change(name, edit, f"Named clause {number} “{wanted}”", then=clause.span.start)

    if st.session_state.get(held) != clause.id:  # what was typed stays where it did not fit
        st.session_state[key], st.session_state[held] = clause.id, clause.id
    st.text_input(
        "Id",
        key=key,
        on_change=turn,
        max_chars=LONGEST_ID,
        help="Readable and stable: addresses and files name the clause by it. Small letters, digits, hyphens and slashes.",
    )


def _show_acts(draft: Draft, clause: Clause, *, name: str, number: int) -> None:
    _, after = draft.policy.neighbours[clause.id]
    span = clause.span
    st.button(
        "Join with the next",
        icon=":material/merge:",
        disabled=after is None,
        help=None if after is None else f"Takes in clause {number + 1:,}: {plain(quoted(after.text, letters=100))}",
        key=f"join {name} {span.start}",
        on_click=_join,
        args=(name, clause, after, number),
    )
    places = places_to_split(clause)
    with st.popover("Split", icon=":material/call_split:", disabled=not places):
        _show_split(clause, places, name=name, number=number)
    st.button(
        "Drop: no clause",
        icon=":material/remove_circle:",
        key=f"drop {name} {span.start}",
        help="Its words are set aside. Undo brings it back.",
        on_click=change,
        args=(name, Drop(clause=span), f"Dropped clause {number}"),
        kwargs={"then": None if after is None else after.span.start},
    )
    if draft.steps:
        st.button(
            "Undo",
            icon=":material/undo:",
            type="tertiary",
            key=f"undo here {name}",
            help=plain(f"Takes back: {draft.steps[-1].words}"),
            on_click=lambda: put(name, draft.undo()),
        )


def _join(name: str, clause: Clause, after: Clause | None, number: int) -> None:
    if after is not None:
        edit = Merge(clause=clause.span, following=after.span)
        change(name, edit, f"Joined clauses {number} and {number + 1}", then=clause.span.start)


def _show_split(clause: Clause, places: dict[int, str], *, name: str, number: int) -> None:
    key = f"split {name} {clause.span.start} {clause.span.end}"

    def cut() -> None:
        place = st.session_state[key]
        if place is not None:
            words = f"Split clause {number} before “{places.get(place, '')}”"
            change(name, Split(clause=clause.span, at=int(place)), words, then=clause.span.start)

    st.pills(
        "Which word begins the new clause?" if len(places) > 1 else "The new clause begins with",
        list(places),
        format_func=lambda place: plain(places[place]),
        key=key,
        on_change=cut,
        wrap=True,
        help=f"{counted(len(places), 'place')} where it can be split.",
    )
