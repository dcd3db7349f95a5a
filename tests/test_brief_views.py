"""The views of a brief in the playground: the marked text, the words, the matrix, two wordings, what is taken away."""

import random
import re
import string

import pytest
from streamlit.testing.v1 import AppTest
from visiting import check, open_site, words


@pytest.fixture
def site() -> AppTest:
    """A visitor who has just opened the first page."""
    return open_site()


def test_the_text_is_shown_with_its_sentences_marked_by_band(site: AppTest):
    """In words for screen readers too; markup in it is text."""
    check(site, "A dating app for farmers. It bakes <script>alert(1)</script> bread.")

    (text,) = [block.proto.body for block in site.get("html") if '<div class="upe-text">' in block.proto.body]
    assert re.search(
        r'<mark class="(likely|possible)" title="[^"]*dating apps, including:[^"]*">A dating app for farmers\.'
        r'<span class="upe-unseen"> \[\1: [^\]]*dating apps, including:[^\]]*\]</span></mark>',
        text,
    )
    assert "It bakes &lt;script&gt;alert(1)&lt;/script&gt; bread." in text
    assert "<script>" not in text


def test_the_words_that_carry_a_match_are_shown_on_demand(site: AppTest, encodes: list[str]):
    """In one batch: the passage, and once without each of its five words; literal hits look different."""
    check(site, "A dating app for farmers")
    encodes.clear()

    site.button(key="why").click().run()

    assert len(encodes) == 1 + 5
    said = words(site)
    assert 'class="upe-carries upe-literal" style="--strength:1.00">dating</span>' in said
    assert "stands in the clause too" in said
    assert "Together “dating”" in said


def test_a_passage_that_cannot_be_explained_is_one_sentence(site: AppTest):
    """A short sentence may hold more control characters than a text may; the page stays."""
    check(site, "We bake bread in a village and sell it to everyone in the whole district.\n\nDating\x00app\x01")
    site.selectbox(key="why-clause").select_index(0).run()

    site.button(key="why").click().run()

    assert not site.exception
    assert all(error.value.startswith("Expected ") for error in site.error)


def test_two_wordings_are_compared_clause_by_clause(site: AppTest):
    """What fell is said in words; the first brief stays, and the box of the copy begins with the text."""
    check(site, "A dating app for farmers")
    assert site.text_area(key="wording").value == "A dating app for farmers"

    site.text_area(key="wording").input("A weather app for <b>farmers</b>")
    next(button for button in site.button if button.label == "Compare").click().run()

    said = words(site)
    row = re.search(r"<tr><td>Adult content, adult industries, and dating apps, including:</td>.*?</tr>", said)
    assert row
    assert "▼ fell by " in row[0]
    assert "Nearest clauses for “A dating app for farmers”" in said
    assert "<b>farmers" not in said


def test_a_second_wording_that_cannot_be_used_is_one_sentence(site: AppTest):
    """And both texts stay."""
    check(site, "A dating app for farmers")

    site.text_area(key="wording").input("   ")
    next(button for button in site.button if button.label == "Compare").click().run()

    assert [error.value for error in site.error] == [
        "Expected a text with at least one visible character, but got one of blanks and invisible characters only."
    ]
    assert site.text_area(key="wording").value == "   "
    assert "Nearest clauses for “A dating app for farmers”" in words(site)


def test_the_matrix_has_words_for_those_who_do_not_see_it(site: AppTest):
    """An alternative text, and the same numbers as a table: a row a sentence, a column a clause."""
    check(site, "We bake bread in a village. A dating app for farmers.")

    chart = site.get("plotly_chart")[0].proto
    assert chart.alt.startswith("Matrix of sentences against clauses.")
    table = site.dataframe[0].value
    assert list(table["Sentence"]) == ["1. We bake bread in a village.", "2. A dating app for farmers."]
    assert "Adult content, adult industries, and dating apps, including:" in table.columns


def test_markup_in_a_text_is_text_in_the_matrix(site: AppTest):
    """In its labels and in what is shown when one points at a cell."""
    check(site, "A dating app for farmers. It bakes <script>alert(1)</script> <b>bold</b> bread.")

    spec = site.get("plotly_chart")[0].proto.spec
    assert "<script>" not in spec
    assert "<b>bold" not in spec


def test_a_brief_can_be_taken_away_in_four_formats(site: AppTest):
    """Each a button of its own, after the one of the matrix."""
    check(site, "A dating app")

    labels = [button.label for button in site.get("download_button")]
    assert labels == ["Matrix as CSV", "Markdown", "HTML to print", "CSV", "JSON"]


def test_a_link_with_the_text_is_made_only_when_asked_for(site: AppTest):
    """After what that means; opened by somebody else it shows the text, checked, and leaves the address."""
    check(site, "A dating app for farmers")
    assert "Whoever has the link can read the text" in words(site)
    assert not [code for code in site.code if "text=" in code.value]

    site.button(key="make-link").click().run()

    (link,) = [code.value for code in site.code if "?text=" in code.value]
    other = open_site(text=link.split("?text=")[1])
    assert not other.exception
    assert "text" not in other.query_params
    assert other.text_area(key="text").value == "A dating app for farmers"
    assert "Nearest clauses for “A dating app for farmers”" in words(other)


def test_a_damaged_link_is_one_sentence():
    """And the page works."""
    site = open_site(text="<b>eJw")

    assert not site.exception
    assert site.error[0].value.startswith("Expected a link that holds a whole text, but “<b>eJw”")
    assert "text" not in site.query_params
    assert "Nearest clauses for “bake bread”" in words(check(site, "bake bread"))
    assert not site.error


def test_a_text_too_long_for_a_link_is_one_sentence(site: AppTest):
    """The files hold it all the same."""
    letters = random.Random(1).choices(string.ascii_letters, k=10_000)  # noqa: S311  # no secret
    check(site, "".join(letters))

    site.button(key="make-link").click().run()

    assert [error.value[:52] for error in site.error] == ["Expected a text that fits into a link of 6,000 chara"]
