"""Timelines, crosswalks and what leaves the program of them: papers, tables, commands."""

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest
from comparing import SOURCE, version
from support import PACKS, LetterEncoder, Run

from policy_index import Policy, PolicyPack, Shelf
from policy_index.cli import compare as command
from policy_index.comparing.crosswalk import Crosswalk, Decision, Pairing, clause_vectors, crosswalk
from policy_index.comparing.diff import ChangeKind, compare
from policy_index.comparing.timeline import Timeline
from policy_index.errors import ComparisonError, UnknownClauseError
from policy_index.records.comparisons import ComparisonFormat, comparison_paper, comparison_record, timeline_record
from policy_index.records.crosswalks import CrosswalkFormat, crosswalk_paper

DAY = date(2026, 3, 5)


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf.from_folder(PACKS)


@pytest.fixture(scope="module")
def pair(shelf: Shelf) -> tuple[PolicyPack, PolicyPack]:
    return shelf.find("acme-aup@2025-01-15"), shelf.find("acme-aup@2026-01-31")


def pack_of(policy: Policy, pack_id: str) -> PolicyPack:
    return PolicyPack(id=pack_id, policy=policy, folder=PACKS, settings={})


# -------------------------------------------------------------------------------------------------------------- timeline


def versions() -> list[Policy]:
    """Three years: 30 days, 60 days, and a new rule."""
    return [
        version(SOURCE),
        version(SOURCE.replace("30 days", "60 days"), year=2026),
        version(SOURCE.replace("30 days", "60 days") + "\nVisitors need a badge of their own.\n", year=2027),
    ]


def test_versions_are_put_in_order_and_compared_one_by_one():
    """Whatever order they come in; each revision says by section what it touched."""
    timeline = Timeline.from_versions([versions()[place] for place in (2, 0, 1)])

    assert [revision.day.year for revision in timeline.revisions] == [2026, 2027]
    assert [revision.counts[ChangeKind.REWORDED] for revision in timeline.revisions] == [1, 0]
    assert [revision.counts[ChangeKind.ADDED] for revision in timeline.revisions] == [0, 1]
    touched = [section.title for section in timeline.revisions[0].sections if section.touched]
    assert touched == ["Privacy"]
    assert timeline_record(timeline)["revisions"][0]["date"] == "2026-03-01"


def test_the_version_in_force_is_the_last_one_before_a_day():
    """None before the first one."""
    timeline = Timeline.from_versions(versions())

    found = [
        timeline.in_force(day) for day in (date(2025, 2, 28), date(2025, 3, 1), date(2026, 12, 24), date(2030, 1, 1))
    ]
    assert [each and each.updated and each.updated.year for each in found] == [None, 2025, 2026, 2027]


def test_a_clause_is_followed_back_to_its_first_day_with_all_its_wordings():
    """What stands in the first known version may be older still, and that is said."""
    timeline = Timeline.from_versions(versions())
    latest = timeline.versions[-1]
    kept = next(clause for clause in latest if "60 days" in clause.text)

    old, new = timeline.history_of(kept.id), timeline.history_of(latest.clauses[-1].id)

    assert (old.since, old.is_from_the_start) == (date(2025, 3, 1), True)
    assert [("30" in each.clause.text, each.since.year) for each in old.wordings] == [(True, 2025), (False, 2026)]
    assert (new.since, new.is_from_the_start, len(new.wordings)) == (date(2027, 3, 1), False, 1)
    with pytest.raises(ComparisonError, match="Expected a day from 2025-03-01"):
        timeline.history_of(kept.id, day=date(2020, 1, 1))


def test_two_texts_of_one_day_and_no_version_are_refused():
    """One sentence each; one text twice is one version."""
    with pytest.raises(ComparisonError, match="one version a day, got two texts of 2025-03-01"):
        Timeline.from_versions([version(SOURCE), version(SOURCE + "\nMore.\n")])
    with pytest.raises(ComparisonError, match="at least one version"):
        Timeline.from_versions([])
    assert len(Timeline.from_versions([version(SOURCE), version(SOURCE)]).versions) == 1


# ------------------------------------------------------------------------------------------------------------- crosswalk


def walk(decisions: Sequence[Decision] = ()) -> Crosswalk:
    """Return the crosswalk of two policies of three and two clauses: cosines 1 and 0.6 for the first two, 0 for the third."""
    a = pack_of(version("# P\n\nAlpha keys.\n\nBeta locks.\n\nGamma doors.\n"), "a")
    b = pack_of(version("# Q\n\nAlpha key.\n\nBeta lock.\n"), "b")
    vectors = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]], dtype=np.float32)
    others = np.array([[1, 0, 0, 0], [0, 0.6, 0.8, 0]], dtype=np.float32)
    return crosswalk(a, b, a_vectors=vectors, b_vectors=others, decisions=decisions, space="letters")


def test_sure_and_mutual_neighbours_are_counterparts_and_the_rest_are_gaps():
    """Cosine 1 is sure, 0.6 is enough where each is the other's nearest, 0 is a gap."""
    found = walk()

    assert [row.pairing for row in found.rows] == [Pairing.COUNTERPART, Pairing.COUNTERPART, Pairing.GAP]
    assert [row.score for row in found.rows] == pytest.approx([1, 0.6, 0])
    assert [clause.text for clause in found.gaps_a] == ["Gamma doors."]
    assert found.gaps_b == ()


def test_a_persons_decision_comes_before_the_score():
    """A confirmed pair counts at cosine 0, a rejected one not at 1; of two decisions about one pair the later counts."""
    a, b = [[clause.id for clause in pack.policy] for pack in (walk().a, walk().b)]

    found = walk(
        [
            Decision(a=a[2], b=b[1], confirmed=True),
            Decision(a=a[0], b=b[0], confirmed=True),
            Decision(a=a[0], b=b[0], confirmed=False),
        ]
    )

    assert found.rows[2].pairing is Pairing.CONFIRMED
    assert found.rows[0].nearest is not None
    assert found.rows[0].nearest.id == b[1]
    assert found.rows[0].pairing is Pairing.GAP
    assert [clause.id for clause in found.gaps_b] == [b[0]]
    assert [(one.id, other.id) for one, other in found.rejected] == [(a[0], b[0])]
    with pytest.raises(UnknownClauseError):
        walk([Decision(a="nothing", b=b[0], confirmed=True)])


def test_vectors_that_are_none_of_the_clauses_are_refused():
    """Their number, their length."""
    a, b = walk().a, walk().b
    good = clause_vectors(b, LetterEncoder())

    with pytest.raises(ComparisonError, match=r"each of 3 clauses of a@2025-03-01, got an array of shape \(2, 176\)"):
        crosswalk(a, b, a_vectors=good, b_vectors=good)
    with pytest.raises(ComparisonError, match="unit vectors for b@2025-03-01"):
        crosswalk(a, b, a_vectors=clause_vectors(a, LetterEncoder()), b_vectors=good * 2)


def test_sssom_has_its_header_and_a_row_for_every_pair_gap_and_rejection():
    """Header lines of YAML, then tab-separated rows with the slots of the standard."""
    a, b = [[clause.id for clause in pack.policy] for pack in (walk().a, walk().b)]

    text = crosswalk_paper(walk([Decision(a=a[0], b=b[1], confirmed=False)]), CrosswalkFormat.SSSOM, made_on=DAY)

    header = [line for line in text.splitlines() if line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(text.splitlines()[len(header) :])), delimiter="\t"))
    assert '#mapping_date: "2026-03-05"' in header
    assert any(line.startswith("#mapping_set_id: ") for line in header)
    assert any(line.startswith("#license: ") for line in header)
    assert {row["predicate_id"] for row in rows} == {"skos:closeMatch"}
    prefixes = {line[3:].split(":")[0] for line in header if line.startswith("#  ")}
    assert {row[side].split(":")[0] for row in rows for side in ("subject_id", "object_id")} <= prefixes
    assert [(row["object_id"], row["mapping_cardinality"]) for row in rows if not row["object_label"]] == [
        ("sssom:NoTermFound", "1:0")
    ]
    assert [row["mapping_justification"] for row in rows if row["predicate_modifier"] == "Not"] == [
        "semapv:ManualMappingCuration"
    ]


def test_no_cell_of_a_crosswalk_is_a_formula_or_breaks_a_row():
    """A policy is anybody's text."""
    hostile = pack_of(version("# P\n\n\\=cmd|'/C calc'!A0 and more\n\nTabs\there.\n"), "hostile")
    vectors = np.eye(2, dtype=np.float32)
    found = crosswalk(hostile, hostile, a_vectors=vectors, b_vectors=vectors)

    rows = list(csv.DictReader(io.StringIO(crosswalk_paper(found, CrosswalkFormat.CSV, made_on=DAY))))
    table = crosswalk_paper(found, CrosswalkFormat.SSSOM, made_on=DAY)

    assert rows[0]["a_text"].startswith("'=cmd")
    assert len({line.count("\t") for line in table.splitlines() if not line.startswith("#")}) == 1


# ---------------------------------------------------------------------------------------------------------------- papers


class Tags(HTMLParser):
    """Collects the names of tags."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.names.add(tag)


@pytest.mark.parametrize("form", ComparisonFormat)
def test_a_comparison_names_both_versions_and_shows_what_binds(
    pair: tuple[PolicyPack, PolicyPack], form: ComparisonFormat
):
    """In every format: days, digests, the words that went and came."""
    text = comparison_paper(compare(pair[0].policy, pair[1].policy), form, before=pair[0], after=pair[1])

    for expected in (
        "2025-01-15",
        "2026-01-31",
        pair[0].policy.sha256,
        pair[1].policy.sha256,
        "once a year",
        "every three months",
    ):
        assert expected in text.replace("\\", "")


def test_nothing_of_a_hostile_policy_does_anything():
    """Neither a tag nor a mark of its text is one of the paper's."""
    old = pack_of(version("# P\n\n`<script>alert(1)</script>` bread **is** fine\n\n`<img src=x>` gone\n"), "h")
    new = pack_of(version("# P\n\n`<script>alert(2)</script>` bread {{ 7 * 7 }} is fine\n", year=2026), "h")
    comparison = compare(old.policy, new.policy)

    tags = Tags()
    tags.feed(comparison_paper(comparison, ComparisonFormat.HTML, before=old, after=new))
    text = comparison_paper(comparison, ComparisonFormat.MARKDOWN, before=old, after=new)

    assert not tags.names & {"script", "img"}
    assert "<script" not in text.replace("\\<", "")
    assert "49" not in text.split("##", 1)[1]


def test_the_record_has_the_shape_of_the_contract(pair: tuple[PolicyPack, PolicyPack]):
    """Changes with both sides, likeness and runs of words; the runs give the text after."""
    record = comparison_record(compare(pair[0].policy, pair[1].policy), before=pair[0], after=pair[1])

    for change in record["changes"]:
        assert change["change"] in set(ChangeKind)
        assert (change["before"] is None) == (change["change"] == "added")
        assert (change["after"] is None) == (change["change"] == "removed")
        after = "".join(edit["text"] for edit in change["edits"] if edit["edit"] != "delete")
        assert after == (change["after"] or {"text": ""})["text"]
    assert json.loads(json.dumps(record)) == record


# -------------------------------------------------------------------------------------------------------------- commands


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters for a model."""
    monkeypatch.setattr(command, "load_encoder", lambda _model: LetterEncoder())


@pytest.mark.usefixtures("no_model")
def test_compare_prints_each_format(run: Run):
    """And says on standard error what one should know of the pair."""
    arguments = ("compare", "acme-aup@2026-01-31", "acme-aup@2025-01-15", "--packs", PACKS)

    outcomes = {form.value: run(*arguments, "--format", form.value) for form in ComparisonFormat}

    assert {outcome.status for outcome in outcomes.values()} == {0}
    assert len(json.loads(outcomes["json"].out)["changes"]) >= 18
    assert outcomes["markdown"].out.startswith("# What changed")
    assert "<!doctype html>" in outcomes["html"].out
    assert "is the later one" in outcomes["json"].err


@pytest.mark.usefixtures("no_model")
def test_crosswalk_prints_each_format_and_refuses_one_policy_twice(run: Run):
    """One line where it cannot."""
    arguments = ("crosswalk", "acme-aup", "acme-aup@2025-01-15", "--packs", PACKS)

    outcomes = [run(*arguments, "--format", form.value) for form in CrosswalkFormat]
    refused = run("crosswalk", "acme-aup", "acme-aup@2026-01-31", "--packs", PACKS)

    assert [outcome.status for outcome in outcomes] == [0, 0, 0]
    assert len(json.loads(outcomes[0].out)["pairs"]) == 18
    assert (refused.status, refused.err) == (2, "policy-index: Expected two policies, got acme-aup@2026-01-31 twice.\n")
