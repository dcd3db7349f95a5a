"""A text comes out of a link as it went in, or with one sentence."""

import base64
import random
import re
import string
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_index import InputError
from policy_index.records.sharing import LONGEST_LINK_PART, pack_text, unpack_text
from policy_index.search.text import MAX_CHARACTERS


@given(text=st.text(max_size=1500))
def test_a_link_gives_the_text_back_in_characters_that_an_address_may_hold(text: str):
    """Letters, digits, hyphen, underscore (RFC 3986, 2.3: unreserved)."""
    packed = pack_text(text)

    assert re.fullmatch(r"[A-Za-z0-9_-]+", packed)
    assert unpack_text(packed) == text


def test_a_lone_surrogate_does_not_break_a_link():
    """It comes back as a question mark."""
    assert unpack_text(pack_text("a\ud800b")) == "a?b"


def test_a_text_of_2000_words_fits_where_it_repeats_itself_as_prose_does():
    """The limit is on the packed text, not on the typed one."""
    text = "We bake bread in a village and sell it to farmers. " * 200

    assert len(text.split()) == 2200
    assert unpack_text(pack_text(text)) == text


def test_a_text_too_long_for_a_link_is_refused_with_its_length():
    """Random letters do not compress: 10,000 of them take more than 6,000 characters."""
    text = "".join(random.Random(1).choices(string.ascii_letters, k=10_000))  # noqa: S311  # no secret

    with pytest.raises(
        InputError, match=r"^Expected a text that fits into a link of 6,000 characters, but this one would take"
    ):
        pack_text(text)
    assert LONGEST_LINK_PART == 6_000


@given(text=st.text(min_size=1, max_size=300), share=st.floats(0, 1, exclude_max=True))
def test_a_link_that_was_cut_off_is_one_sentence(text: str, share: float):
    """Anywhere: half a text is never taken for a whole one."""
    packed = pack_text(text)

    with pytest.raises(InputError, match="it may have been cut off"):
        unpack_text(packed[: int(share * len(packed))])


@given(packed=st.text(max_size=100))
def test_whatever_stands_in_the_address_nothing_but_an_input_error_is_raised(packed: str):
    """People type addresses, and others send them."""
    try:
        unpack_text(packed)
    except InputError as error:
        assert str(error).startswith("Expected a link that holds a whole text")


def test_a_small_link_that_would_fill_the_memory_is_not_opened():
    """100 million characters pack into 97,000; opening stops at four times the longest text."""
    bomb = base64.urlsafe_b64encode(zlib.compress(b"a" * 100_000_000, 9)).decode()
    assert len(bomb) < 200_000 < 4 * MAX_CHARACTERS

    with pytest.raises(InputError, match="cannot be opened"):
        unpack_text(bomb)


def test_bytes_that_are_no_text_or_too_many_are_one_sentence():
    """Not UTF-8; something after the end."""
    for raw in (zlib.compress(b"\xff\xfe"), zlib.compress(b"bread") + b"butter"):
        with pytest.raises(InputError, match="cannot be opened"):
            unpack_text(base64.urlsafe_b64encode(raw).decode())


def test_a_broken_link_is_refused_in_one_line():
    """Whatever line breaks it holds."""
    with pytest.raises(InputError) as caught:
        unpack_text("a\nb\r\nc\u2028d")

    assert len(str(caught.value).splitlines()) == 1
