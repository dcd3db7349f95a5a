"""What is said of a kept version beside its text, to be changed: title, publisher, address, and whether it is superseded."""

import streamlit as st

from policy_index.errors import PolicyIndexError, public_words
from policy_index.library.library import Library
from policy_index.library.stating import Statement
from policy_index.policy.pack import PolicyPack
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.visitor import visitor

_SAID, _PROBLEM, _READ = "statement-said", "statement-problem", "statement-read"
_TITLE, _PUBLISHER, _URL, _SUPERSEDED = (
    "statement-title",
    "statement-publisher",
    "statement-url",
    "statement-superseded",
)


def show_statement(pack: PolicyPack, library: Library) -> None:
    """Let a person change what is said of a version; what was typed stays where it cannot be kept."""
    card = library.card(pack.spec)
    now = card.provenance
    if sentence := st.session_state.pop(_SAID, None):
        st.success(plain(sentence))
    if sentence := st.session_state.pop(_PROBLEM, None):
        show_problem(sentence)
    with st.expander("Title, publisher and page", icon=":material/edit_note:"):
        read = st.session_state.get(_READ)
        if read is None or read[0] != pack.spec or _TITLE not in st.session_state:
            st.session_state[_READ] = (pack.spec, card.revision)
            boxes = {_TITLE: now.title, _PUBLISHER: now.publisher, _URL: now.url, _SUPERSEDED: now.superseded}
            st.session_state.update(boxes)
        st.text_input("Title", key=_TITLE, max_chars=500)
        st.text_input("Publisher", key=_PUBLISHER, max_chars=500)
        st.text_input("Its web page, if it has one", key=_URL, max_chars=2000)
        st.checkbox("Superseded: another policy or version has come in its place", key=_SUPERSEDED)
        st.button("Keep this", icon=":material/check:", key="keep-statement", on_click=_keep, args=(pack.spec, library))


def _keep(spec: str, library: Library) -> None:
    said = Statement(
        title=str(st.session_state[_TITLE] or ""),
        publisher=str(st.session_state[_PUBLISHER] or ""),
        url=str(st.session_state[_URL] or ""),
        superseded=bool(st.session_state[_SUPERSEDED]),
    )
    try:
        card = library.restate(spec, said, expected_revision=st.session_state[_READ][1], who=visitor().allowed())
    except PolicyIndexError as error:
        st.session_state[_PROBLEM] = f"Not kept, and nothing is lost: {public_words(error)}"
        return
    st.session_state[_READ] = (spec, card.revision)
    st.session_state[_SAID] = f"Kept: {card.provenance.name}."
