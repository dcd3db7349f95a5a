"""Parts in languages that the model does not know are named, with their share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_index.brief.language import foreign_parts

ENGLISH = "An app that reads a photo of a rash and tells you what it is"
GERMAN = "Eine App, die ein Foto von einem Ausschlag liest und sagt, was es ist"
JAPANESE = "発疹の写真を読み取り、それが何であるかを教えてくれるアプリです"


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        (ENGLISH, []),
        (GERMAN, ["German"]),
        (JAPANESE, ["Japanese"]),
        (f"{ENGLISH}\n{GERMAN}", ["German"]),
        (f"{GERMAN}\n{GERMAN}\n{JAPANESE}\n{ENGLISH}", ["German", "Japanese"]),
        ("bonjour", []),
        ("12345 67890 12345 67890 12345", []),
    ],
    ids=["English", "German", "Japanese", "both", "three", "too short", "numbers"],
)
def test_languages_other_than_english_are_named_most_frequent_first(text: str, languages: list[str]):
    """Line by line; lines too short to tell count as none."""
    assert [part.language for part in foreign_parts(text)] == languages


def test_a_share_is_that_of_the_characters_in_lines_with_words():
    """Blank lines count for nothing."""
    (part,) = foreign_parts(f"{ENGLISH}\n\n   \n{GERMAN}")

    assert part.share == len(GERMAN) / (len(ENGLISH) + len(GERMAN))


@given(text=st.text(max_size=200))
def test_any_text_at_all_has_shares_that_add_up_to_at_most_one(text: str):
    """And nothing is raised."""
    shares = [part.share for part in foreign_parts(text)]

    assert all(0 < share <= 1 for share in shares)
    assert sum(shares) <= 1 + 1e-9
