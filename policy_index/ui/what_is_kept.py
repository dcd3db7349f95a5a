"""The statement of what is kept: the numbers in it are those that the program goes by."""

from functools import cache

import streamlit as st

from policy_index.server.quotas import HOUR
from policy_index.ui.closed_visits import COMES_BACK
from policy_index.ui.links import Block, show_block, tag
from policy_index.words import counted

_COOKIE_DAYS = 30
"""Days for which Streamlit's cookie says who signed in."""


def rows() -> tuple[tuple[str, str, str], ...]:
    """Return what is kept, where and for how long."""
    return (
        (
            "Texts that you check, prompts, files that you upload, drafts of policies",
            "The memory of this server, for your visit alone",
            f"Your visit; after its window is closed {COMES_BACK:.0f} seconds, in which you may come back, and at most a minute",
        ),
        (
            "What a program sends to be searched or briefed",
            "The memory of this server",
            "Until it is answered",
        ),
        (
            "Policies, edits, examples and decisions that somebody chose to keep here",
            "This server’s library: a database of whoever runs it. Everybody who reaches this server can read them",
            "Until somebody removes them",
        ),
        (
            "Who changed which policy, what and when: the name or e-mail address of who signed in, a token’s name, or “local”",
            "The library’s journal",
            "For good: no entry is changed or removed",
        ),
        (
            "Your name and e-mail address, where you signed in",
            "A signed cookie in your browser",
            f"Until you sign out, or {_COOKIE_DAYS} days",
        ),
        (
            "How many files you uploaded and how big they were, by your name or address, never what was in them",
            "The memory of this server",
            counted(round(HOUR / 3600), "hour"),
        ),
        (
            "How many requests there were and how long they took, by kind",
            "The memory of this server, for whoever runs it",
            "Until the server stops",
        ),
        (
            "What went wrong, without a text, an upload or a file’s name",
            "This server’s log, for whoever runs it",
            "As long as they keep it",
        ),
    )


def show_what_is_kept() -> None:
    """Show what is kept, where and for how long, as a table."""
    show_block(_table(), key="kept")


def show_what_leaves() -> None:
    """Say what is sent to another machine, and by whose doing."""
    st.markdown(
        "Nothing, but: to the database that whoever runs this server chose, what is kept; and, where people sign in, to the "
        "provider that they sign in with, that they do. The language model runs on this server. Your text is in no address, so "
        "that no log between you and this server can hold it, unless you ask on the page Playground for a link that contains it."
    )


@cache
def _table() -> Block:
    heads = tag("tr", *(tag("th", words, scope="col") for words in ("What", "Where", "How long")))
    body = [tag("tr", *(tag("td", words) for words in row)) for row in rows()]
    return Block.of(
        tag(
            "div",
            tag("table", tag("thead", heads), tag("tbody", *body), class_="upe-table"),
            class_="upe-scroll",
            tabindex="0",
        )
    )
