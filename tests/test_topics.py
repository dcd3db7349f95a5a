"""Who speaks of what: policies by topics, from every door; and what people say of pairs of clauses is kept."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from libraries import rules
from looking import said, visit
from other_policies import pack_of
from streamlit.testing.v1 import AppTest
from support import ACME, PACKS, LetterEncoder, Run, few_exemplars, letter_service
from visiting import sent, served_by

from policy_index import ClauseIndex, Indexes, Shelf
from policy_index.cli import compare, concepts
from policy_index.comparing.literal import holding
from policy_index.comparing.matrix import MOST_POLICIES, Matrix, Says, asked_matrix, concept_matrix
from policy_index.errors import ComparisonError, LibraryError, PackError
from policy_index.library.beside import pairs_from_jsonl
from policy_index.library.doors import with_library
from policy_index.library.library import Library
from policy_index.library.pairing import keep_pairing, pairings_of
from policy_index.library.values import Pairing, PairVerdict
from policy_index.plots.topics import plot_topics
from policy_index.policy.concepts import bundled_concepts
from policy_index.records.matrices import matrix_record, matrix_rows
from policy_index.search.likelihood import Nearness
from policy_index.search.topic_places import phrases
from policy_index.server.answers import Answers
from policy_index.server.service import Service

FIRST = pack_of(
    "# Rules\n\nYou may not:\n\n- Facilitate real money gambling, payday lending or political lobbying;\n- Swear.\n",
    pack_id="first",
)
SECOND = pack_of("# Rules\n\nBe kind to everyone and tell us what you think.\n", pack_id="second")
BUNDLED = "openai@2023-03-23"


@pytest.fixture
def letters_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands count letters."""
    for command in (compare, concepts):
        monkeypatch.setattr(command, "load_encoder", lambda _model: LetterEncoder())


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library of two policies, named by the environment."""
    url = f"sqlite:///{tmp_path / 'library.sqlite3'}"
    monkeypatch.setenv("POLICY_INDEX_DATABASE", url)
    opened = Library.open(url)
    opened.add(rules())
    opened.add(rules("other"))
    yield opened
    opened.close()


def test_a_clause_of_many_things_is_taken_apart_and_one_of_one_thing_is_not():
    """Commas, semicolons, brackets, and, or, such as."""
    assert phrases("Facilitate real money gambling, payday lending (e.g., loans) or lobbying;") == [
        "Facilitate real money gambling",
        "payday lending",
        "loans",
        "lobbying",
    ]
    assert phrases("Do not swear.") == []


def test_a_topic_in_a_list_is_found_with_the_clause_that_says_it(real_index: ClauseIndex):
    """With the model that ships: the list speaks of gambling and forbids it; the other policy does not."""
    found = concept_matrix([FIRST, SECOND], real_index.encoder, concepts=["gambling", "lobbying", "animal-cruelty"])

    gambling, lobbying, animals = found.rows
    assert gambling.cells[0].nearness is Nearness.NEAR
    assert gambling.cells[0].says is Says.FORBIDS
    assert gambling.cells[0].clause.text.startswith("Facilitate real money gambling")
    assert gambling.cells[1].nearness is Nearness.FAR
    assert lobbying.cells[0].speaks
    assert animals.speaking == 0
    assert gambling.speaking == 1


def test_what_somebody_types_is_looked_for_by_its_meaning(real_index: ClauseIndex):
    """A word that the policy has not; and something of which nobody speaks."""
    casino, soup = asked_matrix(
        [FIRST, SECOND], real_index.encoder, texts=["casino games for money", "tomato soup"]
    ).rows

    assert casino.cells[0].speaks
    assert casino.cells[0].clause.text.startswith("Facilitate real money gambling")
    assert not casino.cells[1].speaks
    assert soup.speaking == 0


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ("defamation", [0]),
        ("disparaging", [0]),
        ("a gambler", [1]),
        ("political lobbying", [1]),
        ("lobbying for gambling at work", []),
        ("of the", []),
        ("weather", []),
    ],
)
def test_the_words_that_somebody_typed_are_seen_however_they_are_inflected(asked: str, held: list[int]):
    """All of them in one clause; words that say nothing find nothing."""
    clauses = pack_of(
        "# Rules\n\n- Do not defame or disparage others.\n- No gambling, no political lobbying.\n"
    ).policy.clauses

    assert holding(clauses, asked) == held


def test_words_far_apart_in_a_long_clause_are_no_topic():
    """There they must stand in one phrase."""
    between = ", ".join(f"no thing of kind {number}" for number in range(20))
    clauses = pack_of(f"# Rules\n\n- No dating services, {between}, no app for betting.\n").policy.clauses

    assert holding(clauses, "dating app") == []
    assert holding(clauses, "apps for betting") == [0]


def test_too_many_policies_none_one_twice_and_an_unknown_concept_are_one_sentence():
    """Each said by what was expected."""
    letters = LetterEncoder()
    for packs in ([], [FIRST, FIRST], [pack_of("# R\n\nA.\n", pack_id=f"p{n}") for n in range(MOST_POLICIES + 1)]):
        with pytest.raises(ComparisonError, match="Expected from 1 to 20 different policies"):
            concept_matrix(packs, letters)
    with pytest.raises(ComparisonError, match=r"such as gambling, got 'gambeling'\."):
        concept_matrix([FIRST], letters, concepts=["gambeling"])


def everything() -> Matrix:
    """Return all topics of both, by letters."""
    return concept_matrix([FIRST, SECOND], LetterEncoder())


def test_records_have_every_policy_and_topic():
    """JSON by topic, CSV by policy and topic; a far one says nothing."""
    record, rows = matrix_record(everything()), list(matrix_rows(everything()))

    assert len(record["topics"]) == len(bundled_concepts().concepts)
    assert len(rows) == 2 * len(record["topics"])
    assert {row["policy"] for row in rows} == {"first@undated", "second@undated"}
    assert all(bool(row["says"]) == (row["nearness"] != "far") for row in rows)
    assert set(record["thresholds"]) == {"concepts", "asked"}


def test_the_picture_has_a_sign_beside_every_colour_and_the_clauses_words():
    """Full squares with a sign, empty ones with a question mark; as many as cells speak."""
    matrix = everything()
    figure = plot_topics(matrix)

    drawn = [trace for trace in figure.data if len(trace.x)]
    assert sum(len(trace.x) for trace in drawn) == sum(row.speaking for row in matrix.rows)
    for trace in drawn:
        assert set(trace.text) <= {"✕", "◐", "○", "?"}
        assert (trace.marker.symbol == "square-open") == (set(trace.text) == {"?"})
        assert all(
            len(carried) == 3 and carried[1] in {pack.spec for pack in matrix.packs} for carried in trace.customdata
        )


@pytest.mark.usefixtures("letters_everywhere")
def test_the_command_prints_each_format(run: Run):
    """The policies that are named, or the newest of all."""
    arguments = ("concepts", "--packs", PACKS, "--policy", ACME, "--concept", "gambling")

    table, as_csv, as_json = (run(*arguments, "--format", form) for form in ("table", "csv", "json"))
    asked = run("concepts", "--packs", PACKS, "--topic", "a dating app", "--format", "json")

    assert (table.status, as_csv.status, as_json.status, asked.status) == (0, 0, 0, 0)
    assert "Gambling" in table.out
    assert [row["concept"] for row in csv.DictReader(io.StringIO(as_csv.out))] == ["gambling"]
    assert json.loads(as_json.out)["topics"][0]["cells"][0]["citation"]
    assert [each["id"] for each in json.loads(asked.out)["policies"]] == ["openai", "acme-aup"]
    assert (
        run("concepts", "--concept", "gambling", "--topic", "x").err
        == "policy-index: Expected --concept or --topic, got both.\n"
    )


@pytest.mark.usefixtures("letters_everywhere")
def test_a_table_of_ones_own_measures_the_values(run: Run, tmp_path: Path):
    """AUROC with its interval; concepts by id or name, others as words; a wrong table is one sentence."""
    table = tmp_path / "table.csv"
    table.write_text(
        f"policy,concept,speaks\n{BUNDLED},gambling,1\n{BUNDLED},Animal cruelty,0\n{BUNDLED},tax-evasion,0\n"
    )
    words = tmp_path / "words.csv"
    words.write_text(f"policy,concept,speaks\n{BUNDLED},dating apps,1\n{BUNDLED},gambling,0\n")
    one_sided = tmp_path / "one.csv"
    one_sided.write_text(f"policy,concept,speaks\n{BUNDLED},gambling,1\n")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(f"policy,concept,speaks\n{BUNDLED},gambling,maybe\n")

    measured = run("concepts", "--against", table)

    assert measured.out.startswith("AUROC ")
    assert "3 cells of 1 policies, 1 of them 1. letters" in measured.out
    assert run("concepts", "--against", words).out.startswith("AUROC ")
    assert "Expected both 0 and 1" in run("concepts", "--against", one_sided).err
    assert "Line 2 of" in run("concepts", "--against", wrong).err
    assert (
        "Expected a CSV file with the columns policy, concept and speaks" in run("concepts", "--against", __file__).err
    )


def test_programs_and_assistants_are_answered_alike():
    """By concepts, and in an assistant's own words; the newest of each policy where none is named."""
    answers = Answers(letter_service())

    by_concept = answers.concepts([ACME], concepts=["gambling"])
    in_words = answers.speaking_of(["a dating app"], policies=[])

    assert [each["concept"] for each in by_concept["topics"]] == ["gambling"]
    assert [each["id"] for each in in_words["policies"]] == ["openai", "acme-aup"]
    assert in_words["topics"][0]["concept"] is None


# --------------------------------------------------------------------------------------------------------- pairs that are kept


def clause_ids(library: Library) -> list[str]:
    """Return the ids of the clauses of the small policy."""
    return [clause.id for clause in library.pack("my-rules").policy]


@pytest.mark.parametrize("other", ["other@2026-01-01", BUNDLED])
def test_what_is_said_of_a_pair_is_kept_in_either_order(library: Library, other: str):
    """Of two kept policies, and of one beside the program; the last word counts; the zip takes the latter along."""
    beside, own = frozenset({BUNDLED}), "my-rules@2026-01-01"
    said = Pairing(before_clause_id=clause_ids(library)[0], after_clause_id="y", verdict=PairVerdict.CONFIRMED)
    turned = Pairing(before_clause_id="y", after_clause_id=clause_ids(library)[0], verdict=PairVerdict.REJECTED)

    keep_pairing(library, own, other, said, beside=beside, who="ann")
    assert pairings_of(library, own, other, beside=beside) == (said,)
    keep_pairing(library, other, own, turned, beside=beside)

    assert pairings_of(library, other, own, beside=beside) == (turned,)
    assert [each.verdict for each in pairings_of(library, own, other, beside=beside)] == [PairVerdict.REJECTED]
    assert {entry.what for entry in library.journal()} >= {"pair"}
    if other == BUNDLED:
        zipped = library.export(own)
        library.remove(own)
        library.import_(zipped)
        assert pairings_of(library, other, own, beside=beside) == (turned,)


def test_a_pair_of_two_policies_beside_the_program_is_not_kept(library: Library):
    """In a sentence; and a part that is broken is one too."""
    said = Pairing(before_clause_id="x", after_clause_id="y", verdict=PairVerdict.CONFIRMED)

    with pytest.raises(LibraryError, match="Expected a policy of the library among the two"):
        keep_pairing(library, BUNDLED, ACME, said, beside={BUNDLED, ACME})
    assert pairings_of(library, BUNDLED, ACME, beside={BUNDLED, ACME}) == ()
    for line in (
        "{}",
        "[]",
        "no",
        '{"clause_id": "a", "other": "b", "other_clause_id": "c", "verdict": "liked", "who": "d"}',
    ):
        with pytest.raises(PackError, match=r"^Line 1 of pairings.jsonl: expected clause_id"):
            pairs_from_jsonl(line)


@pytest.mark.usefixtures("letters_everywhere")
def test_the_command_keeps_pairs_and_exports_them_as_a_persons(run: Run, library: Library):
    """Confirmed and rejected, in CSV and SSSOM; what is no pair of ids is one sentence."""
    first, second, *_ = clause_ids(library)
    arguments = ("crosswalk", "my-rules", BUNDLED)

    kept = run(*arguments, "--pair", f"{first}=gambling", "--unpair", f"{second}=spam", "--format", "csv")
    sssom = run(*arguments, "--format", "sssom")

    assert kept.status == 2  # neither id is one of the bundled policy's
    assert sssom.status == 0
    there = [clause.id for clause in Shelf.from_folder(None).default.policy][:2]
    kept = run(*arguments, "--pair", f"{first}={there[0]}", "--unpair", f"{second}={there[1]}", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(kept.out)))
    assert [(row["a_id"], row["b_id"]) for row in rows if row["pairing"] == "confirmed"] == [(first, there[0])]
    assert [(row["a_id"], row["b_id"]) for row in rows if row["pairing"] == "rejected"] == [(second, there[1])]
    sssom = run(*arguments, "--format", "sssom")
    assert sssom.out.count("semapv:ManualMappingCuration") == 2
    assert run(*arguments, "--pair", "x").err == "policy-index: Expected a pair of ids, X=Y, got 'x'.\n"


# ------------------------------------------------------------------------------------------------------------------ pages

TOPICS = "Who speaks of what"


def library_service() -> Service:
    """Return a service with the bundled policy and those of the library, by letters, its model at hand."""
    encoder = LetterEncoder()
    bundled = few_exemplars(Shelf.from_folder(None).default)
    served = Service(with_library(Shelf.from_packs([bundled])), Indexes(lambda: encoder))
    served.index()
    return served


def listen_at(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bind the server to an address: its own machine's, where people may write, or every one."""
    original = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: address if name == "server.address" else original(name))


def test_the_page_answers_a_question_and_shows_all_topics():
    """By words that are typed, and by the address; the table has the clause's own words and its link."""
    service = letter_service()
    service.index()
    with served_by(service):
        site = visit("compare", view=TOPICS)
        assert not site.exception
        assert not site.error
        assert [header.value for header in site.header] == ["All topics"]
        assert len(site.get("plotly_chart")) == 1

        site.text_input(key="topic-asked").set_value("gambling").run()
        assert not site.exception
        assert "“gambling”" in said(site)
        assert [header.value for header in site.header] == ["Topics that hold these words"]

        linked = visit("compare", view=TOPICS, concept="animal-cruelty")
        assert "Hurting, torturing or fighting animals" in said(linked)


@pytest.mark.parametrize(
    ("carried", "expected"),
    [
        (["words", BUNDLED, "privacy"], ["categories?policy=openai@2023-03-23&clause=privacy"]),
        (["words", BUNDLED, "no-such-clause"], []),
        (["words", "nobody@2020-01-01", "privacy"], []),
        (["words"], []),
    ],
)
def test_a_clicked_square_opens_the_clause_that_says_it(carried: list[str], expected: list[str]):
    """Once; what a browser claims to have clicked and is not in the picture leads nowhere."""
    service = letter_service()
    service.index()
    with served_by(service):
        site = visit("compare", view=TOPICS)
        site.session_state["topics asked"] = carried

        first, second = went(site.run()), went(site.run())

    assert not site.exception
    assert (first, second) == (expected, [])


def went(site: AppTest) -> list[str]:
    """Return the addresses that the page opens by itself."""
    return [json.loads(each)["go"] for each in sent(site) if each.startswith('{"go"')]


def test_a_view_without_a_pair_leads_to_the_others():
    """The bundled policy is there once: its page has the three views."""
    with served_by(letter_service()):
        site = visit("compare")
        assert site.segmented_control(key="compare-view").value == "What changed"
        site.segmented_control(key="compare-view").set_value(TOPICS).run()
        assert dict(site.query_params)["view"] == TOPICS
        assert not site.exception


def test_a_person_confirms_and_corrects_a_pair_on_the_page(library: Library, monkeypatch: pytest.MonkeyPatch):
    """It is kept, said, and shown as confirmed by a person."""
    listen_at("localhost", monkeypatch)
    first = clause_ids(library)[0]
    with served_by(library_service()):
        site = visit("compare", policy="my-rules", **{"with": BUNDLED}, judge=first)
        assert not site.exception
        site.button(key="pair-no").click().run()
        assert "are no counterparts" in site.success[0].value
        site.query_params["judge"] = first
        site.run()
        site.selectbox(key="pairing-other").set_value("health").run()
        site.query_params["judge"] = first
        site.button(key="pair-other").click().run()
        assert "are counterparts" in site.success[0].value
        assert "Counterpart, confirmed by a person" in said(site)

    kept = pairings_of(library, "my-rules@2026-01-01", BUNDLED, beside={BUNDLED})
    assert {each.verdict for each in kept} == set(PairVerdict)


def test_a_person_adds_drops_and_confirms_a_clauses_topics(library: Library, monkeypatch: pytest.MonkeyPatch):
    """On the clause's page; where nobody may write there are names only."""
    first = clause_ids(library)[0]
    with served_by(library_service()):
        listen_at("0.0.0.0", monkeypatch)  # noqa: S104  # every machine reaches it
        shown = visit("categories", policy="my-rules", clause=first)
        assert "Topics it speaks of" in said(shown)
        assert not [box for box in shown.selectbox if (box.key or "").startswith("add topic")]

        listen_at("localhost", monkeypatch)
        site = visit("categories", policy="my-rules", clause=first)
        site.selectbox(key=f"add topic {first}").set_value("gambling").run()
        assert not site.exception
        assert "(added by a person)" in said(site)
        site.segmented_control(key=f"verdict {first} gambling").set_value("Wrong").run()
        assert "Said to be wrong: Gambling" in site.caption[-1].value.replace("\\", "")

    assert [each.verdict.value for each in library.notes.confirmations("my-rules")] == ["dropped"]
