"""The review: what was recognised in a policy as a tree, the source beside it, what a person changes, and Keep."""

from contextlib import suppress
from datetime import date
from threading import Thread

import streamlit as st

from policy_index.errors import EditConflictError, PolicyIndexError, public_words
from policy_index.policy.document import Provenance
from policy_index.policy.pack import PolicyPack
from policy_index.search.policy_language import language_note
from policy_index.server.service import service
from policy_index.ui import drafting
from policy_index.ui.announce import announce
from policy_index.ui.chosen import POLICY
from policy_index.ui.clause_concepts import show_clause_concepts
from policy_index.ui.clause_editor import show_clause_editor
from policy_index.ui.draft import Draft
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.kept import kept_library, library_to_keep_in, versions_of
from policy_index.ui.links import Block, link, show_block, tag
from policy_index.ui.looking_ahead import drop_ahead, hand_over_ahead
from policy_index.ui.policy_source import AT, show_source
from policy_index.ui.policy_tree import PAGE, recognised, show_rows, show_turning, stretch_of
from policy_index.ui.policy_views import View, note_kept
from policy_index.ui.visit import turn_to
from policy_index.ui.visitor import visitor
from policy_index.words import counted, long_day, shortened

_OLDEST = date(1900, 1, 1)
_LATEST = date(2200, 12, 31)


def show_new_draft(draft: Draft) -> None:
    """Show the review of a policy that is not kept yet."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Keep this policy", type="primary", icon=":material/check:", key="keep"):
            _keep(draft)
        show_block(Block.of(tag("p", link("policies", "Back to the list"), class_="upe-soft")), key="back")
        _show_discard(drafting.NEW)
    _show_problem()
    _show_recognised(draft)
    _show_facts(draft)
    show_changes(draft, name=drafting.NEW)
    _show_tree(draft, name=drafting.NEW, view=View.DRAFT, can_edit=True)


def show_kept_clauses(pack: PolicyPack, *, can_edit: bool) -> None:
    """Show the tree of a version that is kept, to be edited where it can be."""
    if not can_edit:
        _show_tree(drafting.draft_of_shelf(pack), name=pack.spec, view=View.CLAUSES, can_edit=False)
        return
    draft = drafting.draft_of_kept(pack)
    if draft.steps:
        with st.container(horizontal=True, vertical_alignment="center"):
            words = f"Keep {counted(len(draft.steps), 'change')}"
            if st.button(words, type="primary", icon=":material/check:", key="keep-edits"):
                _keep_edits(draft, pack)
            _show_discard(pack.spec)
    _show_problem()
    _show_conflict(draft, pack)
    _show_recognised(draft)
    show_changes(draft, name=pack.spec)
    _show_tree(draft, name=pack.spec, view=View.CLAUSES, can_edit=True, kept=pack)


def show_changes(draft: Draft, *, name: str) -> None:
    """Say what was changed last, and let it be taken back and made again."""
    last = draft.steps[-1].words if draft.steps else ""
    announce(f"{last}. {counted(len(draft.policy.clauses), 'clause')}." if last else "", key="changes")
    if not draft.steps and not draft.undone:
        st.caption("Click a clause, in the tree or in the source, to change its kind, join, split, drop or rename it.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Undo",
            icon=":material/undo:",
            disabled=not draft.steps,
            key=f"undo {name}",
            on_click=lambda: drafting.put(name, draft.undo()),
        )
        st.button(
            "Redo",
            icon=":material/redo:",
            disabled=not draft.undone,
            key=f"redo {name}",
            on_click=lambda: drafting.put(name, draft.redo()),
        )
        done = f"{counted(len(draft.steps), 'change')}; the last: {last}" if last else "No change is left"
        st.caption(plain(f"{done}."))


def _show_recognised(draft: Draft) -> None:
    made_of = f"Read from {draft.origin}. " if draft.origin else ""
    items = [tag("li", sentence) for sentence in draft.set_aside]
    aside = []
    if items:
        head = f"Left out of the file: {counted(len(items), 'thing')}"
        aside = [tag("details", tag("summary", head), tag("ul", *items))]
    guesses = " The kinds are guesses from the words." if draft.read.kinds_are_guesses else ""
    show_block(
        Block.of(tag("p", made_of, tag("strong", f"{recognised(draft.policy)}."), guesses), *aside),
        key="recognised",
    )
    if (note := language_note(draft.policy)) is not None:
        st.warning(plain(note), icon=":material/translate:")


def _show_facts(draft: Draft) -> None:
    """Show the boxes about a new policy: what is guessed is said to be guessed."""
    title, publisher = st.columns(2)
    title.text_input("Title", key=drafting.TITLE, max_chars=500, persist_state="session")
    publisher.text_input(
        "Publisher", key=drafting.PUBLISHER, max_chars=500, placeholder="Whose policy it is", persist_state="session"
    )
    day, policy_id, url = st.columns([2, 3, 4])
    day.date_input(
        "In force from",
        value=None,
        key=drafting.DAY,
        min_value=_OLDEST,
        max_value=_LATEST,
        format="YYYY-MM-DD",
        persist_state="session",
        help="The day names the version. Left empty, it is the day that the text itself states, or none.",
    )
    policy_id.text_input(
        "Id in addresses and commands",
        key=drafting.POLICY_ID,
        max_chars=80,
        persist_state="session",
        disabled=bool(draft.version_of),
        help="Small letters, digits and hyphens.",
    )
    url.text_input("Its web page, if it has one", key=drafting.URL, max_chars=2000, persist_state="session")
    said = []
    if draft.guessed_title:
        said.append(f"the title “{shortened(draft.guessed_title)}”")
    if draft.guessed_day:
        said.append(f"the day {long_day(draft.guessed_day)}")
    guess = f"Guessed from the source: {' and '.join(said)}. " if said else ""
    if not draft.guessed_day:
        guess += "The source states no day from which it is in force. "
    st.caption(plain(guess + _which_version(draft)))


def _which_version(draft: Draft) -> str:
    """Return whether this is a new policy or a version of one that is there, and of which."""
    try:
        there = versions_of(str(st.session_state.get(drafting.POLICY_ID) or "").strip())
    except PolicyIndexError:
        return ""
    if not there:
        return "It will be a new policy."
    days = ", ".join(entry.version for entry in there[:3])
    same = " Clauses with the same words keep their ids." if draft.older else ""
    return f"It will be a further version of {there[0].id}, which is there in {days}.{same}"


def _show_tree(draft: Draft, *, name: str, view: View, can_edit: bool, kept: PolicyPack | None = None) -> None:
    asked = st.query_params.get(AT)
    place = int(asked) if asked is not None and asked.isascii() and asked.isdigit() and len(asked) < 12 else None  # noqa: PLR2004
    chosen = None if place is None else draft.clause_at(place)
    stretch = stretch_of(draft.policy, asked=st.query_params.get(PAGE), chosen=chosen)
    tree, source = st.columns([7, 5], gap="medium")
    with tree:
        st.header("What was recognised")
        show_turning(stretch, view=view, key="above")
        parts = stretch.parts
        cut = next((at for at, part in enumerate(parts) if chosen and part.clause_id == chosen.id), None)
        if cut is None or chosen is None:
            show_rows(draft, parts, key="whole", view=view, can_edit=can_edit)
        else:
            show_rows(draft, parts[:cut], key="before", view=view, can_edit=can_edit)
            show_clause_editor(draft, chosen, name=name, view=view, can_edit=can_edit)
            if kept is not None and chosen.id in kept.policy.columns:
                with st.expander("Topics that this clause was placed by", icon=":material/category:"):
                    show_clause_concepts(kept, kept.policy.clause(chosen.id))
            show_rows(draft, parts[cut + 1 :], key="after", view=view, can_edit=can_edit)
        show_turning(stretch, view=view, key="below")
    with source:
        st.header("The source")
        show_source(draft.policy, chosen=None if chosen is None else chosen.span.start, within=stretch.within)


def _show_problem() -> None:
    sentence = drafting.problem()
    if sentence:
        show_problem(sentence)


def _show_discard(name: str) -> None:
    with st.popover("Discard", icon=":material/delete:", type="tertiary"):
        st.markdown("Your changes here are lost. What is kept stays as it is.")
        st.button("Discard the draft", key=f"discard {name}", on_click=_discard, args=(name,))


def _discard(name: str) -> None:
    drafting.put(name, None)
    if name == drafting.NEW:
        drop_ahead()
    asked = {key: value for key, value in st.query_params.to_dict().items() if key == POLICY}
    st.query_params.from_dict(asked if name == drafting.NEW else asked | {"view": View.CLAUSES.value})


def _keep(draft: Draft) -> None:
    """Keep a new policy or version, and go to its page; what was typed stays where it cannot be kept."""
    from policy_index.library.values import pack_texts  # brings SQLAlchemy along, which no other page needs

    title = str(st.session_state.get(drafting.TITLE) or "").strip()
    if not title:
        drafting.set_problem("Expected a title, got none; the policy is not kept yet.")
        return
    provenance = Provenance(
        publisher=str(st.session_state.get(drafting.PUBLISHER) or "").strip(),
        title=title,
        updated=st.session_state.get(drafting.DAY),
        url=str(st.session_state.get(drafting.URL) or "").strip(),
    )
    policy_id = str(st.session_state.get(drafting.POLICY_ID) or "").strip()
    try:
        parts = pack_texts(policy_id, draft.read.source, provenance=provenance, edits=draft.edits)
        card = library_to_keep_in().add(parts, who=visitor().allowed(), taken=service().shelf.taken)
        pack = service().shelf.find(card.spec)
    except PolicyIndexError as error:
        drafting.set_problem(f"Not kept yet, and nothing is lost: {public_words(error)}")
        return
    drafting.put(drafting.NEW, None)
    hand_over_ahead()
    _go_to(pack)


def _keep_edits(draft: Draft, pack: PolicyPack) -> None:
    library = kept_library()
    if library is None or draft.kept is None:
        return
    try:
        who = visitor().allowed()
        card = library.edit(pack.spec, draft.edits, expected_revision=draft.kept.revision, who=who)
        changed = service().shelf.find(card.spec)
    except EditConflictError:
        return  # said by `_show_conflict`, with what can be done
    except PolicyIndexError as error:
        drafting.set_problem(f"Not kept yet, and nothing is lost: {public_words(error)}")
        return
    drafting.put(pack.spec, None)
    _go_to(changed)


def _go_to(pack: PolicyPack) -> None:
    if service().is_warm():
        Thread(target=_make_index, args=(pack,), name="make-index", daemon=True).start()
    turn_to(pack)
    note_kept(pack)
    st.query_params.from_dict({POLICY: pack.spec, "view": View.ABOUT.value})
    st.rerun()


def _make_index(pack: PolicyPack) -> None:
    """Make the index while the person reads what comes next; whatever goes wrong is said at the first check."""
    with suppress(PolicyIndexError):
        service().index(pack)


def _show_conflict(draft: Draft, pack: PolicyPack) -> None:
    """Say where somebody else has edited the version since, and let the changes be made in what they left."""
    if not draft.steps or draft.kept is None:
        return
    now = drafting.read_kept(pack)
    if now.kept == draft.kept:
        return
    st.warning(
        f"Somebody else has edited this version since you opened it. Nothing of theirs or yours is overwritten: your "
        f"{counted(len(draft.steps), 'change')} can be made in what they left.",
        icon=":material/group:",
    )

    def bring() -> None:
        brought, unfit = draft.onto(now)
        drafting.put(pack.spec, brought)
        if unfit:
            drafting.set_problem("These changes do not fit what they left: " + " ".join(each.reason for each in unfit))

    st.button("Make my changes in their version", icon=":material/merge:", key="bring", on_click=bring)
