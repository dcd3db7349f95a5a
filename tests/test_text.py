"""What a person pastes is accepted as it is, or refused in one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_index import InputError
from policy_index.search.text import MAX_CHARACTERS, MAX_WORDS, accept_long_text, accept_text
from policy_index.words import shortened

PNG = bytes([0x89, *b"PNG\r\n", 0x1A, *b"\n", 0, 0, 0, 13, *b"IHDR", 0, 0, 4, 0, 0, 0, 3, 0, 8, 6, 0, 0, 0]) * 20


@given(text=st.text(st.characters(codec=None), max_size=200))
def test_any_text_at_all_is_accepted_or_refused_in_one_sentence(text: str):
    """What is accepted can be written as UTF-8, and is the same but for lone surrogates."""
    for accept in (accept_text, accept_long_text):
        try:
            accepted = accept(text)
        except InputError as error:
            assert str(error).startswith("Expected ")
            assert "\n" not in str(error)
        else:
            assert accepted.encode("utf-8").decode("utf-8") == accepted
            assert accepted == text or any("\ud800" <= character <= "\udfff" for character in text)


@pytest.mark.parametrize("encoding", ["latin-1", "cp437"])
def test_a_picture_opened_as_text_is_refused_as_a_binary_file(encoding: str):
    """Half of its characters are control characters."""
    with pytest.raises(InputError, match=r"as in a binary file that was opened as text\.$"):
        accept_text(PNG.decode(encoding))


def test_a_picture_opened_as_utf_8_is_refused_too():
    """Marks of unreadable bytes count as well."""
    with pytest.raises(InputError, match="marks of unreadable bytes"):
        accept_text(PNG.decode("utf-8", "replace"))


def test_up_to_one_strange_character_in_twenty_is_accepted():
    """5 %: a stray NUL in a text from a form is no binary file."""
    assert accept_text("x" * 19 + "\x00") == "x" * 19 + "\x00"
    with pytest.raises(InputError, match=r"but 1 of these 19 characters"):
        accept_text("x" * 18 + "\x00")


def test_line_ends_and_tabs_are_not_strange():
    """Of any kind, as many as there are."""
    text = "a\n\r\n\t\v\f\x85" * 10

    assert accept_text(text) == text


def test_twenty_thousand_words_are_accepted_and_one_more_is_refused():
    """With both numbers, and what to do."""
    text = "word " * MAX_WORDS
    assert MAX_WORDS == 20_000

    assert accept_long_text(text) == text
    with pytest.raises(
        InputError, match=r"^Expected at most 20,000 words, but this text has 20,001: check it in parts\.$"
    ):
        accept_long_text(text + "more")


def test_two_hundred_thousand_characters_are_accepted_and_one_more_is_refused():
    """With both numbers."""
    assert len(accept_long_text("a" * MAX_CHARACTERS)) == 200_000
    with pytest.raises(InputError, match=r"^Expected at most 200,000 characters of text, but this one has 200,001\.$"):
        accept_long_text("a" * 200_001)


@pytest.mark.parametrize("text", ["?!…", "--- *** ---", "👩‍🌾🚜", "。、「」"])
def test_a_text_without_letters_and_digits_is_no_error(text: str):
    """It is accepted, and the answer says that it cannot be judged (test_fitness.py)."""
    assert accept_text(text) == text
    assert accept_long_text(text) == text


@pytest.mark.parametrize(
    ("said", "repeated"),
    [("short", "short"), ("a\nb\r\nc\u2028d", "a b c d"), ("x" * 10, "xxxxx…"), ("\n" * 10, "    …")],
)
def test_what_a_message_repeats_is_one_line(said: str, repeated: str):
    """Whatever breaks the lines; what is left out is an ellipsis."""
    assert shortened(said, letters=9 if len(said) < 10 else 5) == repeated
