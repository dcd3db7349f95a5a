"""Nothing that a page says is Markdown of somebody else's: seen in the pages' own source, call by call."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from said_words import readers
from support import CLONE

from policy_index.ui.foreign import plain

_LANES = "an enumeration of ours"

ALLOWED: dict[str, dict[str, str]] = {
    "ui/accuracy.py": {
        "label": "one of four, written above it",
        "title": "of those who call `show_section`, who are read for it",
        "filter(None, paragraphs)": "likewise",
        "rate": "percents",
        "rates": "percents and our words",
        "below[0]": "our words",
        "below[1]": "our words",
        "policy_option": "an id and a day, between the marks of code",
    },
    "ui/brief.py": {
        "list(Lane)": _LANES,
        "part.language": "a name in the list of languages that are known",
        "_measured_elsewhere": "percents and our words",
        "_rest_is": "our words",
    },
    "ui/code.py": {"address": "that of the page itself, under a name that the guard knows"},
    "ui/comparison.py": {"kind.value.capitalize()": _LANES},
    "ui/crosswalk.py": {"each.value": _LANES},
    "ui/frame.py": {"_policy_line": "Markdown of ours, in which what is the policy's is `plain`"},
    "ui/map.py": {"_trust": "numbers and our words"},
    "ui/pair.py": {"view.value": _LANES},
}
"""Words that are not seen to be ours by their form: by file, as the source writes them, with the reason why they may be said."""

HOSTILE = (
    "st.error(str(error))",
    "st.caption(f'{clause.text}: {len(clauses)}')",
    "st.header(pack.title, help='x')",
    "st.button('Go', help=clause.text)",
    "column.selectbox(names[0], list(names))",
    "st.pills('Which', list(names), format_func=lambda name: names[name])",
    "st.tabs(['One', name])",
    "show = st.warning",
    "st.progress(0.5, job.words())",
    "words = pack.title\nst.markdown(words)",
    "for title in titles:\n    st.subheader(title)",
    "st.markdown(' '.join(texts))",
    "show_download(rows, what=name)",
    "show_section('Ours', pack.title)",
)
"""What a page must not say."""


def sources() -> list[Path]:
    """The files that say something on a page."""
    files = [*(CLONE / "policy_index" / "ui").glob("*.py"), *(CLONE / "pages").glob("*.py")]
    assert len(files) > 40
    return sorted(files)


def named(file: Path) -> str:
    """`ui/frame.py`."""
    return f"{file.parent.name}/{file.name}"


def found_in(source: str, file: str = "") -> list[str]:
    """Where in a page words of others may be read as Markdown."""
    return [f"line {words.lineno}" for reader in readers(source, ALLOWED.get(file, {})) for words in reader.strangers()]


@pytest.mark.parametrize("file", sources(), ids=named)
def test_whatever_a_page_says_is_our_own_or_made_harmless(file: Path):
    """`plain(...)`, numbers, or our own words; an error goes through `show_problem`."""
    assert found_in(file.read_text(encoding="utf-8"), named(file)) == []


@pytest.mark.parametrize("source", HOSTILE)
def test_words_of_others_are_found_however_they_come(source: str):
    """By a name, an attribute, in a sentence, as an option, as help, or by a function that is handed on."""
    assert len(found_in(source)) == 1


def test_words_of_our_own_are_let_through():
    """Literals, numbers, names in capitals, and whatever passes `plain`."""
    source = """
for name, icon in _FORMATS.items():
    st.button(name, help=f"{len(rows):,} rows of {plain(title)}")
words = f"Keep {counted(3, 'change')}"
st.button(words if ready else "Wait")
st.pills("Which", list(names), format_func=lambda name: plain(names[name]))
"""
    assert found_in(source) == []


def test_every_exception_is_needed():
    """One that nothing needs any more would let something else through."""
    for file in sources():
        allowed = ALLOWED.get(named(file), {})
        met = readers(file.read_text(encoding="utf-8"), allowed)
        assert [each for reader in met for each in reader.strangers()] == []
        assert set().union(*(reader.used for reader in met)) == set(allowed), file


@given(st.text())
def test_plain_words_hold_every_word_in_one_line_and_no_sign_of_markdown_without_a_backslash(text: str):
    """Whatever the text; only white space and a sign that nobody sees may differ."""
    said = plain(text)

    assert "\n" not in said
    assert re.sub(r"\\(.)", r"\1", said).replace("\u2060", "") == " ".join(text.split()).replace("\u2060", "")
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_{}\[\]()<>#+!|~$:&^]", said)


@pytest.mark.parametrize(
    "text",
    [
        *("https://evil.example/x", "HTTPS://EVIL.EXAMPLE", "www.evil.example", "me@evil.example", ":material/home:"),
        *(":material_home:", ":smile:", ":+1:", ":streamlit:", "a -> b", "<->", "x -- y", "a >= b", "~="),
    ],
)
def test_what_is_read_after_markdown_is_kept_apart(text: str):
    """Addresses, icons, emoji and arrows are found in the words that Markdown leaves: there no backslash helps."""
    assert "\u2060" in plain(text)


def test_what_needs_no_help_gets_none():
    """Sentences, days and versions stay as they are, so that they can be copied."""
    assert (
        plain("At 12:30, acme@2026-01-31; see 5.1 – “yes”.").replace("\\", "")
        == "At 12:30, acme@2026-01-31; see 5.1 – “yes”."
    )
    assert "\u2060" not in plain("At 12:30, acme@2026-01-31")
