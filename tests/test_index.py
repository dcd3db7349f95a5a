"""The index is exact, its vectors are stored safely, and bad input is refused at the door."""

from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ACME, PACKS, LetterEncoder, an_exemplar_a_clause

from policy_index import ClauseIndex, Exemplar, ExemplarSet, InputError, PolicyPack, load_index, load_shelf
from policy_index.search.encoder import measure_middle_centre
from policy_index.search.index import WITHOUT_EXEMPLARS
from policy_index.search.minilm import middle_centre_file
from policy_index.search.regression import alike
from policy_index.search.scorer import ClauseScorer, cached_scorer
from policy_index.search.text import MAX_CHARACTERS
from policy_index.search.training_texts import STANCES

ROWS = [
    Exemplar(clause_id="health", text="what is this rash"),
    Exemplar(clause_id="health", text="my knee hurts"),
    Exemplar(clause_id="malware", text="zzz virus"),
    Exemplar(clause_id=None, text="boil an egg"),
]


PACK = load_shelf().default
"""The bundled policy."""


@pytest.fixture
def few() -> PolicyPack:
    """The bundled policy with three exemplars of two clauses and a harmless text."""
    return PACK.with_exemplars(ExemplarSet.from_rows(ROWS, policy=PACK.policy))


@pytest.fixture
def regressed(monkeypatch: pytest.MonkeyPatch) -> PolicyPack:
    """The bundled policy with an exemplar a clause, taken for one of thousands: a regression on its texts alone."""
    monkeypatch.setattr("policy_index.search.index.can_learn", lambda _pack: False)
    return an_exemplar_a_clause(PACK)


@settings(max_examples=50)
@given(seed=st.integers(0, 2**32 - 1), dimensions=st.integers(2, 64), top_k=st.integers(1, 71))
def test_faiss_finds_what_brute_force_finds(seed: int, dimensions: int, top_k: int):
    """Exact search: the best k clauses, in order, with the scores of a full matrix product."""
    pack = PACK.with_exemplars(ExemplarSet.empty(PACK.policy))
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((72, dimensions)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    coefficients = random.standard_normal((71, 71 + len(STANCES))).astype(np.float32)
    as_they_are = np.empty((dimensions, 0), dtype=np.float32)
    scorer = ClauseScorer(key="", basis=as_they_are, vectors=vectors[1:].astype(np.float16), coefficients=coefficients)
    encoder = LetterEncoder()
    encoder.encode = lambda _texts: vectors[:1]  # type: ignore[method-assign]
    index = ClauseIndex.from_scorer(pack, encoder, scorer)

    matches = index.search("anything", top_k=top_k).matches

    values = (alike(vectors[:1], scorer.vectors.astype(np.float32)) @ coefficients[:, : -len(STANCES)])[0]
    values /= max(1, np.linalg.norm(values))
    by_id = dict(zip((clause.id for clause in pack.policy), values, strict=True))
    assert np.allclose([match.score for match in matches], np.sort(values)[::-1][:top_k], atol=1e-5)
    assert all(abs(match.score - by_id[match.clause.id]) < 1e-5 for match in matches)


def test_every_clause_is_its_own_best_match(real_index: ClauseIndex):
    """Its own words are among what the scorer was fitted to."""
    results = real_index.search_many([clause.text for clause in real_index.policy], top_k=1)

    assert [result.matches[0].clause.id for result in results] == [clause.id for clause in real_index.policy]


def test_blocks_that_are_compared_side_by_side_start_no_threads_of_their_own(
    few: PolicyPack, letters: LetterEncoder, monkeypatch: pytest.MonkeyPatch
):
    """On two cores they would wait for each other in loops; how many OpenMP starts is every thread's own setting."""
    index = ClauseIndex.from_pack(few, letters)
    compare, threads = index._compare, []
    monkeypatch.setattr(index, "_compare", lambda block: threads.append(faiss.omp_get_max_threads()) or compare(block))

    index.search_many([f"text number {number}" for number in range(200)])

    assert len(threads) > 3
    assert set(threads) == {1}


def test_a_result_names_the_closest_exemplar_of_each_clause(few: PolicyPack, letters: LetterEncoder):
    """As a reason in plain words."""
    index = ClauseIndex.from_pack(few, letters)

    matches = {match.clause.id: match for match in index.search("my knees hurt", top_k=71).matches}

    assert matches["health"].closest_exemplar == "my knee hurts"
    assert matches["malware"].closest_exemplar == "zzz virus"
    assert matches["privacy"].closest_exemplar is None


def test_search_many_gives_what_search_gives(few: PolicyPack, letters: LetterEncoder):
    """One door is the other's loop."""
    index = ClauseIndex.from_pack(few, letters)
    texts = ["rash", "virus", "egg"]

    for together, text in zip(index.search_many(texts, top_k=3), texts, strict=True):
        alone = index.search(text, top_k=3)
        assert [match.clause for match in together.matches] == [match.clause for match in alone.matches]
        assert [match.score for match in together.matches] == pytest.approx([m.score for m in alone.matches], abs=1e-4)
    assert index.search_many([]) == []


def test_scores_fall_and_stay_within_minus_one_and_one(real_index: ClauseIndex):
    """All clauses, best first."""
    matches = real_index.search("a dating app for farmers", top_k=len(real_index)).matches

    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert all(-1 <= score <= 1 for score in scores)
    assert len({match.clause.id for match in matches}) == len(real_index) == 71


@pytest.mark.parametrize("top_k", [0, -3, 72, 10_000])
def test_a_number_of_results_that_cannot_be_is_refused(real_index: ClauseIndex, top_k: int):
    """With the range that can be."""
    with pytest.raises(InputError, match=f"from 1 to 71, got {top_k}"):
        real_index.search("text", top_k=top_k)


@pytest.mark.parametrize("text", ["", "   \n\t", "\x00\x01", "\u200b\u2060"])
def test_blank_text_is_refused(real_index: ClauseIndex, text: str):
    """White space, control characters and invisible ones are no text."""
    with pytest.raises(InputError, match="at least one visible character"):
        real_index.search(text)


def test_a_text_that_is_too_long_is_refused_with_both_numbers(real_index: ClauseIndex):
    """200,001 characters."""
    with pytest.raises(InputError, match=f"at most {MAX_CHARACTERS:,} characters of text, but this one has 200,001"):
        real_index.search("a" * 200_001)


@given(st.text(st.characters(codec=None), min_size=1, max_size=200))
@settings(max_examples=60)
def test_any_text_is_answered_or_refused(text: str):
    """Emoji, right-to-left text, lone surrogates, NUL: an answer, or the project's own error."""
    index = load_once()
    try:
        result = index.search(text, top_k=1)
    except InputError:
        return
    result.query.encode("utf-8")
    assert len(result.matches) == 1


def load_once() -> ClauseIndex:
    """Return the real index; Hypothesis and function-scoped fixtures do not go together."""
    if not _LOADED:
        _LOADED.append(load_index())
    return _LOADED[0]


_LOADED: list[ClauseIndex] = []


def test_a_text_beyond_the_encoders_limit_says_how_much_was_read(real_index: ClauseIndex):
    """Nothing is cut silently."""
    short, long = real_index.search_many(["cat", "cat " * 1000])

    assert not short.is_cut
    assert long.is_cut
    assert long.characters_read == len("cat " * 254) - 1


def test_the_centre_of_the_middle_layer_is_what_the_model_says_of_many_texts():
    """It belongs to the encoder: any large sample of English has nearly the same."""
    centre = measure_middle_centre([*PACK.exemplars.harmless[::4]])

    assert np.corrcoef(centre, np.load(Path(str(middle_centre_file()))))[0, 1] > 0.98


def test_a_first_start_with_the_bundled_model_encodes_nothing(encodes: list[str], no_person_cache: Path):
    """The vectors ship with the package, and nothing is written."""
    load_index()

    assert encodes == []
    assert list(no_person_cache.iterdir()) == []


def test_another_encoder_is_encoded_once_and_then_read_from_the_cache(regressed: PolicyPack, no_person_cache: Path):
    """71 clauses and an exemplar of each the first time, nothing the second."""
    first, second = LetterEncoder(), LetterEncoder()

    made = ClauseIndex.from_pack(regressed, first)
    found = ClauseIndex.from_pack(regressed, second)

    assert len(first.encoded) == 71 + 71
    assert second.encoded == []
    assert made.search("rash") == found.search("rash")
    assert len(list(no_person_cache.rglob("*.npz"))) == 1


@pytest.mark.parametrize(
    "damage", ["truncated", "corrupt", "empty", "foreign", "pickle", "other shape", "other basis", "not unit"]
)
def test_a_damaged_cache_file_is_rebuilt_correctly(regressed: PolicyPack, letters: LetterEncoder, damage: str):
    """And replaced by a sound one."""
    expected = ClauseIndex.from_pack(regressed, letters).scorer
    assert isinstance(expected, ClauseScorer)
    path = cached_scorer(expected.key)
    whole = path.read_bytes()
    key, vectors = np.array(expected.key), expected.vectors
    parts = {"basis": expected.basis, "coefficients": expected.coefficients}
    match damage:
        case "truncated":
            path.write_bytes(whole[: len(whole) // 2])
        case "corrupt":
            path.write_bytes(whole[:1000] + bytes(200) + whole[1200:])
        case "empty":
            path.write_bytes(b"")
        case "foreign":
            np.savez(path, key=np.array("another key"), vectors=vectors, **parts)
        case "pickle":
            np.savez(path, key=np.array([{"an": "object"}], dtype=object))
        case "other shape":
            np.savez(path, key=key, vectors=vectors[:5], **parts)
        case "other basis":
            np.savez(path, key=key, vectors=vectors, **parts | {"basis": np.eye(26, 3, dtype=np.float32)})
        case _:
            np.savez(path, key=key, vectors=vectors * 2, **parts)

    again = ClauseIndex.from_pack(regressed, LetterEncoder()).scorer

    assert isinstance(again, ClauseScorer)
    assert np.array_equal(again.coefficients, expected.coefficients)
    sound = ClauseScorer.from_file(path, key=expected.key, columns=75)
    assert sound is not None
    assert np.array_equal(sound.coefficients, expected.coefficients)


def test_a_cache_that_cannot_be_written_costs_only_the_caching(few: PolicyPack, no_person_cache: Path):
    """The folder's place is taken by a file, which stops root as well."""
    (no_person_cache / "policy-index").write_text("in the way", encoding="utf-8")

    index = ClauseIndex.from_pack(few, LetterEncoder())

    assert index.search("rash").matches
    assert [path.name for path in no_person_cache.iterdir()] == ["policy-index"]


def test_a_stored_scorer_appears_only_when_complete(few: PolicyPack, tmp_path: Path):
    """No half-written file stays behind when writing fails."""
    scorer = ClauseScorer.from_pack(few, LetterEncoder())
    target = tmp_path / "scorer.npz"
    target.mkdir()

    with pytest.raises(OSError, match="scorer"):
        scorer.save(target)

    assert [path.name for path in tmp_path.iterdir()] == ["scorer.npz"]


def test_another_model_gets_an_index_of_its_own(real_index: ClauseIndex, few: PolicyPack):
    """The real encoder under other exemplars: built, not taken from the package."""
    index = ClauseIndex.from_pack(few, real_index.encoder)

    assert index.scorer.key != real_index.scorer.key
    match = index.search("I have a rash").matches[0]
    assert match.clause.id.startswith("health")
    assert match.probability is None
    assert match.band is None
    assert "Missing until there are probabilities" in index.uncalibrated


def test_a_pack_without_exemplars_has_an_index_without_probabilities(letters: LetterEncoder):
    """Its clauses are found by their places, and the index says in a sentence why nothing more is known."""
    pack = PolicyPack.from_folder(PACKS / ACME)

    index = ClauseIndex.from_pack(pack, letters)

    clause = pack.policy.clauses[3]
    result = index.search(clause.text, top_k=1)
    match = result.matches[0]
    assert match.clause is clause
    assert (match.probability, match.band, match.stance, match.closest_exemplar) == (None, None, None, None)
    assert result.touch == pytest.approx(max(match.score, 0))
    assert index.uncalibrated == WITHOUT_EXEMPLARS
