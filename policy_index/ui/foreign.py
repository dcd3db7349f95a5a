"""The one way in which the pages show foreign words: as text.

Foreign is what a visitor, an address, a file or a policy says. Streamlit reads what it is given to say as Markdown, with images,
links, colours, icons, emoji and formulas; so do most labels of its widgets. Whatever goes there passes `plain`; what went wrong
is said by `show_problem`. Elements of our own are made of `links.tag`, whose words are never read as anything.
"""

import re

import streamlit as st

from policy_index.errors import PolicyIndexError, public_words

_JOINER = "\u2060"
"""Word joiner: nobody sees it, no line ends at it, and it keeps apart what would be read as one sign."""

_SIGNS = re.compile(r"[\\`*_{}\[\]()<>#+!|~$:&^]|^[-=]|(?<=^\d)[.]|(?<=^\d\d)[.]|(?<=^\d\d\d)[.]")
"""What Markdown, or a directive of Streamlit's, may begin or end with."""

_JOINED = re.compile(
    r"""(?<=:)(?=//|[\w+-]+:|material/)          # an address; an emoji or an icon by its name
    | (?<=www)(?=\.)                             # an address without its beginning
    | (?<=@)(?=[\w-]+\.)                         # an address of mail
    | (?:(?<=^[-<>~])|(?<=\s[-<>~]))(?=[-=>]>?(?:\s|$))  # arrows and the like that are drawn as one sign
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Where words are read once more after Markdown is, when a backslash is gone: there only something between helps."""


def plain(words: str) -> str:
    """Return `words` as Markdown that shows them as they are, in one line: nothing in them is read as anything."""
    line = " ".join(words.split())
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", _JOINED.sub(_JOINER, line))


def show_problem(problem: str | PolicyIndexError) -> None:
    """Say in a red box what could not be done; nothing in the sentence is read as Markdown, nor does it say where files lie."""
    st.error(plain(problem if isinstance(problem, str) else public_words(problem)), icon=":material/error:")
