"""The views of a brief in the playground: the marked text, the words, the matrix, two wordings, what is taken away."""

import json
import random
import re
import string
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from visiting import check, margin, margin_words, open_site, open_view, unfold, words

from policy_index import Lane


@pytest.fixture
def site() -> AppTest:
    """A visitor who has just opened the first page."""
    return open_site()


@pytest.fixture
def margin_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's harness has no browser in which a component could report a click: a button stands in for it."""

    def show(data: str, *, on_act_change: Callable[[], None], **_more: object) -> None:
        st.session_state["margin data"] = data
        st.button("act", key="margin act", on_click=on_act_change)

    monkeypatch.setattr("policy_index.ui.margin._MARGIN", SimpleNamespace(show=show))


def test_the_text_is_sent_as_data_with_its_telling_passages(site: AppTest):
    """Whole and in order; markup in it is text; each passage leads to its notes, each note to its passage."""
    text = "A dating app for farmers. It bakes <script>alert(1)</script> bread."
    check(site, text)

    main = margin(site)["main"]
    pieces = [piece for row in main["rows"] for piece in row["pieces"]]
    assert "".join(piece["words"] for piece in pieces) == text
    assert [piece["words"] for piece in pieces if piece.get("part") == 0] == [main["parts"][0]["words"]]
    assert all(main["notes"][i]["part"] == place for place, part in enumerate(main["parts"]) for i in part["notes"])
    assert "Adult content, adult industries, and dating apps, including:" in margin_words(site)
    assert "What to do (our words)" in margin_words(site)
    assert "<script>" not in words(site)


def test_a_long_clear_stretch_is_folded_to_a_line_with_its_length(site: AppTest):
    """The sentence beside a telling passage stays; what is folded is sent, and can be opened."""
    check(site, "We bake bread in a village for our neighbours. " * 20 + "A dating app for farmers.")

    main = margin(site)["main"]
    (fold,) = [row["fold"] for row in main["rows"] if "fold" in row]
    assert fold["said"] == "19 sentences, nothing found"
    assert fold["words"].count("We bake bread") == 19
    assert main["summary"][-1].endswith("20 of 21 sentences touch none.")


@pytest.mark.usefixtures("margin_by_hand")
def test_what_a_person_answers_is_kept_and_taken_along(site: AppTest):
    """An answer for another text than the one that stands there is left alone."""
    check(site, "A dating app for farmers")
    main = margin(site)["main"]
    clause = main["notes"][0]["clause"]
    do(site, version="other", kind="answer", clause=clause, answer="done", why="")
    assert margin(site)["side"]["remarks"] == {}

    why = "it is <b>ours</b>"
    do(site, version=main["version"], kind="answer", clause=clause, answer="does-not-apply", why=why)

    words_of = "Does not apply, because it is <b>ours</b>"
    assert margin(site)["side"]["remarks"][clause]["words"] == words_of
    assert "Your words: Does not apply, because it is &lt;b&gt;ours&lt;/b&gt;" in words(site)


@pytest.mark.usefixtures("margin_by_hand")
def test_a_passage_worded_anew_is_checked_at_once_and_says_what_moved(site: AppTest, encodes: list[str]):
    """Only what it changes is encoded, the box has the new text, and one click brings the old one back without encoding."""
    check(site, "We bake bread in a village shop.\n\nA dating app for farmers.")
    version = margin(site)["main"]["version"]
    encodes.clear()

    do(site, version=version, kind="keep", part=0, words="A weather app for farmers.")

    assert encodes == ["A weather app for farmers."]
    assert site.text_area(key="text").value == "We bake bread in a village shop.\n\nA weather app for farmers."
    moved = json.dumps(margin(site)["side"]["moved"], ensure_ascii=False)
    assert "Taken out: “dating”" in moved
    assert "“Not allowed as described” → not shown" in moved

    do(site, version=margin(site)["main"]["version"], kind="undo")
    assert site.text_area(key="text").value.endswith("A dating app for farmers.")
    assert margin(site)["side"]["moved"] is None
    assert encodes == ["A weather app for farmers."]


@pytest.mark.usefixtures("margin_by_hand")
def test_a_wording_is_tried_live_beside_our_examples(site: AppTest):
    """Nothing is changed until it is kept."""
    check(site, "A dating app for farmers")
    main = margin(site)["main"]
    asked = {"version": main["version"], "part": 0, "clause": main["notes"][0]["clause"], "count": 0, "words": None}
    site.session_state["margin"] = {"closer": asked}
    site.run()

    pairs = json.dumps(margin(site)["side"]["closer"]["pairs"], ensure_ascii=False)
    assert "The nearest of our examples for “" in pairs
    assert "What separates them: “" in pairs

    site.session_state["margin"] = {"closer": asked | {"count": 1, "words": "A weather app for farmers"}}
    site.run()
    live = json.dumps(margin(site)["side"]["closer"]["live"], ensure_ascii=False)
    assert "→ not shown" in live
    assert site.text_area(key="text").value == "A dating app for farmers"

    site.session_state["margin"] = {"closer": asked | {"count": 2, "words": "A dating app for some farmers"}}
    site.run()
    assert not site.exception
    live = json.dumps(margin(site)["side"]["closer"]["live"], ensure_ascii=False)
    assert "Either the text is still about it" in live


def do(site: AppTest, **event: object) -> None:
    """Do in the margin what a click there does."""
    site.session_state["margin"] = {"act": event}
    site.button(key="margin act").click().run()


def test_the_words_that_carry_a_match_are_shown_on_demand(site: AppTest, encodes: list[str]):
    """In one batch: the passage, and once without each of its five words; literal hits look different."""
    check(site, "A dating app for farmers")
    open_view(site, "Words that carry it")
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
    open_view(site, "Words that carry it")
    site.selectbox(key="why-clause").select_index(0).run()

    site.button(key="why").click().run()

    assert not site.exception
    assert all(error.value.startswith("Expected ") for error in site.error)


def test_two_wordings_are_compared_clause_by_clause(site: AppTest):
    """What fell is said in words; the first brief stays, and the box of the copy begins with the text."""
    check(site, "A dating app for farmers")
    open_view(site, "Two wordings")
    assert site.text_area(key="wording").value == "A dating app for farmers"

    site.text_area(key="wording").input("A weather app for <b>farmers</b>")
    next(button for button in site.button if button.label == "Compare").click().run()

    said = words(site)
    row = re.search(r"<tr><td>Adult content, adult industries, and dating apps, including:</td>.*?</tr>", said)
    assert row
    assert "▼ fell by " in row[0]
    assert "Taken out: “dating”" in said
    assert "“Not allowed as described” → not shown" in said
    assert site.text_area(key="text").value == "A dating app for farmers"
    assert "<b>farmers" not in said


def test_a_wording_whose_fix_the_search_cannot_see_is_told_so(site: AppTest):
    """A safeguard came in and a likely clause stays: its number says nothing on whether that is enough."""
    check(site, "A chatbot that tells people whether they have diabetes.")
    open_view(site, "Two wordings")

    site.text_area(key="wording").input(
        "A chatbot that tells people whether they have diabetes. A doctor reviews each answer."
    )
    next(button for button in site.button if button.label == "Compare").click().run()

    said = words(site)
    assert "The number cannot see whether this is a fix." in said
    assert "No clause moved." in said
    assert "Put in: “A doctor reviews each answer.”" in said


def test_what_a_text_keeps_clear_of_stands_apart_with_its_passage_and_no_number(site: AppTest):
    """And a link leads to how far that can be trusted."""
    check(site, "Our bot never gives a diagnosis and refuses to treat anyone.")

    said = words(site)
    (card,) = [part for part in said.split("<article") if "Your text seems to refuse this." in part]
    card = card.split("</article>")[0]
    assert "In your text: “Our bot never gives a diagnosis and refuses to treat anyone.”" in card
    assert "%" not in card
    assert 'role="meter"' not in card
    assert Lane.KEEPS_CLEAR.value in said
    assert "Your text says “never”" in margin_words(site)


def test_a_clause_that_was_only_stated_has_no_number(site: AppTest):
    """It applies because a person said so, not because the text is near it."""
    check(site, "We bake bread in a village.")
    site.pills(key="contexts").set_value(["talks-with-people"]).run()

    (card,) = [part for part in words(site).split("<article") if "Applies because you said so." in part]
    assert "%" not in card.split("</article>")[0]


def test_a_second_wording_that_cannot_be_used_is_one_sentence(site: AppTest):
    """And both texts stay."""
    check(site, "A dating app for farmers")
    open_view(site, "Two wordings")

    site.text_area(key="wording").input("   ")
    next(button for button in site.button if button.label == "Compare").click().run()

    assert [error.value for error in site.error] == [
        "Expected a text with at least one visible character, but got one of blanks and invisible characters only."
    ]
    assert site.text_area(key="wording").value == "   "
    assert site.text_area(key="text").value == "A dating app for farmers"


def test_the_matrix_has_words_for_those_who_do_not_see_it(site: AppTest):
    """An alternative text, and the same numbers as a table: a row a sentence, a column a clause."""
    check(site, "We bake bread in a village. A dating app for farmers.")
    open_view(site, "Matrix")

    chart = site.get("plotly_chart")[0].proto
    assert chart.alt.startswith("Matrix of sentences against clauses.")
    unfold(site, "matrix-table")
    table = site.dataframe[0].value
    assert list(table["Sentence"]) == ["1. We bake bread in a village.", "2. A dating app for farmers."]
    assert "Adult content, adult industries, and dating apps, including:" in table.columns


def test_markup_in_a_text_is_text_in_the_matrix(site: AppTest):
    """In its labels and in what is shown when one points at a cell."""
    check(site, "A dating app for farmers. It bakes <script>alert(1)</script> <b>bold</b> bread.")
    open_view(site, "Matrix")

    spec = site.get("plotly_chart")[0].proto.spec
    assert "<script>" not in spec
    assert "<b>bold" not in spec


def test_a_brief_can_be_taken_away_in_four_formats(site: AppTest):
    """Each a button of its own."""
    check(site, "A dating app")
    open_view(site, "Take away")

    labels = [button.label for button in site.get("download_button")]
    assert labels == ["Markdown", "HTML to print", "CSV", "JSON"]


def test_a_link_with_the_text_is_made_only_when_asked_for(site: AppTest):
    """After what that means; opened by somebody else it shows the text, checked, and leaves the address."""
    check(site, "A dating app for farmers")
    open_view(site, "Take away")
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
    assert site.error[0].value.replace("\\<", "<").startswith("Expected a link that holds a whole text, but “<b\\>eJw”")
    assert "text" not in site.query_params
    assert "Nearest clauses for “bake bread”" in words(check(site, "bake bread"))
    assert not site.error


def test_a_text_too_long_for_a_link_is_one_sentence(site: AppTest):
    """The files hold it all the same."""
    letters = random.Random(1).choices(string.ascii_letters, k=10_000)  # noqa: S311  # no secret
    check(site, "".join(letters))
    open_view(site, "Take away")

    site.button(key="make-link").click().run()

    assert [error.value[:52] for error in site.error] == ["Expected a text that fits into a link of 6,000 chara"]
