"""The page Policies, run by Streamlit's own harness with a library of its own: what a person brings, mends, keeps and takes away."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from libraries import LATER, RULES, rules
from looking import links, said, visit
from streamlit.testing.v1 import AppTest
from support import LetterEncoder, few_exemplars
from visiting import check, open_page, served_by

from policy_index import Indexes, Shelf
from policy_index.library.doors import DoorShelf, with_library
from policy_index.library.library import Library
from policy_index.library.stating import Statement
from policy_index.library.values import Example, KeptExample
from policy_index.policy.document import ClauseKind, Span
from policy_index.policy.edits import ChangeKind
from policy_index.policy.sources.source import source_of
from policy_index.search.clause_memory import ClauseMemory
from policy_index.search.example_calibration import ENOUGH_HARMLESS, ENOUGH_TOUCHING
from policy_index.server.quotas import HOUR, quotas
from policy_index.server.service import Service
from policy_index.ui.closed_visits import COMES_BACK
from policy_index.ui.draft import Draft, places_to_split
from policy_index.ui.frame import pages
from policy_index.ui.policy_examples import missing_in_words
from policy_index.ui.policy_source import pieces_of

SPEC = "my-rules@2026-01-01"
ALL = "0.0.0.0"  # noqa: S104  # what a server is bound to that every machine reaches
HOSTILE = "# `<script>alert(1)</script>` *x* $y$ :red[no]\n\n* You must not <img src=x onerror=alert(1)> :red[spam] $x$.\n* You must not **run** scams.\n"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """An empty library, which the server's shelf finds."""
    url = f"sqlite:///{tmp_path / 'library.sqlite3'}"
    monkeypatch.setenv("POLICY_INDEX_DATABASE", url)
    return Library.open(url)


@pytest.fixture
def served(library: Library) -> Iterator[Service]:
    """The bundled policy, of few exemplars, and the library, by letters."""
    encoder = LetterEncoder()
    bundled = few_exemplars(Shelf.from_folder(None).default)
    service = Service(with_library(Shelf.from_packs([bundled])), Indexes(lambda: encoder))
    with served_by(service):
        yield service
    library.close()


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is bound to its own machine."""
    original = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: "localhost" if name == "server.address" else original(name))


def brought(name: str, content: bytes) -> AppTest:
    """A visitor who has just chosen a file."""
    site = visit("policies")
    site.file_uploader(key="policy-file").upload(name, content, "application/octet-stream")
    return site.run()


def pasted(text: str) -> AppTest:
    """A visitor who has just pasted a text."""
    site = visit("policies")
    site.text_area(key="policy-text").input(text)
    return site.button(key="read-pasted").click().run()


def at(site: AppTest, place: int) -> AppTest:
    """Choose the clause that begins at a character."""
    site.query_params["at"] = str(place)
    return site.run()


def captions(site: AppTest) -> str:
    """The small print, as it is read."""
    return "\n".join(each.value.replace("\\", "") for each in site.caption)


def errors(site: AppTest) -> str:
    """What the page says went wrong."""
    assert not site.exception
    return "\n".join(each.value for each in site.error)


@pytest.mark.usefixtures("served")
def test_a_file_is_reviewed_kept_and_checked_against():
    """Upload, Keep, Check: title and day are taken from the file and said to be guesses."""
    site = brought(
        "aup.md",
        b"# Acme rules\n\nEffective date: 4 February 2026\n\n* You must not send spam.\n* You must not hack.\n",
    )
    assert not errors(site)
    assert "2 clauses" in said(site)
    assert "(a guess)" in said(site)
    assert "Guessed from the source: the title" in captions(site)
    assert site.text_input(key="draft-id").value == "acme-rules"
    assert site.date_input(key="draft-day").value == date(2026, 2, 4)

    site = site.button(key="keep").click().run()
    assert not errors(site)
    assert any("Kept: the version of 4 February 2026, 2 clauses" in each.value for each in site.success)
    assert "./?policy=acme-rules@2026-02-04" in links(site)

    answered = check(open_page(site, "playground"), "spam for everyone")
    assert not errors(answered)
    assert "You must not send spam." in said(answered)


def test_clauses_are_encoded_while_the_draft_is_looked_over_and_not_again_when_it_is_kept(served: Service):
    """A draft that is discarded leaves nothing; of one that is kept only what was changed is left to do."""
    encoder = served.index().encoder
    assert isinstance(encoder, LetterEncoder)
    content = b"# Ladder rules\n\n* You must not sell honey.\n* You must not lend ladders.\n"
    site = brought("aup.md", content)
    ahead = site.session_state["policy-ahead"]
    ahead.finish()
    assert "You must not lend ladders." in encoder.encoded

    button = next(each for each in site.button if each.label == "Discard the draft")
    site = button.click().run()
    assert "policy-ahead" not in site.session_state
    assert ClauseMemory(encoder).unknown(["You must not lend ladders."])
    site = brought("aup.md", content)
    site.session_state["policy-ahead"].finish()
    before = len(encoder.encoded)
    site = site.button(key="keep").click().run()
    assert not errors(site)
    served.index(served.shelf.find("ladder-rules"))

    assert "policy-ahead" not in site.session_state
    assert not {"You must not sell honey.", "You must not lend ladders."} & set(encoder.encoded[before:])


@pytest.mark.usefixtures("served")
def test_of_a_policy_in_another_language_it_is_said_before_it_is_kept():
    """Its clauses are recognised all the same."""
    site = pasted("# Regeln\n\n* Es ist verboten, andere Menschen zu filmen.\n* Sie dürfen keine Werbung schicken.\n")

    assert not errors(site)
    assert "2 clauses" in said(site)
    assert any("seems to be written in German" in each.value for each in site.warning)


@pytest.mark.usefixtures("served")
def test_clauses_are_joined_split_dropped_renamed_and_given_a_kind_and_all_can_be_undone(library: Library):
    """Each is one step; the kept version has them as edits."""
    site = pasted(RULES)
    first, second = RULES.index("Be kind"), RULES.index("You must not send")
    site = at(site, second)
    site = site.button(key=f"join new {second}").click().run()
    assert "3 clauses" in said(site)
    site = site.button(key="undo new").click().run()
    assert "4 clauses" in said(site)
    site = site.button(key="redo new").click().run()

    site = at(site, first)
    end = RULES.index("\n", first)
    site = site.pills(key=f"split new {first} {end}").select(RULES.index("everyone")).run()
    assert "4 clauses" in said(site)
    site = site.button(key="undo new").click().run()
    site.selectbox(key=f"kind new {first}").select(ClauseKind.REQUIREMENT.value).run()
    site.text_input(key=f"id new {first}").input("kindness").run()
    assert not errors(site)
    site.text_input(key="draft-title").input("House rules")
    site.text_input(key="draft-id").input("house-rules").run()
    site = site.button(key="keep").click().run()

    assert not errors(site)
    kept = library.pack("house-rules").policy
    assert next(clause.id for clause in kept) == "kindness"
    assert kept.clause("kindness").kind is ClauseKind.REQUIREMENT
    assert len(kept.clauses) == 3


@pytest.mark.usefixtures("served")
def test_an_id_that_does_not_fit_is_said_and_what_was_typed_stays():
    """A clause keeps its id; the box keeps the words."""
    site = pasted(RULES)
    first = RULES.index("Be kind")
    site = at(site, first)
    site = site.text_input(key=f"id new {first}").input("Not An Id").run()

    assert "Expected an id of small letters" in errors(site)
    assert site.text_input(key=f"id new {first}").value == "Not An Id"


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scan.pdf", b"%PDF-1.7\nnothing", "PDF"),
        ("empty.txt", b"  \n", "is empty"),
        ("broken.zip", b"PK\x03\x04", "zip"),
        ("headings.md", b"# One\n\n## Two\n", "at least one clause"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(name: str, content: bytes, words: str):
    """No draft, no exception, nothing kept."""
    site = brought(name, content)

    assert words in errors(site)
    assert len(site.error) == 1


@pytest.mark.usefixtures("served")
def test_nothing_typed_is_lost_where_a_policy_cannot_be_kept(library: Library):
    """The same id and day are there already: the boxes keep what stands in them."""
    library.add(rules())
    site = pasted(LATER)
    site.text_input(key="draft-title").input("My own title")
    site.text_input(key="draft-publisher").input("Somebody")
    site.date_input(key="draft-day").set_value(date(2026, 1, 1))
    site.text_input(key="draft-id").input("my-rules").run()
    site = site.button(key="keep").click().run()

    assert "nothing is lost" in errors(site)
    assert site.text_input(key="draft-title").value == "My own title"
    assert site.text_input(key="draft-publisher").value == "Somebody"
    assert [card.spec for card in library.versions("my-rules")] == [SPEC]


@pytest.mark.usefixtures("served")
def test_a_further_version_has_the_ids_of_the_older_one_where_a_clause_is_the_same(library: Library):
    """And takes over title and publisher."""
    library.add(rules())
    older = {clause.text: clause.id for clause in library.pack("my-rules").policy}
    site = visit("policies")
    site = site.button(key="version of my-rules").click().run()
    site.text_area(key="policy-text").input(LATER)
    site = site.button(key="read-pasted").click().run()
    site.date_input(key="draft-day").set_value(date(2026, 6, 1)).run()
    site = site.button(key="keep").click().run()

    assert not errors(site)
    newest = library.pack("my-rules")
    assert newest.version == "2026-06-01"
    assert newest.policy.provenance.publisher == "Me"
    same = [clause for clause in newest.policy if clause.text in older]
    assert len(same) == 2
    assert all(clause.id == older[clause.text] for clause in same)


@pytest.mark.usefixtures("served")
def test_of_two_editors_the_second_is_told_and_nothing_is_overwritten(library: Library):
    """The second one's change can be made in what the first left."""
    library.add(rules())
    mine = visit("policies", policy=SPEC, view="clauses")
    spans = [clause.span for clause in library.pack(SPEC).policy]
    mine = at(mine, spans[1].start)
    mine = mine.button(key=f"drop {SPEC} {spans[1].start}").click().run()
    theirs = ChangeKind(clause=spans[2], kind=ClauseKind.STATEMENT)
    library.edit(SPEC, (theirs,), expected_revision=1)

    mine = mine.button(key="keep-edits").click().run()
    assert not mine.exception
    assert any("Somebody else has edited this version" in each.value for each in mine.warning)
    assert len(library.pack(SPEC).policy.clauses) == 4

    mine = mine.button(key="bring").click().run()
    mine = mine.button(key="keep-edits").click().run()
    assert not errors(mine)
    kept = library.pack(SPEC).policy
    assert len(kept.clauses) == 3
    assert next(clause for clause in kept if clause.span == spans[2]).kind is ClauseKind.STATEMENT


@pytest.mark.usefixtures("served")
def test_removing_asks_first_and_an_export_brings_the_policy_back(library: Library):
    """Nothing is gone before the second button."""
    library.add(rules())
    content = library.export(SPEC)
    site = visit("policies", policy=SPEC)
    site = site.button(key="remove my-rules").click().run()
    assert library.specs() == (SPEC,)
    site = site.button(key="really-remove").click().run()
    assert not errors(site)
    assert library.specs() == ()

    site.file_uploader(key="policy-file").upload("rules.zip", content, "application/zip")
    site = site.run()
    assert not errors(site)
    assert library.specs() == (SPEC,)
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


@pytest.mark.usefixtures("served")
def test_examples_are_added_typed_and_from_a_file_and_what_is_missing_is_said(library: Library):
    """All or none of a file: one that names a clause that is not there adds nothing."""
    library.add(rules())
    clause = library.pack(SPEC).policy.clauses[1]
    site = visit("policies", policy=SPEC, view="examples")
    assert "Missing until there are probabilities" in said(site)
    site.selectbox(key="example-clause").select(clause.id)
    site.text_area(key="example-texts").input("bulk mail\n\nmail to millions\n")
    site = site.button(key="add-examples").click().run()
    assert not errors(site)
    assert [each.example.text for each in library.notes.examples(SPEC)] == ["bulk mail", "mail to millions"]

    rows = [{"clause_id": "nonsense", "text": "x"}, {"clause_id": None, "text": "a recipe"}]
    site.file_uploader(key="example-file").upload("rows.jsonl", "\n".join(map(json.dumps, rows)).encode(), "text/plain")
    site = site.run().button(key="add-lines").click().run()
    assert "No clause has the id" in errors(site)
    assert len(library.notes.examples(SPEC)) == 2


def test_how_many_examples_are_missing_is_counted_by_those_of_clauses_that_are_there(library: Library):
    """Those of a clause that the version has no longer are kept, and do not count."""
    library.add(rules())
    pack = library.pack(SPEC)
    there = pack.policy.clauses[1].id
    kept = [
        KeptExample(id=number, example=Example(text=str(number), clause_id=clause_id), for_all_versions=False)
        for number, clause_id in enumerate([there, there, "gone", None])
    ]

    assert f"{ENOUGH_TOUCHING - 2} more examples of clauses" in missing_in_words(kept, pack)
    assert f"{ENOUGH_HARMLESS - 1} more harmless texts" in missing_in_words(kept, pack)
    library.close()


@pytest.mark.usefixtures("served")
def test_what_is_said_of_a_version_is_changed_on_its_page(library: Library):
    """Title, publisher, page and superseded; what somebody else changed since is not overwritten, and what was typed stays."""
    library.add(rules())
    site = visit("policies", policy=SPEC, view="about")
    site.text_input(key="statement-title").input("House *rules*")
    site.checkbox(key="statement-superseded").check()
    site = site.button(key="keep-statement").click().run()

    assert not errors(site)
    now = library.card(SPEC)
    assert (now.provenance.title, now.provenance.publisher, now.provenance.superseded) == ("House *rules*", "Me", True)
    assert now.revision == 2

    library.restate(SPEC, Statement(publisher="You"), expected_revision=2, who="ann")
    site.text_input(key="statement-title").input("Mine")
    site = site.button(key="keep-statement").click().run()

    assert "since an edit by ann" in errors(site)
    assert site.text_input(key="statement-title").value == "Mine"
    assert library.card(SPEC).provenance.title == "House *rules*"


@pytest.mark.usefixtures("served")
def test_where_others_reach_the_server_adding_and_editing_is_off_and_how_to_allow_it_is_said(
    library: Library, monkeypatch: pytest.MonkeyPatch
):
    """The list can be read; no button changes anything."""
    library.add(rules())
    original = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: ALL if name == "server.address" else original(name))
    site = visit("policies")
    shown = [each.value for each in site.info]

    assert any("--server.address=localhost" in words for words in shown)
    assert not site.get("file_uploader")
    assert "Rules" in said(site)
    clauses = visit("policies", policy=SPEC, view="clauses", at=str(RULES.index("Be kind")))
    assert not errors(clauses)
    assert not [each for each in clauses.button if each.label.startswith(("Join", "Drop"))]


@pytest.mark.usefixtures("served")
def test_words_of_a_policy_are_text_wherever_they_are_shown(library: Library):
    """No markup of theirs reaches Markdown or HTML."""
    site = pasted(HOSTILE)
    site = at(site, HOSTILE.index("You must not <img"))
    assert not errors(site)
    bodies = [block.proto.body for block in site.get("html")] + [block.value for block in site.markdown]
    assert not [body for body in bodies if "<script>alert" in body or "<img src=x" in body]
    site.text_input(key="draft-id").input("hostile").run()
    site = site.button(key="keep").click().run()
    assert not errors(site)
    listed = visit("policies")
    assert not errors(listed)
    assert library.specs() == ("hostile@undated",)


@pytest.mark.usefixtures("served")
def test_a_library_that_cannot_be_read_leaves_the_bundled_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One sentence says why; the page still stands."""
    (tmp_path / "broken.sqlite3").write_bytes(b"no database at all" * 100)
    monkeypatch.setenv("POLICY_INDEX_DATABASE", f"sqlite:///{tmp_path / 'broken.sqlite3'}")
    service = Service(
        DoorShelf(Shelf.from_folder(None), with_library(Shelf.from_folder(None)).source), Indexes(LetterEncoder)
    )
    with served_by(service):
        site = visit("policies")

    assert "Your own policies cannot be read just now" in errors(site)
    assert "Usage policies" in said(site)


def test_every_character_of_the_source_stands_in_its_picture_once():
    """Spans that lie in each other are marked by the inner one."""
    draft = Draft.from_source(
        source_of("", (RULES + "\n1. Outer\n   * You must not dig.\n\n   Outer goes on.\n").encode())
    )
    source = draft.policy.source
    pieces = list(pieces_of(draft.policy, Span(start=0, end=len(source))))

    assert "".join(piece[0] for piece in pieces) == source
    numbered = [piece[3] for piece in pieces if piece[3]]
    assert sorted(numbered) == list(range(1, len(draft.policy.clauses) + 1))


def test_a_clause_can_be_split_before_each_of_its_words_but_the_first():
    """Markup is no word."""
    draft = Draft.from_source(source_of("", b"# R\n\nNo **spam** and [no scams](https://example.org/x y) here.\n"))
    places = places_to_split(draft.policy.clauses[0])

    assert list(places.values())[:3] == ["spam", "and", "no"]
    assert all(draft.policy.source[place:].strip("*[") for place in places)


@pytest.mark.usefixtures("served")
def test_who_brings_more_than_an_hours_share_is_told_so_and_loses_nothing(monkeypatch: pytest.MonkeyPatch):
    """The sentence says when to try again; what was pasted stands in its box."""
    monkeypatch.setenv("POLICY_INDEX_UPLOADS_PER_HOUR", "1")
    quotas.cache_clear()
    assert "What was recognised" in [each.value for each in pasted(RULES).header]
    site = pasted(LATER)
    assert errors(site).replace("\\", "") == "Expected at most 1 upload within an hour; try again in 60 minutes."
    assert site.text_area(key="policy-text").value == LATER


@pytest.mark.usefixtures("served")
def test_a_draft_is_not_kept_by_somebody_who_may_not_any_more(library: Library, monkeypatch: pytest.MonkeyPatch):
    """What may be done is asked when it is done, not only when the page is drawn."""
    site = pasted(RULES)
    monkeypatch.setenv("POLICY_INDEX_TOKEN", "short")
    site = site.button(key="keep").click().run()

    assert "Not kept yet, and nothing is lost: Expected tokens of at least" in errors(site).replace("\\", "")
    assert library.specs() == ()


@pytest.mark.usefixtures("served")
def test_what_is_kept_is_said_on_a_page_that_every_page_leads_to():
    """With the numbers that the program goes by; the menu is not longer for it."""
    site = visit("privacy")

    assert not site.exception
    for words in ("30 seconds, in which you may come back", "1 hour", "no entry is changed or removed", "30 days"):
        assert words in said(site)
    assert (COMES_BACK, HOUR) == (30, 3600)
    assert COMES_BACK + 20 < st.get_option("server.disconnectedSessionTTL") < 60
    assert pages()["privacy"].visibility == "hidden"
