"""Finding clauses in all policies at once: by number, words, phrase, meaning, spelling; and what is read when."""

import json
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libraries import LATER, rules
from other_policies import long_pack
from streamlit.testing.v1 import AppTest
from support import ACME, CLONE, LetterEncoder, Run, few_exemplars, letter_service
from visiting import open_page, open_site, served_by

from policy_index import ClauseIndex, Indexes, InputError, PolicyPack, Shelf, UnknownPolicyError
from policy_index.finding.finder import ALL_FAR, NO_SUCH_NUMBER, NO_SUCH_PHRASE, Finder
from policy_index.finding.place_index import PlaceIndex
from policy_index.finding.query import LONGEST, Query
from policy_index.finding.results import Found, Reason
from policy_index.finding.word_index import WordIndex
from policy_index.library.doors import default_file, with_library
from policy_index.search import clause_memory, concept_places
from policy_index.search.concept_space import concept_space
from policy_index.search.vectors import Encoder
from policy_index.server.service import Service

SPAM = "policy/you-must-not-send-spam"


def finder_of(*packs: PolicyPack, encoder: LetterEncoder | None = None) -> Finder:
    """Return a finder over these packs, without a model."""
    letters = encoder or LetterEncoder()
    return Finder(Shelf.from_packs(packs), Indexes(lambda: letters).of)


@pytest.fixture(scope="module")
def finder(pack: PolicyPack, acme: PolicyPack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    """The bundled policy of few exemplars, and a second one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        made = finder_of(few_exemplars(pack), acme)
        made.find("anything")
        yield made


def ids(found: Found, *reasons: Reason) -> list[str]:
    """Return the clauses that were found for these reasons, in order."""
    return [hit.clause.id for part in found.policies for hit in part.hits if hit.reason in reasons]


def test_the_commonest_everyday_words_find_their_clause_within_three(real_index: ClauseIndex):
    """0.95 of 40 words that were written down before anything was built, under the bundled policy."""
    lines = (CLONE / "tests" / "data" / "everyday_words.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    made = Finder(Shelf.from_packs([real_index.pack]), lambda _: real_index)

    right = 0
    for row in rows:
        (part,) = made.find(row["words"]).policies
        right += any(hit.clause.id in row["clauses"] for hit in part.hits[:3])

    assert len(rows) == 40
    assert right >= 0.95 * 40


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("weopons", "physical-harm/weapons-development"),
        ("facial recogntion", "privacy/facial-recognition"),
        ("gambing", "economic-harm/gambling"),
        ("gambl", "economic-harm/gambling"),
        ("plugn manifst", "plugin-policies/accurate-description"),
    ],
)
def test_a_clause_is_found_in_spite_of_typing_errors(finder: Finder, typed: str, expected: str):
    """The beginning of a word is enough, and the result says that it is nearly spelled so."""
    assert expected in ids(finder.find(typed, only=["openai"]), Reason.SPELLING)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("5.1", "physical-harm/weapons-development"),
        ("§ 5.1", "physical-harm/weapons-development"),
        ("Disallowed usage 8", "adult-content"),
        ("OpenAI Usage policies (2023-03-23), Disallowed usage 8", "adult-content"),
        ("privacy/tracking", "privacy/tracking"),
    ],
)
def test_a_number_a_place_a_citation_and_an_id_find_their_clause_alone(finder: Finder, typed: str, expected: str):
    """Nothing is guessed beside it."""
    found = finder.find(typed.removeprefix("§ "), only=["openai"])

    assert ids(found, *Reason) == [expected]
    assert ids(found, Reason.NUMBER) == [expected]


def test_numbers_forgive_nothing_and_nonsense_finds_nothing(finder: Finder):
    """5.9 does not exist and is not 5.1 with a typing error; each is one sentence."""
    missing, nonsense = finder.find("5.9", only=["openai"]), finder.find("xyzzyq", only=["openai"])

    assert (missing.policies, missing.note) == ((), NO_SUCH_NUMBER)
    assert nonsense.policies == ()
    assert "does not seem to be language" in nonsense.note


def test_a_phrase_is_found_as_it_stands_and_in_no_other_order(finder: Finder):
    """Signs, capitals and kinds of quotation marks aside."""
    own = ids(finder.find("“Dating   APPS”", only=["openai"]), Reason.WORDS)
    other = finder.find('"apps dating"', only=["openai"])

    assert own == ["adult-content"]
    assert (other.policies, other.note) == ((), NO_SUCH_PHRASE)


def test_a_clause_of_just_these_words_comes_first(finder: Finder):
    """`Gambling` is a whole clause; the plural finds the singular."""
    (part,) = finder.find("gambling", only=["openai"]).policies

    assert part.hits[0].clause.id == "economic-harm/gambling"
    assert part.hits[0].reason is Reason.WHOLE
    assert "physical-harm/weapons-development" in ids(finder.find("weapon", only=["openai"]), Reason.WORDS)


def test_every_policy_is_searched_and_the_one_that_is_read_comes_first(finder: Finder, acme: PolicyPack):
    """Each clause is found by its own words; one policy alone where it is named."""
    clause = next(each for each in acme.policy if len(each.text.split()) > 4)

    everywhere = finder.find(clause.text[:200])
    assert clause.id in ids(everywhere, Reason.WHOLE, Reason.WORDS)
    assert everywhere.searched == 2
    assert finder.find("you may not", home=ACME).policies[0].entry.spec == ACME
    assert {part.entry.spec for part in finder.find("content", only=[ACME]).policies} <= {ACME}
    with pytest.raises(UnknownPolicyError):
        finder.find("content", only=["nobody"])


def test_what_cannot_be_looked_for_is_one_sentence(finder: Finder):
    """Blank, and 20,000 characters."""
    with pytest.raises(InputError, match="at least one visible character"):
        finder.find("  \u200b ")
    with pytest.raises(InputError, match="at most 1,000 characters to look for, got 20,000"):
        finder.find("x" * 20_000)


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_any_text_can_be_looked_for(finder: Finder, typed: str):
    """Nothing raises but the one error, and no clause is shown twice."""
    try:
        found = finder.find(typed)
    except InputError:
        return
    shown = [(part.entry.spec, hit.clause.id) for part in found.policies for hit in part.hits]
    assert len(shown) == len(set(shown))


def test_quotation_marks_without_a_partner_count_for_nothing():
    """Two make a phrase, the third is a blank."""
    query = Query.from_text('"high risk" energy "grid')

    assert query.phrases == ("high risk",)
    assert query.words == ("energy", "grid")
    assert len(Query.from_text("a" * LONGEST).text) == LONGEST


def test_a_policy_of_five_thousand_clauses_is_searched(acme: PolicyPack, monkeypatch: pytest.MonkeyPatch):
    """By its words; where its clauses lie by meaning is invented here, for it takes long."""

    def invented(pack: PolicyPack, encoder: Encoder) -> Any:
        (place,) = concept_space(encoder).places(encoder.encode(["a text"]))
        return SimpleNamespace(places=np.full((len(pack.policy.clauses), len(place)), 0.01, dtype=np.float32))

    monkeypatch.setattr("policy_index.finding.follower.placed_clauses", invented)
    made = finder_of(acme, long_pack(5000))

    found = made.find("thing 4711 at all")

    assert found.unread == 0
    (part,) = [each for each in found.policies if each.entry.id == "long-5000"]
    assert "thing 4711 " in part.hits[0].clause.text


def test_a_restart_encodes_no_clause_again(
    pack: PolicyPack, acme: PolicyPack, no_person_cache: Path, monkeypatch: pytest.MonkeyPatch
):
    """Vectors and places of clauses lie in the cache folder by what they were made of: a damaged file is made again."""
    bundled = few_exemplars(pack)
    clauses = {clause.text for clause in acme.policy}

    def found_after_a_restart() -> tuple[list[str], set[str]]:
        """Return what a new process finds, and which of the second policy's clauses it encodes."""
        monkeypatch.setattr(clause_memory, "_vectors", OrderedDict())
        monkeypatch.setattr(concept_places, "_placed", OrderedDict())
        letters = LetterEncoder()
        found = finder_of(bundled, acme, encoder=letters).find("bread and butter", home=ACME)
        assert found.unread == 0
        return ids(found, *Reason), clauses & set(letters.encoded)

    def damage(folder: str) -> None:
        paths = list((no_person_cache / "policy-index" / folder).glob("*.npy"))
        assert paths
        for path in paths:
            path.write_bytes(b"not an array")

    before, encoded = found_after_a_restart()
    assert before
    assert encoded == clauses
    assert found_after_a_restart() == (before, set())
    damage("places")
    assert found_after_a_restart() == (before, set())
    damage("places")
    damage("clauses")
    assert found_after_a_restart() == (before, clauses)


def test_what_is_added_changed_or_removed_in_the_library_is_found_so(pack: PolicyPack):
    """At the next search; only the newest version of a policy, unless an older one is named or read."""
    letters = LetterEncoder()
    shelf = with_library(Shelf.from_packs([few_exemplars(pack)]))
    made = Finder(shelf, Indexes(lambda: letters).of)
    assert not ids(made.find('"send spam"'), Reason.WORDS)

    shelf.library.add(rules())
    assert ids(made.find('"send spam"'), Reason.WORDS) == [SPAM]
    shelf.library.add(rules(day=rules_day(2027), source=LATER))
    assert [part.entry.version for part in made.find('"hack others"').policies] == ["2027-01-01"]
    assert ids(made.find('"run scams"', only=["my-rules@2026-01-01"]), Reason.WORDS)
    assert not made.find('"run scams"').policies
    assert made.find('"run scams"', home="my-rules@2026-01-01").policies
    shelf.library.remove("my-rules")
    assert not made.find('"send spam"').policies


def rules_day(year: int):
    from datetime import date

    return date(year, 1, 1)


def test_a_library_that_cannot_be_read_is_one_sentence_and_the_bundled_policy_is_searched(pack: PolicyPack):
    """A file that is no database."""
    default_file().parent.mkdir(parents=True, exist_ok=True)
    default_file().write_bytes(b"not a database at all" * 100)
    letters = LetterEncoder()
    made = Finder(with_library(Shelf.from_packs([few_exemplars(pack)])), Indexes(lambda: letters).of)

    found = made.find("gambling")

    assert found.policies[0].hits[0].clause.id == "economic-harm/gambling"
    assert found.problem
    assert found.problem.count(".") >= 1


def test_many_places_are_compared_coarsely_first_and_their_order_stays_that_of_brute_force():
    """The ten nearest of 4,000, with exact scores, by NumPy and by FAISS; places that come later are found too."""
    chance = np.random.default_rng(5)
    places = chance.standard_normal((4000, 64)).astype(np.float16)
    index = PlaceIndex(64, exact_up_to=500)
    index.add(places[:3900])
    index.settle()
    index.add(places[3900:])

    for query in (*places[[7, 3950]].astype(np.float32), chance.standard_normal(64).astype(np.float32)):
        rows, scores = index.nearest(query, limit=10)
        expected = places.astype(np.float32) @ query
        assert set(rows) == set(np.argsort(-expected)[:10])
        assert np.allclose(scores, np.sort(expected)[::-1][:10], atol=1e-3)
    assert len(PlaceIndex(8).nearest(np.ones(8, dtype=np.float32), limit=3)[0]) == 0


def test_words_are_nearly_spelled_within_one_or_two_letters():
    """Two exchanged are one; short words and numbers forgive nothing."""
    index = WordIndex()
    index.add(["Weapons of war", "an Instagram picture", "5.1 cats", "Glücksspielverbot"])

    assert index.nearly("weopons") == ("weapons",)
    assert index.nearly("instagarm") == ("instagram",)
    assert index.nearly("instag") == ("instagram",)
    assert index.nearly("wr") == index.nearly("5.2") == ()
    assert index.forms("cat") == ("cats",)
    assert index.forms("glücksspiel") == ("glücksspielverbot",)


def test_the_box_finds_says_why_and_leads_to_the_policy_of_the_clause():
    """Words, a sentence where nothing is plain, and one where it is too long."""
    with served_by(letter_service()):
        site = open_page(open_site(), "categories")
        site.text_input(key="find").input("weopons").run()
        assert not site.exception
        said = drawn(site)
        assert "Weapons development" in said
        assert "nearly spelled so" in said
        assert "policy=openai@2023-03-23&clause=physical-harm/weapons-development" in said
        site.text_input(key="find").input("xyzzyq").run()
        assert "does not seem to be language" in site.info[0].value


def drawn(site: AppTest) -> str:
    return "\n".join(str(each.proto) for each in site.get("bidi_component"))


def test_the_command_finds_in_words_and_in_json(run: Run):
    """The clause, its policy and why; nothing to look for is one line."""
    table = run("find", "Disallowed", "usage", "8")
    assert table.status == 0
    assert "adult-content" in table.out
    assert "by its number" in table.out
    (part,) = json.loads(run("find", '"dating apps"', "--format", "json").out)["policies"]
    assert part["policy"]["id"] == "openai"
    assert part["clauses"][0]["clause_id"] == "adult-content"
    assert part["clauses"][0]["why"] == "in these words"
    assert run("find", " ").status == 2
    assert run("find", "x", "--top", "0").status == 2


def test_the_route_and_the_record_say_the_same_at_every_door(letters_service: Service):
    """One policy, some, or all; an unknown one is 404, a blank text 422."""
    from fastapi.testclient import TestClient

    from policy_index.server.http_api import make_api

    with TestClient(make_api(letters_service)) as client:
        everywhere = client.post("/find", json={"text": "5.1"}).json()
        assert everywhere["policies"][0]["clauses"][0]["clause_id"] == "physical-harm/weapons-development"
        assert everywhere["unread"] == 0
        one = client.post("/find", json={"text": "content", "policy": ACME, "top": 2}).json()
        assert one["searched"] == 1
        assert client.post("/find", json={"text": "x", "policy": ["nobody"]}).status_code == 404
        assert client.post("/find", json={"text": " "}).status_code == 422


def test_what_speaks_of_nothing_shows_the_nearest_and_says_that_they_are_far(real_index: ClauseIndex):
    """Three of them, of the policy that is read."""
    made = Finder(Shelf.from_packs([real_index.pack]), lambda _: real_index)

    found = made.find("banana bread")

    assert found.note == ALL_FAR
    assert [hit.reason for hit in found.policies[0].hits] == [Reason.DISTANT] * 3
