"""The playground under the bundled policy, and what every page says: what a person sees, and what it costs."""

import pytest
from streamlit.testing.v1 import AppTest
from visiting import check, margin, margin_words, open_page, open_site, served_by, unfold, words

from policy_index import Encoder, EncoderError, Indexes, Lane, load_shelf
from policy_index.search.likelihood import LIKELY_FROM
from policy_index.server.service import Service


@pytest.fixture
def site() -> AppTest:
    """A visitor who has just opened the first page."""
    return open_site()


@pytest.mark.parametrize("page", ["playground", "categories", "map", "overlaps", "changelog", "accuracy"])
def test_every_page_says_which_policy_it_is_and_what_it_is_not(site: AppTest, page: str):
    """Version, successor, source, no verdict, no legal advice; and no error anywhere."""
    if page != "playground":
        open_page(site, page)

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
    assert "Close to: “" not in said
    assert "What to do (our words)" in said

    unfold(site, "rest", "why adult-content")

    said = words(site)
    assert "Close to: “" in said
    assert said.count('role="meter"') == 12


def test_a_harmless_text_is_told_so_with_what_came_closest(site: AppTest):
    """Plainly, and nothing is called likely or possible."""
    check(site, "How do I kill a Python process that hangs?")

    assert "No clause of this policy seems to be about this" in site.info[0].value
    said = words(site)
    assert "<strong>Likely" not in said
    assert "<strong>Possible" not in said
    assert said.count("<strong>Unlikely") == 1
    assert "What to do (our words)" not in said
    assert words(unfold(site, "rest")).count("<strong>Unlikely") == 1 + 12


def test_a_text_that_touches_many_clauses_a_little_is_not_called_harmless(
    site: AppTest, monkeypatch: pytest.MonkeyPatch
):
    """The page says that no single clause stands out, and shows the three nearest."""
    never = max(LIKELY_FROM, 1.1)
    monkeypatch.setattr("policy_index.search.likelihood.LIKELY_FROM", never)
    monkeypatch.setattr("policy_index.search.likelihood.POSSIBLE_FROM", never)
    check(site, "A dating app for farmers")

    assert "No single clause stands out, but the text seems to touch the policy" in site.warning[0].value
    assert words(site).count("<strong>Unlikely") == 3
    assert words(unfold(site, "rest")).count("<strong>Unlikely") == 3 + 12


def test_a_text_that_negates_gets_a_notice(site: AppTest):
    """Which names the word, escaped."""
    check(site, "A dating app that never shows photos")
    assert "Your text says “never”" in margin_words(site)

    check(site, "A dating app")
    assert "Your text says" not in margin_words(site)


def test_a_sample_is_checked_by_one_click(site: AppTest):
    """At least eight samples, and the text stands in the box afterwards."""
    samples = site.pills(key="sample")
    assert len(samples.options) >= 8

    samples.set_value("Homework").run()

    assert site.text_area(key="text").value.startswith("Write my history essay")
    assert "Academic dishonesty" in words(site)


@pytest.mark.parametrize(
    "text",
    ["\x00\x01", "a" * 200_001, "word " * 20_001, "\x89PNG\x00\x1a\x00\x00\x00 IHDR \ufffd"],
    ids=["control", "characters", "words", "binary"],
)
def test_a_text_that_cannot_be_used_gets_one_sentence_and_stays(site: AppTest, text: str):
    """Nothing typed is lost."""
    check(site, text)

    assert not site.exception
    assert [error.value[:8] for error in site.error] == ["Expected"]
    assert site.text_area(key="text").value == text


@pytest.mark.parametrize("text", ["", "   \n"], ids=["empty", "blank"])
def test_where_there_is_nothing_to_check_the_page_says_what_to_do(site: AppTest, text: str):
    """In plain words, and the box stands open."""
    check(site, text)

    assert [error.value for error in site.error] == ["Paste or type something first."]
    assert not [each.label for each in site.expander if each.label.startswith("Change the text")]


def test_the_box_and_what_is_asked_beside_it_fold_away_once_there_is_a_result(site: AppTest):
    """One line each; what was typed stands in the box."""
    check(site, "A dating app")

    assert [each.label for each in site.expander][:2] == [
        "Change the text, or try another one",
        "What is true of the product?",
    ]
    assert not site.expander[0].proto.expanded
    assert site.text_area(key="text").value == "A dating app"


def test_the_summary_counts_and_leads_to_what_it_counts(site: AppTest):
    """Each count to the first passage of its kind; how far to trust it stands below."""
    check(site, "We bake bread in a village. A dating app for farmers.")

    main = margin(site)["main"]
    first, *_, last = main["summary"]
    assert first == {"words": "1 use not allowed as described", "color": "#b3261e", "part": 0}
    assert last.endswith("1 of 2 sentences touches none.")
    assert main["parts"][0]["words"] == "A dating app for farmers."
    assert "How far to trust this" in margin_words(site)


@pytest.mark.parametrize(
    "text",
    [
        "a dating app 🐄🚜",
        "nul \x00 inside of a text about a dating app",
        "<script>alert(1)</script> **bold** dating app",
    ],
    ids=["emoji", "nul", "markup"],
)
def test_strange_text_gets_an_answer(site: AppTest, text: str):
    """Emoji, NUL, markup; markup is text in every view."""
    check(site, text)

    assert not site.exception
    assert not site.error
    assert "Nearest clauses for" in words(site)
    assert "<script>" not in words(site)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("🐄🚜", "There are no words in this text"),
        ("a 🐄🚜", "There is too little in this text to judge"),
        ("hi", "This is a greeting or a courtesy"),
        ("مرحبا بالعالم", "a script that the model does not read (Arabic)"),
        ("a" * 50_000, "This does not seem to be language"),
    ],
    ids=["emoji alone", "a letter", "greeting", "right to left", "one word"],
)
def test_a_text_that_cannot_be_judged_is_told_why_and_shown_no_clause(site: AppTest, text: str, why: str):
    """Nothing was found out about it, so the page does not say that nothing was found."""
    check(site, text)

    assert not site.exception
    assert not site.error
    assert [why in warning.value.replace("\\", "") for warning in site.warning] == [True]
    assert "write in English what the product or prompt does" in site.warning[0].value
    assert not [info.value for info in site.info if "seems to be about" in info.value]
    said = words(site)
    assert "Not judged: “" in said
    assert "<strong>Unlikely" not in said


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

    assert "seems to be German (5" in margin_words(site)
    assert "The model knows English" in margin_words(site)


def test_after_a_check_nothing_but_a_new_text_encodes_anything(site: AppTest, encodes: list[str]):
    """Filters, the number of results, facts about the product and other pages make no encoder call."""
    check(site, "A dating app")
    assert encodes == ["A dating app"]

    unfold(site, "filter", "rest")
    site.slider(key="limit").set_value(5)
    site.pills(key="lanes").set_value([Lane.NOT_ALLOWED]).run()
    site.session_state["filter"] = False  # folded away, in force as before
    site.pills(key="contexts").set_value(["plugin"]).run()
    assert not site.slider
    assert words(site).count('role="meter"') == 5
    open_page(site, "accuracy")
    open_page(site, "categories")
    open_page(site, "changelog")
    open_page(site, "playground")

    assert encodes == ["A dating app"]
    check(site, "A dating app for farmers")
    assert encodes == ["A dating app", "A dating app for farmers"]


def test_a_fact_about_the_product_adds_its_requirements_with_their_reasons(site: AppTest, encodes: list[str]):
    """The five rules for plugins, whatever the similarity says; taking the fact back takes them away."""
    check(site, "We bake bread")
    encodes.clear()
    because = "You said that it is a ChatGPT plugin. The clause says “"

    site.pills(key="contexts").set_value(["plugin"]).run()
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

    site.pills(key="contexts").set_value(["plugin"]).run()
    assert "Tick what is true" not in words(site)


def test_without_a_chosen_kind_the_page_says_so(site: AppTest):
    """Instead of an empty column."""
    check(site, "A dating app")
    unfold(site, "filter")
    site.pills(key="lanes").set_value([]).run()

    assert "choose at least one" in site.info[0].value


def test_a_model_that_cannot_be_loaded_is_one_sentence_on_the_page():
    """And the other pages work without it."""

    def refuse() -> Encoder:
        message = "Expected a model, but 'x' cannot be loaded."
        raise EncoderError(message)

    with served_by(Service(load_shelf(), Indexes(refuse))):
        site = check(open_site(), "A dating app")

        assert [error.value for error in site.error] == ["Expected a model, but 'x' cannot be loaded."]
        assert site.text_area(key="text").value == "A dating app"
        assert not open_page(site, "categories").exception
