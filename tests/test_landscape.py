"""How a policy's parts lie to each other: the shipped numbers, the map, the pairs, and the tables of them."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from other_policies import long_pack, pack_of
from support import LetterEncoder

from policy_index import ClauseIndex, ExemplarSet, Lane, PackError, Policy, PolicyPack
from policy_index.cli.main import main
from policy_index.landscape.landscape import FILE, Landscape, closest_pairs, landscape_of
from policy_index.landscape.projection import IN_USE, Comparison, compare, place_among, project, trustworthiness
from policy_index.plots.colouring import by_scores
from policy_index.plots.label_places import place_labels
from policy_index.plots.map import labels_of, plot_clause_map
from policy_index.plots.overlaps import MOST_CLAUSES, plot_similarity_heatmap
from policy_index.plots.palette import LANE_COLORS, similarity_color
from policy_index.plots.policy import ROOT, plot_policy_treemap
from policy_index.records.tables import clause_rows, map_rows, pair_rows, revision_rows, to_csv


@pytest.fixture(scope="module")
def landscape(pack: PolicyPack) -> Landscape:
    """The one that ships."""
    found = landscape_of(pack)
    assert found is not None
    return found


def made_for(pack: PolicyPack) -> Landscape:
    """Compute a landscape by letters."""
    return Landscape.from_index(ClauseIndex.from_pack(pack, LetterEncoder()))


def test_the_shipped_landscape_belongs_to_the_shipped_model_policy_and_exemplars(
    real_index: ClauseIndex, landscape: Landscape
):
    """By the scorer's key, which changes with each of them; and its cosines are those of the encoder in its full space."""
    own = real_index.encoder.encode([clause.text for clause in real_index.policy])

    assert landscape.key == real_index.scorer.key
    assert landscape.dimensions == own.shape[1] == 768
    assert np.allclose(landscape.similarities, own @ own.T, atol=1e-4)
    notes = real_index.encoder.encode([entry.text for entry in real_index.policy.changelog])
    assert np.allclose(landscape.entry_similarities, notes @ own.T, atol=1e-3)
    assert sorted(landscape.order) == list(range(71))
    assert landscape.exemplar_places.shape == (sum(map(len, real_index.exemplars.by_clause.values())), 2)


def test_the_map_in_use_is_the_most_trustworthy_and_its_number_is_that_of_the_shipped_places(
    real_index: ClauseIndex, landscape: Landscape
):
    """Measured again on the places that ship, not taken from the file."""
    own = real_index.encoder.encode([clause.text for clause in real_index.policy])

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


def test_a_landscape_is_computed_from_any_index_and_survives_its_file(
    pack: PolicyPack, monkeypatch: pytest.MonkeyPatch
):
    """Made here with a letter-counting encoder: the clauses' own words and the notes of the revisions are encoded, nothing else."""
    compared = Comparison(name=IN_USE, five=0.875, ten=0.75)
    monkeypatch.setattr("policy_index.landscape.landscape.compare", lambda _: (compared,))  # seven projections more
    letters = LetterEncoder()
    few = {clause_id: texts[:1] for clause_id, texts in pack.exemplars.by_clause.items()}
    index = ClauseIndex.from_pack(pack.with_exemplars(ExemplarSet(by_clause=few, harmless=())), letters)
    letters.encoded.clear()

    made = Landscape.from_index(index)
    read = Landscape.from_json(made.to_json(), policy=pack.policy)

    assert letters.encoded == [*(clause.text for clause in pack.policy), *(each.text for each in pack.policy.changelog)]
    assert np.allclose(read.similarities, made.similarities, atol=1e-4)
    assert np.allclose(read.places, made.places, atol=1e-4)
    assert read.comparison == made.comparison == (compared,)
    assert read.order == made.order
    assert read.exemplar_places.shape == (sum(map(len, few.values())), 2)
    assert json.loads(made.to_json())["model"] == "letters"


def test_a_landscape_is_a_packs_own_or_none(pack: PolicyPack, acme: PolicyPack, tmp_path: Path):
    """None where nobody computed it, where it was computed for another text or other exemplars, or where it is broken."""
    there = replace(acme, folder=tmp_path)
    there.fitted(FILE).parent.mkdir()

    assert landscape_of(acme) is None
    there.fitted(FILE).write_text(made_for(acme).to_json(), encoding="utf-8")
    assert Landscape.from_pack(there) is not None
    there.fitted(FILE).write_bytes(pack.fitted(FILE).read_bytes())
    assert Landscape.from_pack(there) is None
    there.fitted(FILE).write_text('{"places": []}', encoding="utf-8")
    with pytest.raises(
        PackError, match=r"^Expected what `policy-index chart` writes in .*landscape\.json, got KeyError"
    ):
        Landscape.from_pack(there)


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


def test_nearest_clauses_are_the_highest_cosines_without_the_clause_itself(policy: Policy, landscape: Landscape):
    """Against plain sorting of the shipped matrix, for every clause."""
    for row, clause in enumerate(policy):
        expected = sorted(
            (score for place, score in enumerate(landscape.similarities[row]) if place != row), reverse=True
        )
        found = landscape.nearest_clauses(clause, limit=6)
        assert [score for _, score in found] == expected[:6]
        assert clause not in [each for each, _ in found]


def test_pairs_hold_each_two_clauses_once_and_can_be_narrowed(policy: Policy, landscape: Landscape):
    """71 * 70 / 2 = 2485; pairs across categories, of binding clauses, with one category."""
    group = {clause.id: each.id for each in policy.groups for clause in each.clauses}

    assert len({pair.id for pair in landscape.pairs}) == 2485
    assert [pair.score for pair in landscape.pairs] == sorted((pair.score for pair in landscape.pairs), reverse=True)
    narrowed = closest_pairs(landscape, across_only=True, binding_only=True, group_id="health")
    assert narrowed
    for pair in narrowed:
        assert "health" in (group[pair.first.id], group[pair.second.id])
        assert group[pair.first.id] != group[pair.second.id]
        assert pair.first.citable
        assert pair.second.citable


def test_the_map_holds_every_clause_once_at_its_place_and_examples_on_demand(pack: PolicyPack, landscape: Landscape):
    """Shaped by category, coloured by kind; five lines lead from the checked text to its nearest clauses."""
    nearest = [(clause, 0.5) for clause in pack.policy.clauses[:5]]
    checked = (np.array([[0.5, 0.5]]), nearest)

    (bare,) = plot_clause_map(pack, landscape).data
    full = plot_clause_map(pack, landscape, groups=["health"], checked=checked)

    shown = dict(zip(bare.customdata, zip(bare.x, bare.y, strict=True), strict=True))
    assert shown == {clause.id: tuple(place) for clause, place in zip(pack.policy, landscape.places, strict=True)}
    for clause, color, symbol in zip(pack.policy, bare.marker.color, bare.marker.symbol, strict=True):
        assert symbol == pack.marks[pack.policy.group_of(clause.id).id].symbol
        assert color == LANE_COLORS[pack.lane_of(clause)]
    small = [trace for trace in full.data if trace.marker.size == 5]
    assert sum(len(trace.x) for trace in small) == sum(
        len(pack.exemplars.by_clause[clause.id]) for clause in pack.policy if clause.id.split("/")[0] == "health"
    )
    lines = next(trace for trace in full.data if trace.mode == "lines")
    assert list(lines.x).count(None) == 5
    assert 18 <= len(labels_of(pack, landscape)) <= 20  # a name without room stands in the legend only
    assert sum(bool(words) for words in bare.text) == len(labels_of(pack, landscape))


def test_policies_of_one_and_of_many_clauses_have_a_map_and_a_heatmap(acme: PolicyPack):
    """One clause stands in the middle; of many the heatmap holds those most like another, each once."""
    one = pack_of("Be good.")
    for pack in (one, acme):
        landscape = made_for(pack)
        clauses = len(pack.policy.clauses)
        assert len(plot_clause_map(pack, landscape, groups=[pack.policy.groups[0].id]).data[-1].x) == clauses
        cells = plot_similarity_heatmap(pack, landscape).data[0]
        assert len(set(cells.x)) == clauses
    assert made_for(one).places.tolist() == [[0.5, 0.5]]

    many = long_pack(400)
    places, alike = np.random.default_rng(1).random((400, 2)), np.eye(400)
    alike[7, 300] = alike[300, 7] = 0.9
    large = replace(
        made_for(acme), policy=many.policy, places=places, similarities=alike, order=tuple(reversed(range(400)))
    )
    cells = plot_similarity_heatmap(many, large).data[0]
    assert len(cells.x) == len(set(cells.x)) == MOST_CLAUSES
    assert sum(value == 0.9 for row in cells.z for value in row if value is not None) == 1
    assert len(plot_clause_map(many, large).data[0].x) == 400


def test_the_heatmap_shows_each_pair_once_and_like_clauses_beside_each_other(pack: PolicyPack, landscape: Landscape):
    """Under the diagonal: 2485 cells; neighbours in its order are more alike than in the policy's. What can be clicked is named."""
    cells, pairs, own = plot_similarity_heatmap(pack, landscape).data

    assert set(own.customdata) == set(pack.policy.columns)
    alike = {pair.id for pair in landscape.pairs if round(pair.score, 2) >= 0.4}
    assert {"~".join(sorted(each.split("~"), key=pack.policy.columns.get)) for each in pairs.customdata} == alike
    assert sum(value is not None for row in cells.z for value in row) == 2485
    ordered = landscape.similarities[landscape.order, :][:, landscape.order]
    assert np.diag(ordered, 1).mean() > np.diag(landscape.similarities, 1).mean()


def test_the_treemap_can_be_narrowed_to_lanes_and_coloured_by_a_text(pack: PolicyPack):
    """Without plugin rules their tiles are gone; with scores the colours are those of similarity, 0 where there is none."""
    lanes = [lane for lane in Lane if lane is not Lane.PLUGIN_RULES]
    scores = {clause.id: 0.25 for clause in pack.policy.clauses[:-1]}

    tiles = plot_policy_treemap(pack, lanes=lanes, colouring=by_scores(pack, tuple(scores.items()))).data[0]

    leaves = {each for each in tiles.ids if not each.startswith(("group:", "section:"))} - {ROOT}
    assert leaves == {clause.id for clause in pack.policy if pack.lane_of(clause) is not Lane.PLUGIN_RULES}
    colors = dict(zip(tiles.ids, tiles.marker.colors, strict=True))
    assert {colors[each] for each in leaves} <= {similarity_color(0.25), similarity_color(0)}
    assert "up to 0.25" in tiles.labels[list(tiles.ids).index("group:health")]
    assert "similarity to your text 0.25" in tiles.customdata[list(tiles.ids).index("health")]


def test_tables_hold_what_the_pictures_hold(pack: PolicyPack, landscape: Landscape):
    """One row a clause, pair or revision; CSV goes out and comes back."""
    policy, revisions = pack.policy, pack.history.revisions
    scores = {clause.id: 0.5 for clause in policy}

    assert len(clause_rows(policy, policy.clauses, scores)) == len(map_rows(policy, landscape)) == 71
    assert len(pair_rows(landscape.pairs)) == 2485
    read = list(csv.DictReader(io.StringIO(to_csv(revision_rows(revisions, landscape)))))
    assert [row["note"] for row in read] == [each.entry.text for each in revisions]
    assert read[0]["days_since_the_one_before"] == "36"
    assert read[0]["nearest_clauses_by_embedding"].count(";") == 4
    assert {row["nearest_clauses_by_embedding"] for row in revision_rows(revisions, None)} == {""}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_no_cell_of_a_csv_begins_as_a_formula_does(cell: str):
    """An apostrophe stands before it."""
    assert next(csv.DictReader(io.StringIO(to_csv([{"a": cell}]))))["a"] == f"'{cell}"
    assert to_csv([]) == "\r\n"
