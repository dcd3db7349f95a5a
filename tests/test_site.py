"""The pages, run by Streamlit's own test harness: what a person sees, and what it costs."""

import random
import re
import string
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest
from support import CLONE

from policy_index import EncoderError
from policy_index.accuracy import bundled_accuracy, shares_shown
from policy_index.calibration import LIKELY_FROM
from policy_index.contexts import Context
from policy_index.lanes import Lane
from policy_index.ui import warm

SITE = str(CLONE / "policy_index" / "site.py")


@pytest.fixture
def site() -> AppTest:
    """A visitor who has just opened the first page."""
    return AppTest.from_file(SITE, default_timeout=120).run()


def words(site: AppTest) -> str:
    """Everything that the page says, as its HTML and Markdown blocks hold it."""
    return "\n".join([*(block.value for block in site.markdown), *(block.proto.body for block in site.get("html"))])


def check(site: AppTest, text: str) -> AppTest:
    site.text_area(key="text").input(text)
    return site.button[0].click().run()


@pytest.mark.parametrize("page", ["playground", "categories", "map", "overlaps", "changelog", "accuracy"])
def test_every_page_says_which_policy_it_is_and_what_it_is_not(site: AppTest, page: str):
    """Version, successor, source, no verdict, no legal advice; and no error anywhere."""
    if page != "playground":
        site.switch_page(str(CLONE / "pages" / f"{page}.py")).run()

    said = words(site)
    assert not site.exception
    assert site.title[0].value == page.capitalize()
    for expected in (
        "Superseded",
        "23 March 2023",
        "newer version",
        "https://openai.com/",
        "no verdict",
        "no legal advice",
    ):
        assert expected in said


def test_a_newcomer_reads_what_to_do_before_the_first_check(site: AppTest):
    """The empty state names the lanes and what similarity is."""
    said = words(site)

    assert all(lane.value in said for lane in Lane)
    assert "Likely" in said


def test_a_pasted_idea_shows_the_nearest_clauses_in_the_policys_words(site: AppTest):
    """With lane, citation, similarity and the closest example."""
    check(site, "A dating app for farmers")

    said = words(site)
    assert not site.exception
    assert "Nearest clauses for “A dating app for farmers”" in said
    assert "Adult content, adult industries, and dating apps, including:" in said
    assert "OpenAI Usage policies (2023-03-23), Disallowed usage 8 · Adult content" in said
    assert "<strong>Likely</strong> · " in said
    assert "similarity 0." in said
    assert "Close to: “" in said
    assert said.count('role="meter"') == 12
    assert "What to do (our words)" in said


def test_a_harmless_text_is_told_so_with_what_came_closest(site: AppTest):
    """Plainly, and nothing is called likely or possible."""
    check(site, "How do I kill a Python process that hangs?")

    assert "No clause of this policy seems to be about this" in site.info[0].value
    said = words(site)
    assert "<strong>Likely" not in said
    assert "<strong>Possible" not in said
    assert said.count("<strong>Unlikely") == 1 + 12


def test_a_text_that_touches_many_clauses_a_little_is_not_called_harmless(
    site: AppTest, monkeypatch: pytest.MonkeyPatch
):
    """The page says that no single clause stands out, and shows the three nearest."""
    never = max(LIKELY_FROM, 1.1)
    monkeypatch.setattr("policy_index.calibration.LIKELY_FROM", never)
    monkeypatch.setattr("policy_index.calibration.POSSIBLE_FROM", never)
    check(site, "A dating app for farmers")

    assert "No single clause stands out, but the text seems to touch the policy" in site.warning[0].value
    assert words(site).count("<strong>Unlikely") == 3 + 12


def test_a_text_that_negates_gets_a_notice(site: AppTest):
    """Which names the word, escaped."""
    check(site, "A dating app that never shows photos")
    assert "Your text says “never”" in words(site)

    check(site, "A dating app")
    assert "Your text says" not in words(site)


def test_the_accuracy_page_shows_the_committed_numbers_and_a_movable_threshold(site: AppTest):
    """A higher threshold shows fewer texts of both kinds."""
    site.switch_page(str(CLONE / "pages" / "accuracy.py")).run()
    record = bundled_accuracy()

    right_first = record["heldout"]["all"]["clauses"]["recall_at_1"]["value"]
    assert f"{right_first:.1%}" in [metric.value for metric in site.metric]
    assert record["scorer"] in site.code[0].value

    site.slider(key="threshold").set_value(0.9).run()
    touching, harmless = shares_shown(record, 0.9)
    assert f"From **90%** on, **{touching:.1%}**" in words(site)
    assert f"**{harmless:.1%}**" in words(site)


def test_a_sample_is_checked_by_one_click(site: AppTest):
    """At least eight samples, and the text stands in the box afterwards."""
    samples = site.pills(key="sample")
    assert len(samples.options) >= 8

    samples.set_value("Homework").run()

    assert site.text_area(key="text").value.startswith("Write my history essay")
    assert "Academic dishonesty" in words(site)


@pytest.mark.parametrize(
    "text",
    ["", "   \n", "\x00\x01", "🐄🚜", "a" * 200_001, "word " * 20_001, "\x89PNG\x00\x1a\x00\x00\x00 IHDR \ufffd"],
    ids=["empty", "blank", "control", "no words", "characters", "words", "binary"],
)
def test_a_text_that_cannot_be_used_gets_one_sentence_and_stays(site: AppTest, text: str):
    """Nothing typed is lost."""
    check(site, text)

    assert not site.exception
    assert [error.value[:8] for error in site.error] == ["Expected"]
    assert site.text_area(key="text").value == text


@pytest.mark.parametrize(
    "text",
    [
        "a 🐄🚜",
        "مرحبا بالعالم",
        "nul \x00 inside of a text that is fine",
        "<script>alert(1)</script> **bold** dating app",
        "a" * 50_000,
    ],
    ids=["emoji", "right to left", "nul", "markup", "one word"],
)
def test_strange_text_gets_an_answer(site: AppTest, text: str):
    """Emoji, right-to-left text, NUL, markup, a word without end; markup is text in every view."""
    check(site, text)

    assert not site.exception
    assert not site.error
    assert "Nearest clauses for" in words(site)
    assert "<script>" not in words(site)


def test_a_long_text_is_read_to_its_end(site: AppTest):
    """The last of 401 sentences is found, and the page says that all were read; nothing is cut."""
    check(site, "We bake bread in a village. " * 400 + "Then we open an online casino for members.")

    said = words(site)
    assert "401 sentences, all read" in said
    assert "In your text: “Then we open an online casino for members.”" in said
    assert "The model reads the first" not in "".join([said, *(warning.value for warning in site.warning)])


def test_another_language_gets_a_word_of_warning(site: AppTest):
    """Named, with its share."""
    check(site, "A dating app for farmers in the district.\nEine App, die einsame Bauern miteinander bekannt macht.")

    assert "seems to be German (5" in site.warning[0].value
    assert "The model knows English" in site.warning[0].value


def test_after_a_check_nothing_but_a_new_text_encodes_anything(site: AppTest, encodes: list[str]):
    """Filters, the number of results, facts about the product and other pages make no encoder call."""
    check(site, "A dating app")
    assert encodes == ["A dating app"]

    site.slider(key="limit").set_value(5).run()
    site.pills(key="lanes").set_value([Lane.NOT_ALLOWED]).run()
    site.pills(key="contexts").set_value([Context.PLUGIN]).run()
    assert words(site).count('role="meter"') == 5
    site.switch_page(str(CLONE / "pages" / "accuracy.py")).run()
    site.switch_page(str(CLONE / "pages" / "categories.py")).run()
    site.switch_page(str(CLONE / "pages" / "changelog.py")).run()
    site.switch_page(str(CLONE / "pages" / "playground.py")).run()

    assert encodes == ["A dating app"]
    check(site, "A dating app for farmers")
    assert encodes == ["A dating app", "A dating app for farmers"]


def test_a_fact_about_the_product_adds_its_requirements_with_their_reasons(site: AppTest, encodes: list[str]):
    """The five rules for plugins, whatever the similarity says; taking the fact back takes them away."""
    check(site, "We bake bread")
    encodes.clear()
    because = "You said that it is a ChatGPT plugin. The clause says “"

    site.pills(key="contexts").set_value([Context.PLUGIN]).run()
    assert words(site).count(because) == 5
    assert Lane.PLUGIN_RULES in words(site)

    site.pills(key="contexts").set_value([]).run()
    assert because not in words(site)
    assert encodes == []


def test_words_that_suggest_a_fact_are_pointed_at_and_nothing_is_assumed(site: AppTest):
    """Until it is ticked."""
    check(site, "A plugin that orders bread")
    assert "Your text says “plugin” → ChatGPT plugin. Tick what is true." in words(site)
    assert "You said that" not in words(site)

    site.pills(key="contexts").set_value([Context.PLUGIN]).run()
    assert "Tick what is true" not in words(site)


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

    site.text_area(key="wording").input("?!")
    next(button for button in site.button if button.label == "Compare").click().run()

    assert [error.value for error in site.error] == [
        "Expected a text with words, but this one has neither a letter nor a digit."
    ]
    assert site.text_area(key="wording").value == "?!"
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
    other = AppTest.from_file(SITE, default_timeout=120)
    other.query_params["text"] = link.split("?text=")[1]
    other.run()
    assert not other.exception
    assert "text" not in other.query_params
    assert other.text_area(key="text").value == "A dating app for farmers"
    assert "Nearest clauses for “A dating app for farmers”" in words(other)


def test_a_damaged_link_is_one_sentence():
    """And the page works."""
    site = AppTest.from_file(SITE, default_timeout=120)
    site.query_params["text"] = "<b>eJw"
    site.run()

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


def test_without_a_chosen_kind_the_page_says_so(site: AppTest):
    """Instead of an empty column."""
    check(site, "A dating app")
    site.pills(key="lanes").set_value([]).run()

    assert "choose at least one" in site.info[0].value


@pytest.fixture
def broken_model(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server whose model cannot be loaded."""

    def refuse() -> None:
        message = "Expected a model, but 'x' cannot be loaded."
        raise EncoderError(message)

    monkeypatch.setattr(warm, "load_index", refuse)
    warm._warm_index.cache_clear()
    yield
    warm._warm_index.cache_clear()


@pytest.mark.usefixtures("broken_model")
def test_a_model_that_cannot_be_loaded_is_one_sentence_on_the_page():
    """And the other pages work without it."""
    site = check(AppTest.from_file(SITE, default_timeout=60).run(), "A dating app")

    assert [error.value for error in site.error] == ["Expected a model, but 'x' cannot be loaded."]
    assert site.text_area(key="text").value == "A dating app"
    assert not site.switch_page(str(CLONE / "pages" / "categories.py")).run().exception
