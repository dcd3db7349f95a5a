"""Looking up by spelling, and the story of the revisions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from other_policies import pack_of

from policy_index import PolicyPack, UnknownRevisionError
from policy_index.plots.changelog import plot_changelog_timeline
from policy_index.plots.palette import CHECKED
from policy_index.policy.lookup import Lookup, lookup_of


@pytest.fixture(scope="module")
def lookup(pack: PolicyPack) -> Lookup:
    """The words of the bundled policy's revisions."""
    return lookup_of(pack)


@given(st.text(max_size=200))
def test_any_text_can_be_looked_up(lookup: Lookup, typed: str):
    """Nothing raises, and no revision comes twice."""
    assert len(lookup.revisions(typed)) <= 11


def test_revisions_are_found_by_word_year_and_kind(lookup: Lookup):
    """The note on Instagram with a typing error; five revisions in 2022."""
    assert [each.id for each in lookup.revisions("instagarm")] == ["2021-02-26"]
    assert {each.id for each in lookup.revisions("2022")} == {
        "2022-01-19",
        "2022-03-09",
        "2022-06-07",
        "2022-10-25",
        "2022-11-09",
    }


def test_a_policy_finds_its_own_revisions_alone(acme: PolicyPack):
    """Where there is no changelog, none."""
    assert lookup_of(acme).revisions(str(acme.policy.changelog[0].date.year))
    assert not lookup_of(pack_of("Be good.")).revisions("2022")


def test_every_revision_has_a_gap_a_kind_and_a_reason(pack: PolicyPack):
    """From 26 February to 12 March 2021 are 14 days; the gaps sum up to the whole time, 755 days."""
    revisions = pack.history.revisions

    assert [each.entry for each in revisions] == list(pack.policy.changelog)
    assert all(each.kinds and each.why for each in revisions)
    assert revisions[-1].days_since_last is None
    assert revisions[-2].days_since_last == 14
    gaps = [each.days_since_last for each in revisions[:-1]]
    assert sum(gap for gap in gaps if gap is not None) == 755
    assert {kind for each in revisions for kind in each.kinds} == set(pack.history.kinds)


def test_an_unknown_revision_is_one_sentence_that_names_them_all(pack: PolicyPack):
    """A long date is cut; a policy without revisions says that there are none."""
    with pytest.raises(
        UnknownRevisionError, match=r"^No revision has the date '9{40}…'; there are 2023-03-23, .*2021-02-26\.$"
    ):
        pack.history.revision("9" * 5000)
    with pytest.raises(UnknownRevisionError, match=r"^No revision has the date '2023-03-23'; there are none\.$"):
        pack_of("Be good.").history.revision("2023-03-23")


def test_the_timeline_is_to_scale_and_holds_every_revision_in_the_row_of_each_of_its_kinds(pack: PolicyPack):
    """Points stand at their dates on a date axis; dates at the top never stand on each other."""
    revisions = pack.history.revisions
    figure = plot_changelog_timeline(pack.history, chosen="2022-06-07")
    stems, dots, dates = figure.data

    assert len(dots.x) == sum(len(each.kinds) for each in revisions)
    assert len(figure.layout.yaxis.ticktext) == len(pack.history.kinds) == 4
    assert list(dates.x) == sorted(each.entry.date for each in revisions)
    assert list(stems.x).count(None) == 11
    assert list(dots.marker.color).count(CHECKED) == 1
    for place, (day, height) in enumerate(zip(dates.x, dates.y, strict=True)):
        for later, other in list(zip(dates.x, dates.y, strict=True))[place + 1 :]:
            assert height != other or (later - day).days > 0.17 * (755 + 90)


def test_revisions_that_nobody_has_sorted_stand_in_one_row(acme: PolicyPack):
    """A dot each; of many within few weeks all are drawn, and only those dates are written for which there is room."""
    figure = plot_changelog_timeline(acme.history)
    _, dots, dates = figure.data
    assert list(figure.layout.yaxis.ticktext) == ["Revisions"]
    assert list(dots.customdata) == [each.id for each in reversed(acme.history.revisions)]
    assert len(dates.x) == len(dots.x)

    notes = "".join(f"- 2024-{1 + number // 28:02}-{1 + number % 28:02}: note {number}\n" for number in range(100))
    many = pack_of(f"# Rules\n\nBe good.\n\n## Changelog\n\n{notes}").history
    _, dots, dates = plot_changelog_timeline(many).data
    assert len(dots.x) == 100
    assert 4 <= len(dates.x) <= 24


def test_a_single_revision_is_drawn():
    """With time around it."""
    history = pack_of("# Rules\n\nBe good.\n\n## Changelog\n\n- 2024-05-01: first\n").history

    figure = plot_changelog_timeline(history)

    assert list(figure.data[1].customdata) == ["2024-05-01"]
    first, last = figure.layout.xaxis.range
    assert first < history.revisions[0].entry.date < last
