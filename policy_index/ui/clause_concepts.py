"""The topics that a clause was placed by; where it may be written, a person confirms, drops and adds them, and the clause moves."""

import streamlit as st

from policy_index.errors import EncoderError, OverloadedError, PolicyIndexError, public_words
from policy_index.policy.concepts import bundled_concepts
from policy_index.policy.confirmations import ConceptVerdict, Confirmation
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.search.concept_places import PlacedBy, concepts_of_clause
from policy_index.server.service import service
from policy_index.ui.foreign import plain
from policy_index.ui.kept import can_write, is_own, kept_library
from policy_index.ui.links import Block, Tag, show_block, tag
from policy_index.ui.topics import topic_link
from policy_index.ui.versions import shared_encoder
from policy_index.ui.visitor import visitor

_PROBLEM = "concept-problem"
_WORDS = {ConceptVerdict.CONFIRMED: "Right", ConceptVerdict.DROPPED: "Wrong"}
_SAID = {ConceptVerdict.ADDED: " (added by a person)", ConceptVerdict.CONFIRMED: " (confirmed by a person)"}


def show_clause_concepts(pack: PolicyPack, clause: Clause) -> None:
    """Show the topics that a clause was placed by; nothing while the model is not there, for which nobody waits."""
    if not service().is_warm():
        return
    try:
        with st.spinner("Placing the clauses …"):
            found = concepts_of_clause(pack, clause, shared_encoder())
    except (EncoderError, OverloadedError):
        return
    writes = is_own(pack) and can_write() and kept_library() is not None
    show_block(Block.of(*_names(pack, found, writes=writes)), key=f"placed {clause.id}")
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(plain(problem), icon=":material/error:")
    if writes:
        _show_verdicts(pack, clause, found)


def _names(pack: PolicyPack, found: tuple[PlacedBy, ...], *, writes: bool) -> list[Tag]:
    names: list[str | Tag] = []
    for each in found:
        names += [
            ", " if names else "",
            topic_link(each.concept.id),
            _SAID.get(each.verdict, "") if each.verdict else "",
        ]
    # A policy with examples is searched by what these teach, not by places.
    who = "“Side by side”" if pack.exemplars.counts().total() else "The search, “Side by side”"
    why = f"{who} and “Who speaks of what” take the clause to speak of these topics"
    why += ". Say where they are wrong: the clause moves." if writes else "; they are found by a language model."
    return [
        tag("h3", "Topics it speaks of"),
        tag("p", *names) if found else tag("p", "No topic: by its own words alone."),
        tag("p", why, class_="upe-soft"),
    ]


def _show_verdicts(pack: PolicyPack, clause: Clause, found: tuple[PlacedBy, ...]) -> None:
    for each in found:
        key = f"verdict {clause.id} {each.concept.id}"
        st.session_state[key] = _WORDS[ConceptVerdict.CONFIRMED] if each.verdict else None
        st.segmented_control(
            plain(each.concept.name),
            list(_WORDS.values()),
            key=key,
            help=plain(each.concept.definition),
            on_change=_judge,
            args=(pack, clause, each.concept.id, key),
        )
    names = {concept.id: concept.name for concept in bundled_concepts().concepts}
    there = {each.concept.id for each in found}
    adding = f"add topic {clause.id}"
    st.session_state[adding] = None
    st.selectbox(
        "Add a topic that it speaks of",
        [concept_id for concept_id in sorted(names, key=lambda each: names[each]) if concept_id not in there],
        index=None,
        format_func=lambda concept_id: names[concept_id],
        key=adding,
        placeholder="Choose, or type some of its letters",
        on_change=lambda: _keep(pack, clause, st.session_state.get(adding), ConceptVerdict.ADDED),
    )
    _show_dropped(pack, clause)


def _show_dropped(pack: PolicyPack, clause: Clause) -> None:
    known = bundled_concepts().by_id
    dropped = [
        known[each.concept_id].name
        for each in pack.confirmations
        if each.clause_id == clause.id and each.verdict is ConceptVerdict.DROPPED and each.concept_id in known
    ]
    if dropped:
        st.caption(plain(f"Said to be wrong: {', '.join(dropped)}. Add one again to take that back."))


def _judge(pack: PolicyPack, clause: Clause, concept_id: str, key: str) -> None:
    chosen = st.session_state.get(key)
    verdict = next((verdict for verdict, words in _WORDS.items() if words == chosen), None)
    _keep(pack, clause, concept_id, ConceptVerdict.DROPPED if verdict is None else verdict)


def _keep(pack: PolicyPack, clause: Clause, concept_id: str | None, verdict: ConceptVerdict) -> None:
    library = kept_library()
    if library is None or concept_id is None:
        return
    try:
        said = Confirmation(clause_id=clause.id, concept_id=concept_id, verdict=verdict)
        library.notes.confirm(pack.spec, said, who=visitor().allowed())
    except PolicyIndexError as error:
        st.session_state[_PROBLEM] = f"Not kept: {public_words(error)}"
