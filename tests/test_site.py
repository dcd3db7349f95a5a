"""The pages, run by Streamlit's own test harness: what a person sees, and what it costs."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest
from support import CLONE

from policy_index import EncoderError
from policy_index.accuracy import bundled_accuracy, shares_shown
from policy_index.calibration import LIKELY_FROM
from policy_index.report import Lane
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
    assert "OpenAI Usage policies (2023-03-23), Disallowed usage 8<" in said
    assert "<strong>Likely</strong> · " in said
    assert "similarity 0." in said
    assert "Close to: “" in said
    assert said.count('role="meter"') == 6


def test_a_harmless_text_is_told_so_with_what_came_closest(site: AppTest):
    """Plainly, and nothing is called likely or possible."""
    check(site, "How do I kill a Python process that hangs?")

    assert "No clause of this policy seems to be about this" in site.info[0].value
    said = words(site)
    assert "<strong>Likely" not in said
    assert "<strong>Possible" not in said
    assert said.count("<strong>Unlikely") == 1 + 6


def test_a_text_that_touches_many_clauses_a_little_is_not_called_harmless(
    site: AppTest, monkeypatch: pytest.MonkeyPatch
):
    """The page says that no single clause stands out, and shows the three nearest."""
    never = max(LIKELY_FROM, 1.1)
    monkeypatch.setattr("policy_index.calibration.LIKELY_FROM", never)
    monkeypatch.setattr("policy_index.calibration.POSSIBLE_FROM", never)
    check(site, "A dating app for farmers")

    assert "No single clause stands out, but the text seems to touch the policy" in site.warning[0].value
    assert words(site).count("<strong>Unlikely") == 3 + 6


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


@pytest.mark.parametrize("text", ["", "   \n", "\x00\x01", "a" * 200_000])
def test_a_text_that_cannot_be_used_gets_one_sentence_and_stays(site: AppTest, text: str):
    """Nothing typed is lost."""
    check(site, text)

    assert not site.exception
    assert [error.value[:8] for error in site.error] == ["Expected"]
    assert site.text_area(key="text").value == text


@pytest.mark.parametrize("text", ["🐄🚜", "مرحبا بالعالم", "nul \x00 inside", "<script>alert(1)</script> **bold**"])
def test_strange_text_gets_an_answer(site: AppTest, text: str):
    """Emoji, right-to-left text, lone surrogates, NUL, markup."""
    check(site, text)

    assert not site.exception
    assert not site.error
    assert "Nearest clauses for" in words(site)
    assert "<script>" not in words(site)


def test_a_long_text_says_how_far_it_was_read(site: AppTest):
    """Nothing is cut silently."""
    check(site, "cat " * 1000)

    assert "The model reads the first 1,015 of these 4,000 characters." in site.warning[0].value


def test_after_a_check_nothing_but_a_new_text_encodes_anything(site: AppTest, encodes: list[str]):
    """Filters, the number of results and other pages make no encoder call."""
    check(site, "A dating app")
    assert encodes == ["A dating app"]

    site.slider(key="limit").set_value(12).run()
    site.pills(key="lanes").set_value([Lane.NOT_ALLOWED]).run()
    assert words(site).count('role="meter"') == 12
    site.switch_page(str(CLONE / "pages" / "accuracy.py")).run()
    site.switch_page(str(CLONE / "pages" / "categories.py")).run()
    site.switch_page(str(CLONE / "pages" / "changelog.py")).run()
    site.switch_page(str(CLONE / "pages" / "playground.py")).run()

    assert encodes == ["A dating app"]
    check(site, "A dating app for farmers")
    assert encodes == ["A dating app", "A dating app for farmers"]


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
