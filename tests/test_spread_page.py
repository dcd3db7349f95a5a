"""The checked text under other policies, on the playground, and a suite under several on Coverage."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest
from support import ACME, letter_service
from visiting import check, open_page, open_site, open_view, served_by, words

OLD = "acme-aup@2025-01-15"
TEXT = "A dating app for <b>farmers</b>."


@pytest.fixture
def site() -> Iterator[AppTest]:
    """A visitor of a server with the bundled policy and two versions of another."""
    with served_by(letter_service()):
        yield open_site()


def columns(site: AppTest) -> str:
    """Return what the columns are drawn from."""
    found = [each for each in site.get("bidi_component") if "upe-columns" in each.proto.json]
    return found[0].proto.json if found else ""


def check_under_others(site: AppTest, text: str) -> AppTest:
    """Check a text and open the view of it under other policies."""
    return open_view(check(site, text), "Under other policies")


def choose(site: AppTest, *specs: str) -> AppTest:
    return site.multiselect(key="spread-under").set_value(list(specs)).run()


def test_a_text_is_shown_under_the_policies_that_a_person_chooses(site: AppTest):
    """A column each, the checked policy first; nothing is shown before a choice, and nothing of the text is markup."""
    check_under_others(site, TEXT)
    assert not columns(site)

    choose(site, OLD, ACME)

    assert not site.exception
    drawn = columns(site)
    assert drawn.count('upe-column\\"') == 3 or drawn.count('"upe-column"') == 3
    assert "What the others are compared with" in drawn
    assert "neither a verdict nor legal advice" in drawn
    assert (
        len([each for each in site.get("download_button") if each.key and each.key.startswith("download-spread")]) == 4
    )


def test_one_click_chooses_the_newest_of_every_other_policy(site: AppTest):
    """And under a policy with several versions one click chooses the others, and says since when."""
    check_under_others(site, TEXT)
    site.button(key="spread-newest").click().run()
    assert site.multiselect(key="spread-under").value == [ACME]

    with served_by(letter_service()):
        other = open_site(policy=ACME)
        check_under_others(other, TEXT)
        other.button(key="spread-versions").click().run()

        assert not other.exception
        assert other.multiselect(key="spread-under").value == [OLD]
        assert any("Since when" in each.proto.json for each in other.get("bidi_component"))


def test_a_choice_without_a_second_policy_says_what_to_do():
    """Where the shelf holds one only."""
    with served_by(letter_service(None)):
        site = check_under_others(open_site(), TEXT)

        assert "This is the only policy here." in words(site)


def test_a_text_that_cannot_be_judged_says_so_beside_its_empty_columns(site: AppTest):
    """With the reason."""
    check_under_others(site, "asdfghjkl qwrtzp")

    choose(site, ACME)

    assert not site.exception
    assert any("Not judged" in warning.value for warning in site.warning)


def test_coverage_counts_a_suite_under_several_policies(site: AppTest):
    """One row a policy; the note on what is not to be compared stands beside it."""
    open_page(site, "coverage")
    site.text_area(key="suite_lines").input("a rash\nroulette").run()
    site.button(key="suite_go").click().run()
    job = site.session_state["visit"].suite_job
    if job is not None:
        job.wait()
    site.run()

    site.multiselect(key="coverage-under").set_value([ACME, OLD]).run()

    assert not site.exception
    table = next(frame.value for frame in site.dataframe if "Touched" in frame.value.columns)
    assert len(table) == 3
    assert any("are not to be compared" in caption.value for caption in site.caption)
