"""The pages of texts under a policy without exemplars, facts, readings or measurements: they say so, and do the rest."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support import ACME, PACKS, LetterEncoder, letter_service
from visiting import check, margin, margin_words, open_page, open_site, open_view, sent, served_by, unfold, words

from policy_index import PolicyPack
from policy_index.server.service import Service

TEXT = "We sell a list of addresses. Then we send one letter to everyone on it."
EARLIER = "acme-aup@2025-01-15"


@pytest.fixture(scope="module")
def served() -> Service:
    """The bundled policy and two versions of another one, by letters."""
    return letter_service()


@pytest.fixture
def site(served: Service) -> Iterator[AppTest]:
    """A visitor who has opened the playground under the other policy."""
    with served_by(served):
        yield open_site(policy=ACME)


def own(served: Service, spec: str = ACME) -> PolicyPack:
    return served.shelf.find(spec)


def read_samples(site: AppTest) -> AppTest:
    """Read the ten sample prompts on the page that is open."""
    next(button for button in site.button if button.label == "Use ten sample prompts").click().run()
    site.button(key="suite_go").click().run()
    if (job := site.session_state["visit"].suite_job) is not None:
        job.wait()
        site.run()
    return site


@pytest.mark.parametrize("page", ["playground", "batch", "coverage", "accuracy"])
def test_no_page_says_a_word_of_the_bundled_policy(site: AppTest, page: str):
    """Neither its publisher nor its day, nor that it would be superseded."""
    if page != "playground":
        open_page(site, page)

    said = words(site)
    assert not site.exception
    assert "Acme" in said
    for foreign in ("OpenAI", "ChatGPT", "23 March 2023", "Superseded", "71 clauses"):
        assert foreign not in said


def test_a_newcomer_is_told_that_there_are_no_probabilities(site: AppTest, served: Service):
    """And of the lanes only those that the policy has."""
    said = words(site)
    lanes = {own(served).lane_of(clause) for clause in own(served).policy}

    assert f"the policy's {len(own(served).policy.clauses)} clauses".replace("'", "&#x27;") in said
    assert "without probabilities" in said
    assert "Plugin rules" not in lanes
    assert "Plugin rules" not in said


def test_a_text_is_answered_by_nearness_and_never_with_a_percentage(site: AppTest, served: Service):
    """In this policy's own words; why there are no probabilities is said in one sentence."""
    check(site, TEXT)
    unfold(site, "rest")

    cards = [block.proto.body for block in site.get("html") if "<blockquote>" in block.proto.body]
    assert not site.exception
    assert served.index(own(served)).uncalibrated in margin_words(site)
    assert margin(site)["main"]["summary"][0] == "Nearest here, nothing measured: "
    assert len(cards) == 12
    assert all('aria-label="Nearness"' in card for card in cards)
    assert not any("%" in card.split("width:")[0] for card in cards)
    assert all("Acme" in card for card in cards)
    assert "Further clauses, nearest first" in [expander.label for expander in site.expander]


def test_a_policy_without_facts_asks_for_none(site: AppTest):
    """The question would lead to nothing."""
    assert "contexts" not in [pills.key for pills in site.pills]
    assert not check(site, "A plugin that talks with patients").exception


def test_every_view_of_a_brief_works_without_probabilities(site: AppTest, served: Service):
    """Words, matrix, a second wording, files, a link that names the policy."""
    check(site, TEXT)
    open_view(site, "Words that carry it")
    site.button(key="why").click().run()
    assert "carry at least half of what falls" in words(site)
    open_view(site, "Matrix")
    unfold(site, "matrix-table")
    assert len(site.dataframe[0].value.columns) == 1 + 5

    open_view(site, "Two wordings")
    site.text_area(key="wording").input("We bake bread").run()
    next(button for button in site.button if button.label == "Compare").click().run()
    assert "Second wording" in words(site)
    assert "points" not in words(site)

    open_view(site, "Take away")
    site.button(key="make-link").click().run()
    (link,) = [code.value for code in site.code if "text=" in code.value]
    assert f"?policy={ACME}&text=" in link
    assert f"--policy {ACME}" in "".join(code.value for code in site.code)
    assert not site.exception
    assert len(own(served).policy.clauses) > 12


def test_a_checked_text_is_checked_again_when_the_policy_is_changed(site: AppTest, served: Service):
    """At once, and what was found under the other one is gone; the text stays."""
    check(site, TEXT)
    open_view(site, "Two wordings")
    site.text_area(key="wording").input("We bake bread").run()
    next(button for button in site.button if button.label == "Compare").click().run()

    site.query_params["policy"] = EARLIER
    site.run()

    known = site.session_state["visit"]
    assert known.pack is own(served, EARLIER)
    assert known.brief.pack is known.pack
    assert known.brief.text == TEXT == site.text_area(key="text").value
    assert known.second is None
    open_view(site, "What to do")
    assert "(2025-01-15)" in words(site)
    assert "(2026-01-31)" not in words(site)


def test_stated_facts_of_one_policy_are_none_of_another(tmp_path: Path):
    """They are asked for where a policy's clauses depend on them, and only there."""
    shutil.copytree(PACKS, tmp_path / "packs")
    clause = letter_service().shelf.find(ACME).policy.clauses[0]
    (tmp_path / "packs" / ACME / "facts.json").write_text(
        json.dumps(
            {
                "facts": [{"id": "robot", "label": "A <b>robot</b>", "words": "it is a robot", "signs": ["robot*"]}],
                "rules": [{"needs": ["robot"], "clause": clause.id, "words": clause.text}],
            }
        ),
        encoding="utf-8",
    )
    with served_by(letter_service(tmp_path / "packs")):
        site = check(open_site(policy=ACME), "Robots that bake bread")
        assert "Your text says “Robots” → A &lt;b&gt;robot&lt;/b&gt;. Tick what is true." in words(site)

        site.pills(key="contexts").set_value(["robot"]).run()
        assert "You said that it is a robot. The clause says “" in words(site)

        site.query_params["policy"] = EARLIER
        site.run()
        assert not site.exception
        assert "You said that" not in words(site)


def test_prompts_are_counted_and_shown_without_probabilities(site: AppTest):
    """Each row names clauses by their own words and how near they are; files come by the command, too."""
    read_samples(open_page(site, "batch"))

    assert not site.exception
    assert "10" in drawn(site)
    assert "%" not in drawn(site)
    assert any(f" · {each}" in drawn(site) for each in ("Near", "Maybe")) or "Nothing touched" in drawn(site)
    site.session_state["suite_view"] = "Files and code"
    site.run()
    assert f"--top 3 --policy {ACME}" in "".join(code.value for code in site.code)


def drawn(site: AppTest) -> str:
    """Return what the results on Batch are drawn from."""
    return "\n".join(sent(site))


def test_coverage_counts_the_clauses_that_bind_under_this_policy(site: AppTest, served: Service):
    """Each prompt counts for its nearest clause, and the page says so."""
    read_samples(open_page(site, "coverage"))
    binding = [clause for clause in own(served).policy if clause.citable]

    assert not site.exception
    assert "A prompt counts for its nearest clause." in site.info[0].value
    assert f"of {len(binding)}** clauses touched" in words(site)


def test_prompts_are_scored_under_another_policy_without_being_read_again(site: AppTest, served: Service):
    """Their vectors are the encoder's, not the policy's."""
    read_samples(open_page(site, "batch"))
    served.index(own(served, EARLIER))
    encoder = served.index(own(served)).encoder
    assert isinstance(encoder, LetterEncoder)
    encoder.encoded.clear()

    site.query_params["policy"] = EARLIER
    site.run()

    assert not site.exception
    suite = site.session_state["visit"].suite
    assert suite.found.pack is own(served, EARLIER)
    assert encoder.encoded == []


def test_what_was_not_measured_is_said_first_with_what_to_do(site: AppTest):
    """No number of another policy is shown."""
    open_page(site, "accuracy")

    assert not site.exception
    assert site.header[0].value == "Not measured yet"
    assert f"policy-index measure --policy {ACME}" in [code.value for code in site.code]
    assert not site.metric
    assert not site.get("plotly_chart")


def test_another_language_is_named_without_numbers_that_nobody_measured(site: AppTest):
    """The warning stays."""
    check(site, "A dating app for farmers in the district.\nEine App, die einsame Bauern miteinander bekannt macht.")

    assert "seems to be German" in margin_words(site)
    assert "held-out" not in margin_words(site)
