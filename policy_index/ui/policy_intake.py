"""Adding a policy: a file or what is pasted becomes a draft to look over; an exported zip is kept as it is."""

import streamlit as st

from policy_index.errors import PolicyIndexError, public_words
from policy_index.policy.sources.apart import source_apart
from policy_index.search.patience import stay_patient
from policy_index.server.service import service
from policy_index.ui import drafting
from policy_index.ui.chosen import POLICY
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.kept import has_library, kept_library, library_to_keep_in
from policy_index.ui.looking_ahead import begin_ahead
from policy_index.ui.policy_views import VIEW, View, note_kept
from policy_index.ui.visit import turn_to
from policy_index.ui.visitor import count_upload, show_why_not, visitor
from policy_index.ui.waiting import while_open

VERSION_OF = "policies-version-of"
"""Where the visit keeps of which policy the next one that is brought is to be a version; empty for a new one."""

LARGEST_MB = 50
_FILE, _TEXT, _READ = "policy-file", "policy-text", "policy-file-read"
_MOST_PASTED = 2_000_000
_TYPES = ["md", "markdown", "txt", "text", "html", "htm", "docx", "pdf", "zip"]


def show_intake() -> None:
    """Let a person bring a policy; where that is off, say how to allow it."""
    version_of = str(st.session_state.get(VERSION_OF) or "")
    st.header(f"Add a version of {plain(version_of)}" if version_of else "Add a policy")
    library = kept_library()
    if not has_library():
        st.info("This server keeps no policies of yours: its library is not there.", icon=":material/database_off:")
        return
    if not visitor().may_write:
        show_why_not()
        return
    if library is not None and not library.writable:
        st.info(plain("The library of this server can only be read."), icon=":material/lock:")
        return
    if version_of and st.button("A new policy instead", type="tertiary", icon=":material/close:"):
        st.session_state[VERSION_OF] = ""
        st.rerun()
    upload = st.file_uploader(
        "A PDF, Word file, web page (HTML), Markdown, text, or an exported zip",
        type=_TYPES,
        max_upload_size=LARGEST_MB,
        key=_FILE,
    )
    if upload is not None and st.session_state.get(_READ) != upload.file_id:
        st.session_state[_READ] = upload.file_id
        with st.spinner("Reading it …"):
            _take(upload.name, upload.getvalue(), version_of)
    with st.expander("Or paste its text", icon=":material/content_paste:", expanded=bool(st.session_state.get(_TEXT))):
        text = st.text_area("The policy’s text", height=180, key=_TEXT, max_chars=_MOST_PASTED, persist_state="session")
        if st.button("Read it", icon=":material/arrow_forward:", key="read-pasted"):
            if (text or "").strip():
                _take("", (text or "").encode("utf-8", "replace"), version_of)
            else:
                drafting.set_problem("Expected the text of a policy, got none.")
    if sentence := drafting.problem():
        show_problem(sentence)
    st.caption(
        "You see what was recognised before anything is kept. It is kept on this machine; nothing is fetched and no script run."
    )


def _take(name: str, content: bytes, version_of: str) -> None:
    """Read what was brought, and go on to its review; or, of an exported zip, to the policy that it holds."""
    try:
        count_upload(len(content))
        if name.casefold().endswith(".zip"):
            _import(content)
        else:
            with while_open():
                source = source_apart(name, content, stay=stay_patient)
            begin_ahead(drafting.begin(source, name=name, version_of=version_of))
            st.query_params[VIEW] = View.DRAFT.value
    except PolicyIndexError as error:
        drafting.set_problem(public_words(error))
        return
    st.session_state[VERSION_OF] = ""
    st.rerun()


def _import(content: bytes) -> None:
    card = library_to_keep_in().import_(content, who=visitor().allowed(), taken=service().shelf.taken)
    pack = service().shelf.find(card.spec)
    turn_to(pack)
    note_kept(pack)
    st.query_params.from_dict({POLICY: pack.spec, VIEW: View.ABOUT.value})
