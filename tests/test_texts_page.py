"""The texts of a policy on its changelog and on its clauses' pages, run by Streamlit's own harness."""

from collections.abc import Iterator
from datetime import date

import pytest
from looking import links, said, visit
from other_policies import pack_of
from streamlit.testing.v1 import AppTest
from support import ACME, letter_service
from visiting import served_by

from policy_index.comparing.timeline import Timeline
from policy_index.plots.revisions import plot_revisions
from policy_index.server.service import Service

EARLIER = "acme-aup@2025-01-15"


@pytest.fixture(scope="module")
def served() -> Iterator[Service]:
    """The bundled policy and two versions of another one, by letters."""
    service = letter_service()
    with served_by(service):
        yield service


@pytest.mark.usefixtures("served")
def test_the_changelog_shows_the_texts_in_a_row_and_leads_to_their_comparison():
    """Counts, share, sections, and the oldest text last."""
    site = visit("changelog", policy=ACME)
    shown = said(site)

    assert "2 added, 2 removed, 2 reworded" in shown
    assert "of the words came or went. Sections touched: “" in shown
    assert "The oldest text here" in shown
    assert f"compare?policy={EARLIER}&with={ACME}" in links(site)


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-12-31", "On 31 December 2024: not known here. The oldest text is of 15 January 2025."),
        ("2025-01-15", "On 15 January 2025, as far as the texts here tell: the text of 15 January 2025."),
        ("2026-01-30", "On 30 January 2026, as far as the texts here tell: the text of 15 January 2025."),
        ("2026-01-31", "On 31 January 2026, as far as the texts here tell: the text of 31 January 2026."),
    ],
)
def test_the_text_in_force_on_a_day_is_named(day: str, expected: str):
    """The day stands in the address."""
    assert expected in said(visit("changelog", policy=ACME, day=day))


@pytest.mark.usefixtures("served")
def test_a_policy_with_one_text_keeps_its_notes_and_says_which_text_is_here():
    """The bundled one."""
    site = visit("changelog")

    assert "One text of this policy is here, the one of 23 March 2023." in said(site)
    assert "only the policy’s notes are here" in said(site)
    assert len(site.get("plotly_chart")) == 1


SINCE = """
from policy_index.server.service import service
from policy_index.ui.links import Block, show_block
from policy_index.ui.versions import wording_line

pack = service().shelf.find("acme-aup")
for clause in pack.policy:
    show_block(Block.of(wording_line(pack, clause)), key=clause.id)
"""


@pytest.mark.usefixtures("served")
def test_a_clause_tells_since_when_it_stands_in_its_words():
    """Kept from the oldest text on, reworded, new; each change is a click away."""
    site = AppTest.from_string(SINCE).run()
    lines = said(site).splitlines()

    assert not site.exception
    assert "In this wording since 15 January 2025 or earlier: the oldest text here." in "\n".join(lines)
    reworded = "In this wording since 31 January 2026; in the policy since 15 January 2025 or earlier, in 2 wordings."
    assert lines.count(reworded) == 2
    assert lines.count("In the policy, and in this wording, since 31 January 2026.") == 2
    assert len(links(site)) == 4
    assert all(f"with={ACME}&change=" in address for address in links(site))


def test_the_picture_of_texts_has_a_dot_for_each_revision_and_each_touched_section(served: Service):
    """To scale; a revision without a change of words is hollow; hover labels are escaped."""
    versions = [served.shelf.find(spec).policy for spec in (EARLIER, ACME)]
    figure = plot_revisions(Timeline.from_versions(versions))
    dots = figure.data[0]

    touched = [each for each in Timeline.from_versions(versions).revisions[0].sections if each.touched]
    assert len(dots.x) == 1 + len(touched)
    assert set(dots.customdata) == {"2026-01-31"}
    assert len(figure.layout.yaxis.ticktext) == 1 + len(touched)

    same = pack_of("# R\n\nBe good.\n", updated=date(2025, 1, 1)).policy
    later = pack_of("# R\n\nBe good\n", updated=date(2026, 1, 1)).policy
    hollow = plot_revisions(Timeline.from_versions([same, later])).data[0]
    assert list(hollow.marker.color) == ["rgba(0,0,0,0)"]
