"""How the policy's parts lie to each other: the shipped numbers, the map, looking up by spelling, the story of revisions."""

import csv
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import LetterEncoder

from policy_index import ClauseIndex, PolicyDocument, bundled_exemplars
from policy_index.cli import main
from policy_index.errors import UnknownRevisionError
from policy_index.history import ChangeKind, bundled_revisions, revision
from policy_index.landscape import Landscape, bundled_landscape, closest_pairs
from policy_index.lanes import Lane, lane_of
from policy_index.lookup import find_clauses, find_revisions
from policy_index.palette import ALIKE, CHECKED, GROUP_COLORS, GROUP_SYMBOLS, NEUTRAL, group_color, similarity_color
from policy_index.plots.changelog import plot_changelog_timeline
from policy_index.plots.map import labels_of, plot_clause_map
from policy_index.plots.overlaps import plot_similarity_heatmap
from policy_index.plots.policy import plot_policy_treemap
from policy_index.projection import IN_USE, compare, place_among, place_labels, project, trustworthiness
from policy_index.tables import clause_rows, map_rows, pair_rows, revision_rows, to_csv


def test_the_shipped_landscape_belongs_to_the_shipped_model_policy_and_exemplars(real_index: ClauseIndex):
    """By the scorer's key, which changes with each of them; and its cosines are those of the scorer's own vectors."""
    landscape = bundled_landscape()
    own = real_index.scorer.vectors[-71:].astype(np.float64)
    own /= np.linalg.norm(own, axis=1, keepdims=True)

    assert landscape.key == real_index.scorer.key
    assert landscape.dimensions == own.shape[1] == 768
    assert np.allclose(landscape.similarities, own @ own.T, atol=1e-4)
    notes = real_index.encoder.encode([entry.text for entry in real_index.document.changelog])
    assert np.allclose(landscape.entry_similarities, notes @ own.T, atol=1e-3)
    assert sorted(landscape.order) == list(range(71))
    assert landscape.exemplar_places.shape == (sum(map(len, real_index.exemplars.by_clause.values())), 2)


def test_the_map_in_use_is_the_most_trustworthy_and_its_number_is_that_of_the_shipped_places(real_index: ClauseIndex):
    """Measured again on the places that ship, not taken from the file."""
    landscape = bundled_landscape()
    own = real_index.scorer.vectors[-71:].astype(np.float32)

    assert landscape.comparison[0].name == IN_USE
    assert trustworthiness(own, landscape.places, 5) == pytest.approx(landscape.comparison[0].five, abs=0.005)
    assert landscape.comparison[0].five > max(each.five for each in landscape.comparison[1:])


def test_a_projection_is_the_same_every_time():
    """A fixed seed, and places within the unit square; every projection compared gives a trustworthiness."""
    vectors = np.random.default_rng(1).normal(size=(40, 12)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    places = project(vectors)

    assert np.array_equal(places, project(vectors))
    assert places.min() == 0
    assert places.max() == 1
    compared = compare(vectors)
    assert len(compared) == 7
    assert all(0 <= each.five <= 1 for each in compared)


def test_a_landscape_is_computed_from_any_index_and_survives_its_file(policy: PolicyDocument):
    """Made here with a letter-counting encoder: only the notes of the revisions are encoded."""
    letters = LetterEncoder()
    index = ClauseIndex.from_texts(policy, bundled_exemplars(), letters)
    letters.encoded.clear()

    made = Landscape.from_index(index)
    read = Landscape.from_json(made.to_json())

    assert letters.encoded == [entry.text for entry in policy.changelog]
    assert np.allclose(read.similarities, made.similarities, atol=1e-4)
    assert np.allclose(read.places, made.places, atol=1e-4)
    assert read.comparison[0].name == made.comparison[0].name
    assert read.order == made.order


def test_the_chart_command_wants_a_folder_that_can_be_written_to(capsys: pytest.CaptureFixture[str]):
    """One line, exit status 2."""
    with pytest.raises(SystemExit) as end:
        main(["chart", "--output", "/no/such/folder"])

    assert end.value.code == 2
    assert "Expected a folder that can be written to" in capsys.readouterr().err


def test_a_text_stands_at_the_weighted_mean_of_its_nearest_clauses():
    """Scores 0.4 and 0.2 weigh 0.16 and 0.04, four to one: 4/5 of the way; a text near to none stands in the middle."""
    places = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])

    placed = place_among(np.array([[0.4, 0.2, -0.1], [0.0, -0.2, 0.0]]), places)

    assert placed[0] == pytest.approx([0.8, 0.0])
    assert placed[1] == pytest.approx(places.mean(axis=0))


def test_labels_that_do_not_fit_are_left_out():
    """Four equal points on one spot have room for few labels; far points for all."""
    spot = place_labels(np.full((12, 2), 0.5), [(["a label"], [point]) for point in range(12)], sizes=[(100, 100)])
    apart = place_labels(np.array([[0.2, 0.2], [0.8, 0.8]]), [(["a"], [0]), (["b"], [1])], sizes=[(500, 500)])

    assert 0 < sum(label is not None for label in spot) < 12
    assert None not in apart


def test_nearest_clauses_are_the_highest_cosines_without_the_clause_itself(policy: PolicyDocument):
    """Against plain sorting of the shipped matrix, for every clause."""
    landscape = bundled_landscape()
    for row, clause in enumerate(policy):
        expected = sorted(
            (score for place, score in enumerate(landscape.similarities[row]) if place != row), reverse=True
        )
        found = landscape.nearest_clauses(clause, limit=6)
        assert [score for _, score in found] == expected[:6]
        assert clause not in [each for each, _ in found]


def test_pairs_hold_each_two_clauses_once_and_can_be_narrowed(policy: PolicyDocument):
    """71 * 70 / 2 = 2485; pairs across categories, of binding clauses, with one category."""
    landscape = bundled_landscape()
    group = {clause.id: each.id for each in policy.groups for clause in each.clauses}

    assert len({pair.id for pair in landscape.pairs}) == 2485
    assert [pair.score for pair in landscape.pairs] == sorted((pair.score for pair in landscape.pairs), reverse=True)
    narrowed = closest_pairs(policy, landscape, across_only=True, binding_only=True, group_id="health")
    assert narrowed
    for pair in narrowed:
        assert "health" in (group[pair.first.id], group[pair.second.id])
        assert group[pair.first.id] != group[pair.second.id]
        assert pair.first.citable
        assert pair.second.citable


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("weopons", "physical-harm/weapons-development"),
        ("facial recogntion", "privacy/facial-recognition"),
        ("gambing", "economic-harm/gambling"),
        ("5.1", "physical-harm/weapons-development"),
        ("plugn manifst", "plugin-policies/accurate-description"),
        ("AI disclosre", "further-requirements/ai-disclosure"),
        ("HEALTH", "health"),
    ],
)
def test_a_clause_is_found_in_spite_of_typing_errors(typed: str, expected: str):
    """It is among the first three."""
    assert expected in [clause.id for clause in find_clauses(typed, limit=3)]


def test_numbers_forgive_nothing_and_nonsense_finds_nothing():
    """5.9 does not exist and is not 5.1 with a typing error."""
    assert not find_clauses("5.9")
    assert not find_clauses("xyzzyq")
    assert not find_clauses("  ")


@given(st.text(max_size=200))
def test_any_text_can_be_looked_up(typed: str):
    """Nothing raises, and no more come than were asked for."""
    assert len(find_clauses(typed, limit=5)) <= 5
    assert len(find_revisions(typed)) <= 11


def test_revisions_are_found_by_word_year_and_kind():
    """The note on Instagram with a typing error; five revisions in 2022."""
    assert [each.id for each in find_revisions("instagarm")] == ["2021-02-26"]
    assert {each.id for each in find_revisions("2022")} == {
        "2022-01-19",
        "2022-03-09",
        "2022-06-07",
        "2022-10-25",
        "2022-11-09",
    }


def test_every_revision_has_a_gap_a_kind_and_a_reason(policy: PolicyDocument):
    """From 26 February to 12 March 2021 are 14 days; the gaps sum up to the whole time, 755 days."""
    revisions = bundled_revisions()

    assert [each.entry for each in revisions] == list(policy.changelog)
    assert all(each.kinds and each.why for each in revisions)
    assert revisions[-1].days_since_last is None
    assert revisions[-2].days_since_last == 14
    gaps = [each.days_since_last for each in revisions[:-1]]
    assert sum(gap for gap in gaps if gap is not None) == 755
    assert {kind for each in revisions for kind in each.kinds} == set(ChangeKind)


def test_an_unknown_revision_is_one_sentence_that_names_them_all():
    """A long date is cut."""
    with pytest.raises(
        UnknownRevisionError, match=r"^No revision has the date '9{40}…'; there are 2023-03-23, .*2021-02-26\.$"
    ):
        revision("9" * 5000)


def test_the_timeline_is_to_scale_and_holds_every_revision_in_the_row_of_each_of_its_kinds():
    """Points stand at their dates on a date axis; dates at the top never stand on each other."""
    revisions = bundled_revisions()
    stems, dots, dates = plot_changelog_timeline(revisions, chosen="2022-06-07").data

    assert len(dots.x) == sum(len(each.kinds) for each in revisions)
    assert list(dates.x) == sorted(each.entry.date for each in revisions)
    assert list(stems.x).count(None) == 11
    assert list(dots.marker.color).count(CHECKED) == 1
    for place, (day, height) in enumerate(zip(dates.x, dates.y, strict=True)):
        for later, other in list(zip(dates.x, dates.y, strict=True))[place + 1 :]:
            assert height != other or (later - day).days > 150


def test_the_map_holds_every_clause_once_at_its_place_and_examples_on_demand(policy: PolicyDocument):
    """Coloured by category; five lines lead from the checked text to its nearest clauses."""
    landscape, exemplars = bundled_landscape(), bundled_exemplars()
    nearest = [(clause, 0.5) for clause in policy.clauses[:5]]
    checked = (np.array([[0.5, 0.5]]), nearest)

    bare = plot_clause_map(policy, landscape)
    full = plot_clause_map(policy, landscape, exemplars=exemplars, groups=["health"], checked=checked)

    shown = {
        clause_id: (x, y)
        for trace in bare.data
        for clause_id, x, y in zip(trace.customdata, trace.x, trace.y, strict=True)
    }
    assert shown == {clause.id: tuple(place) for clause, place in zip(policy, landscape.places, strict=True)}
    small = [trace for trace in full.data if trace.marker.size == 5]
    assert sum(len(trace.x) for trace in small) == sum(
        len(exemplars.by_clause[clause.id]) for clause in policy if clause.id.split("/")[0] == "health"
    )
    lines = next(trace for trace in full.data if trace.mode == "lines")
    assert list(lines.x).count(None) == 5
    assert 18 <= len(labels_of(policy, landscape)) <= 20  # a name without room stands in the legend only


def test_the_heatmap_shows_each_pair_once_and_like_clauses_beside_each_other(policy: PolicyDocument):
    """Under the diagonal: 2485 cells; neighbours in its order are more alike than in the policy's."""
    landscape = bundled_landscape()
    (cells,) = plot_similarity_heatmap(policy, landscape).data

    assert sum(value is not None for row in cells.z for value in row) == 2485
    ordered = landscape.similarities[landscape.order, :][:, landscape.order]
    assert np.diag(ordered, 1).mean() > np.diag(landscape.similarities, 1).mean()


def test_the_treemap_can_be_narrowed_to_lanes_and_coloured_by_a_text(policy: PolicyDocument):
    """Without plugin rules their tiles are gone; with scores the colours are those of similarity."""
    lanes = [lane for lane in Lane if lane is not Lane.PLUGIN_RULES]
    scores = {clause.id: 0.25 for clause in policy}

    tiles = plot_policy_treemap(policy, lanes=lanes, scores=scores).data[0]

    leaves = {each for each in tiles.ids if ":" not in each} - {"policy"}
    assert leaves == {clause.id for clause in policy if lane_of(clause) is not Lane.PLUGIN_RULES}
    assert set(tiles.marker.colors) <= {NEUTRAL, similarity_color(0.25)}
    assert "0.25" in tiles.labels[list(tiles.ids).index("health")]


def test_tables_hold_what_the_pictures_hold(policy: PolicyDocument):
    """One row a clause, pair or revision; CSV goes out and comes back."""
    landscape = bundled_landscape()
    scores = {clause.id: 0.5 for clause in policy}

    assert len(clause_rows(policy, policy.clauses, scores)) == len(map_rows(policy, landscape)) == 71
    assert len(pair_rows(landscape.pairs)) == 2485
    rows = revision_rows(bundled_revisions(), landscape)
    read = list(csv.DictReader(io.StringIO(to_csv(rows))))
    assert [row["note"] for row in read] == [each.entry.text for each in bundled_revisions()]
    assert read[0]["days_since_the_one_before"] == "36"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_no_cell_of_a_csv_begins_as_a_formula_does(cell: str):
    """An apostrophe stands before it."""
    assert next(csv.DictReader(io.StringIO(to_csv([{"a": cell}]))))["a"] == f"'{cell}"
    assert to_csv([]) == "\r\n"


def luminance(color: str) -> float:
    channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("color", [*GROUP_COLORS.values(), group_color("introduction"), CHECKED, ALIKE])
def test_marks_can_be_told_from_a_light_and_a_dark_page(color: str):
    """Contrast of at least 3 to 1 with both backgrounds of the theme, WCAG 2.2 success criterion 1.4.11."""
    assert contrast(color, "#ffffff") >= 3
    assert contrast(color, "#12141a") >= 3


@pytest.mark.parametrize("score", [-1, 0, 0.25, 0.5, 0.75, 1, 2])
def test_white_words_can_be_read_on_every_colour_of_similarity(score: float):
    """Contrast of at least 4.5 to 1, WCAG 2.2 success criterion 1.4.3."""
    assert contrast(similarity_color(score), "#ffffff") >= 4.5


def test_each_category_has_a_colour_of_its_own_and_every_group_a_symbol(policy: PolicyDocument):
    """No two share both; the data file is JSON that any program reads."""
    assert len(set(GROUP_COLORS.values())) == len(policy.categories) == 14
    assert set(GROUP_SYMBOLS) == {group.id for group in policy.groups}
    assert json.loads(bundled_landscape().to_json())["model"] == bundled_landscape().model
