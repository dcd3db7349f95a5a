"""The text kept in the browser's tab, where the person allows it, so that a reload does not lose it."""

import json

import streamlit as st

from policy_index.ui.browser_parts import BrowserPart
from policy_index.ui.playground import take_up_kept
from policy_index.ui.visit import visit

_ALLOWED = "keep-text"
_KEY = "kept-text"
_KEPT = BrowserPart(name="kept_text", js="keeping.js")


def keep_text() -> None:
    """Let a person keep the text in the browser's own storage of this tab; what a visit before a reload kept is taken up again.

    Nothing is kept unless it was allowed, and taking the permission back forgets it. The server keeps nothing more than before.
    """
    allowed = st.checkbox(
        "Keep my text in this browser tab, so that a reload does not lose it", key=_ALLOWED, persist_state="session"
    )
    known = visit()
    data = {"allowed": allowed, "text": known.text, "fresh": not known.text and not allowed and not known.checks}
    _KEPT.show(json.dumps(data, ensure_ascii=False), key=_KEY, on_found_change=_take_up, height=1)


def _take_up() -> None:
    found = st.session_state[_KEY].get("found")
    st.session_state[_ALLOWED] = True
    if isinstance(found, str) and found and not visit().text:
        take_up_kept(found)
