"""The library keeps policies: what goes in comes out, nobody's edit is overwritten, and everything is written down."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from libraries import DATABASES, LATER, RULES, fresh_database, rules

from policy_index import PackError, PolicyPack, UnknownPolicyError
from policy_index.errors import EditConflictError, LibraryError
from policy_index.library.library import Library
from policy_index.library.opened import OpenedPacks
from policy_index.library.shelf import LibraryShelf
from policy_index.library.stating import Statement
from policy_index.library.values import (
    Example,
)
from policy_index.policy.edits import Drop, Rename
from policy_index.policy.parts import PackFolder, PackTexts
from policy_index.policy.shelf import Shelf, bundled_pack


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    with fresh_database(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def library(url: str) -> Iterator[Library]:
    """An empty library."""
    with Library.open(url) as opened:
        yield opened


def test_a_policy_is_kept_and_opened_as_a_pack(library: Library, url: str):
    """The text to the letter, its provenance, and every clause; another program sees the same."""
    card = library.add(rules(), who="ann")

    pack = library.pack("my-rules")
    with Library.open(url) as other:
        again = other.pack("my-rules@2026-01-01")
    assert (card.spec, card.clauses, card.revision) == ("my-rules@2026-01-01", 4, 1)
    assert pack.spec == "my-rules@2026-01-01"
    assert pack.policy.source == RULES
    assert pack.policy == again.policy
    assert pack.policy.provenance == card.provenance
    assert not pack.exemplars.counts().total()
    assert pack.check() is pack


def test_a_pack_is_the_same_object_until_it_changes(library: Library):
    """What is kept for a pack stays, and is never taken for what it was before."""
    library.add(rules())
    pack = library.pack("my-rules")

    same = library.pack("my-rules@2026-01-01")
    library.notes.add_examples(
        "my-rules", [Example(text="Sell my list of addresses", clause_id=pack.policy.clauses[1].id)]
    )
    changed = library.pack("my-rules")

    assert same is pack
    assert changed is not pack
    assert changed.exemplars.counts().total() == 1


def test_the_bundled_pack_passes_through_whole(library: Library):
    """Its names, readings, facts, history, exemplars and marks, from its folder, and out of an exported zip again."""
    bundled = bundled_pack()
    texts = {
        name: content
        for name in PackFolder(bundled.folder).names()
        if (content := PackFolder(bundled.folder).read(name))
    }
    texts["exemplars.jsonl"] = "\n".join(texts["exemplars.jsonl"].split("\n")[:300])
    library.add(PackTexts(texts=texts, name="a copy"))
    zipped = library.export("openai")
    library.remove("openai@2023-03-23")

    library.import_(zipped)

    pack = library.pack("openai")
    assert pack.policy == bundled.policy
    assert pack.readings == bundled.readings
    assert pack.facts == bundled.facts
    assert pack.history == bundled.history
    assert pack.marks == bundled.marks
    assert pack.twins == bundled.twins
    assert pack.held_out() == bundled.held_out()
    assert pack.exemplars.counts().total() + len(pack.exemplars.harmless) == 300
    assert library.export("openai") == zipped


def test_versions_are_listed_newest_first_and_found_by_day(library: Library):
    """Undated ones last; a policy's newest stands for it in the list."""
    for day in (date(2025, 5, 1), None, date(2026, 1, 1)):
        library.add(rules(day=day))
    library.add(rules("a-second"))

    assert [card.version for card in library.versions("my-rules")] == ["2026-01-01", "2025-05-01", "undated"]
    assert [card.spec for card in library.cards()] == ["a-second@2026-01-01", "my-rules@2026-01-01"]
    assert [card.policy_id for card in library.cards(after="a-second")] == ["my-rules"]
    assert [card.policy_id for card in library.cards(limit=1)] == ["a-second"]
    assert library.pack("my-rules@latest") is library.pack("my-rules@2026-01-01")
    assert library.pack("my-rules@undated").policy.updated is None
    assert [pack.spec for pack in library.packs()] == [card.spec for card in library.cards()]
    assert len(library.specs()) == 4


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("my-rule", "No policy of the library has the id 'my-rule'; the nearest is my-rules."),
        ("my-rules@2020-01-01", "Expected a version of my-rules among 2026-01-01, or latest, got '2020-01-01'."),
        ("\0\ud800" + "x" * 500, "No policy of the library has the id "),
        ("' OR 1=1 --", "No policy of the library has the id "),
    ],
)
def test_an_unknown_policy_is_one_sentence_that_names_the_nearest(library: Library, spec: str, message: str):
    """At every verb, whatever is asked for."""
    library.add(rules())

    for verb in (library.pack, library.export, library.remove, library.card, library.notes.examples):
        with pytest.raises(UnknownPolicyError) as caught:
            verb(spec)
        assert str(caught.value).startswith(message)
        assert len(str(caught.value)) < 250
    assert len(library.specs()) == 1


def test_two_texts_that_claim_one_id_and_day_are_refused(library: Library):
    """The first stays; one that is kept elsewhere is refused too."""
    library.add(rules())

    with pytest.raises(LibraryError, match=r"^Expected a policy that is not there yet, but my-rules@2026-01-01 is"):
        library.add(rules(source=LATER))
    with pytest.raises(LibraryError, match=r"not there yet, but other@2026-01-01 is"):
        library.add(rules("other"), taken={"other@2026-01-01"})

    assert library.pack("my-rules").policy.source == RULES
    assert library.specs() == ("my-rules@2026-01-01",)


def test_the_ids_of_the_same_clauses_stay_from_version_to_version(library: Library):
    """Also where an older version is added after a newer one, and where a person chose ids."""
    library.add(rules())
    first = library.pack("my-rules").policy
    library.edit("my-rules", [Rename(clause=first.clauses[1].span, id="spam")], expected_revision=1)

    library.add(rules(day=date(2026, 2, 1), source=LATER))
    library.add(rules(day=date(2025, 1, 1), source=LATER))

    for spec in ("my-rules@2026-02-01", "my-rules@2025-01-01"):
        policy = library.pack(spec).policy
        assert policy.clause("spam").text == "You must not send spam."
        assert policy.clauses[1].id == first.clauses[3].id


def test_the_second_of_two_editors_is_told(library: Library):
    """By whom it was edited; nothing is overwritten, and after opening it anew the edit is kept."""
    library.add(rules())
    clauses = library.pack("my-rules").policy.clauses
    library.edit("my-rules", [Drop(clause=clauses[1].span)], expected_revision=1, who="ann")

    with pytest.raises(
        EditConflictError, match=r"^Expected to edit revision 1 of my-rules@2026-01-01, .* by ann at "
    ) as said:
        library.edit("my-rules", [Drop(clause=clauses[2].span)], expected_revision=1, who="bob")

    assert "nothing was overwritten" in str(said.value)
    assert clauses[1].id not in library.pack("my-rules").policy.columns
    card = library.edit("my-rules", [Drop(clause=clauses[2].span)], expected_revision=2, who="bob")
    assert (card.revision, card.clauses) == (3, 3)
    assert library.pack("my-rules").policy.clauses[1].id == clauses[1].id


def test_of_editors_at_the_same_moment_one_wins(library: Library):
    """Eight at once: one edit is kept, seven are told."""
    library.add(rules())
    place = library.pack("my-rules").policy.clauses[0].span
    told: list[Exception] = []
    start = threading.Barrier(8)

    def edit(number: int) -> None:
        start.wait()
        try:
            library.edit("my-rules", [Rename(clause=place, id=f"by-{number}")], expected_revision=1, who=f"{number}")
        except EditConflictError as error:
            told.append(error)

    threads = [threading.Thread(target=edit, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (entry,) = [entry for entry in library.journal("my-rules") if entry.what == "edit"]
    assert len(told) == 7
    assert library.card("my-rules").revision == 2
    assert library.pack("my-rules").policy.clauses[0].id == f"by-{entry.who}"


def test_an_edit_that_does_not_fit_is_refused_whole(library: Library):
    """Also one that takes away a clause of which a part of the pack speaks; nothing changes."""
    library.add(rules())
    place = library.pack("my-rules").policy.clauses[1].span

    with pytest.raises(PackError, match=r"^Expected an id of small letters"):
        library.edit(
            "my-rules",
            [Drop(clause=place), Rename(clause=library.pack("my-rules").policy.clauses[0].span, id="A")],
            expected_revision=1,
        )

    assert library.card("my-rules").revision == 1
    assert len(library.pack("my-rules").policy.clauses) == 4


def test_removing_takes_a_version_or_all(library: Library):
    """`ID@VERSION` one, `ID@latest` the newest, `ID` every one; the others stay."""
    for month in (1, 2, 3):
        library.add(rules(day=date(2026, month, 1)))
    library.add(rules("other"))

    assert library.remove("my-rules@latest") == ("my-rules@2026-03-01",)
    assert library.remove("my-rules") == ("my-rules@2026-02-01", "my-rules@2026-01-01")

    assert library.specs() == ("other@2026-01-01",)
    assert library.add(rules()).revision == 1


@pytest.mark.parametrize(
    "texts",
    [
        {"policy.md": "# A\n\nOne clause.\n"},
        {"pack.toml": 'id = "a"\npublisher = "A"\ntitle = "A"\n'},
        {"pack.toml": 'id = "a"\npublisher = "A\\u0000"\ntitle = "A"\n', "policy.md": "# A\n\nOne clause.\n"},
        {"pack.toml": f'id = "{"a" * 81}"\npublisher = "A"\ntitle = "A"\n', "policy.md": "# A\n\nOne clause.\n"},
        {"pack.toml": f'id = "a"\npublisher = "A"\ntitle = "{"T" * 501}"\n', "policy.md": "# A\n\nOne clause.\n"},
        {"pack.toml": 'id = "a"\npublisher = "A"\ntitle = "A"\n', "policy.md": "# A\n"},
        {"pack.toml": 'id = "a"\npublisher = "A"\ntitle = "A"\n', "policy.md": "# A\n\nOne\0.\n"},
        {
            "pack.toml": 'id = "a"\npublisher = "A"\ntitle = "A"\n',
            "policy.md": "# A\n\nOne.\n",
            "facts.json": "[" * 10**5,
        },
        {
            "pack.toml": 'id = "a"\npublisher = "A"\ntitle = "A"\n',
            "policy.md": "# A\n\nOne.\n",
            "exemplars.jsonl": "[" * 10**5,
        },
    ],
)
def test_a_pack_that_cannot_be_kept_leaves_nothing_behind(library: Library, texts: dict[str, str]):
    """One sentence, of the project's own kind."""
    with pytest.raises((LibraryError, PackError)) as caught:
        library.add(PackTexts(texts=texts, name="what was given"))

    assert "\n" not in str(caught.value)
    assert library.specs() == ()
    assert library.journal() == ()


def test_packs_held_in_memory_are_bounded_by_their_clauses(library: Library):
    """The longest unused one goes; it is opened again when it is asked for, and the newest is held however large it is."""
    for number in range(4):
        library.add(rules(f"p-{number}"))
    packs = [library.pack(f"p-{number}") for number in range(4)]
    each = len(packs[0].policy.clauses)
    opened = OpenedPacks(most=2 * each)

    for number, pack in enumerate(packs[:3]):
        opened.put(number, 1, pack)

    assert [opened.get(number, 1) for number in range(3)] == [None, *packs[1:3]]
    assert OpenedPacks(most=each - 1).put(0, 1, packs[0]) is packs[0]
    assert opened.put(1, 2, packs[3]) is packs[3]  # a newer one in its place counts once
    assert opened.get(2, 1) is packs[2]


def test_the_shelf_over_a_library_answers_as_a_shelf(library: Library, packs_folder: Path):
    """The bundled pack is the default; ids of both are found, newest first; nothing is opened before it is asked for."""
    shelf = LibraryShelf(Shelf.from_folder(packs_folder), library)
    library.add(rules(), taken=shelf.taken)
    library.add(rules("acme-aup", day=date(2027, 1, 1)), taken=shelf.taken)
    library.add(rules("acme-aup", day=date(2025, 6, 1)), taken=shelf.taken)

    assert shelf.find(None) is shelf.default is bundled_pack()
    assert not library._opened._packs or all(
        isinstance(pack[1], PolicyPack) for pack in library._opened._packs.values()
    )
    assert shelf.find("my-rules") is library.pack("my-rules")
    assert shelf.find("acme-aup").version == "2027-01-01"
    assert shelf.find("acme-aup@2026-01-31") is shelf.shelf.find("acme-aup@2026-01-31")
    assert [pack.version for pack in shelf.versions("acme-aup")] == [
        "2027-01-01",
        "2026-01-31",
        "2025-06-01",
        "2025-01-15",
    ]
    assert [pack.spec for pack in shelf.packs] == [pack.spec for pack in shelf.packs[:]]
    assert len(shelf.packs) == 6
    assert [pack.spec for pack in shelf.latest] == ["openai@2023-03-23", "acme-aup@2027-01-01", "my-rules@2026-01-01"]
    with pytest.raises(UnknownPolicyError):
        shelf.find("nothing")
    with pytest.raises(UnknownPolicyError):
        shelf.find("openai@2020-01-01")
    with pytest.raises(LibraryError, match="not there yet"):
        library.add(rules("acme-aup", day=date(2026, 1, 31)), taken=shelf.taken)


def test_what_is_said_of_a_version_changes_without_its_text(library: Library):
    """Only what is stated; written down with who; packs that are opened later say it."""
    library.add(rules())
    before = library.pack("my-rules")

    card = library.restate("my-rules", Statement(title=" New rules ", superseded=True), expected_revision=1, who="ann")

    pack = library.pack("my-rules")
    assert (card.revision, card.provenance.title, card.provenance.superseded) == (2, "New rules", True)
    assert card.provenance.publisher == before.policy.provenance.publisher
    assert pack.policy.provenance == card.provenance
    assert [clause.id for clause in pack.policy] == [clause.id for clause in before.policy]
    entry = library.journal("my-rules")[0]
    assert (entry.who, entry.what, entry.detail) == ("ann", "restate", "revision 2: title: New rules, superseded: 1")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (Statement(), "Expected a title, a publisher, an address or whether it is superseded, got none of them."),
        (Statement(title="  "), "Expected a title with words, got a blank one; nothing was changed."),
        (Statement(publisher="x" * 501), "Expected the publisher of a policy of at most 500 characters, got 501"),
        (Statement(url="a\0b"), "Expected the url of a policy as text"),
    ],
)
def test_what_cannot_be_said_of_a_version_is_one_sentence(library: Library, said: Statement, message: str):
    """And the version stays as it is."""
    library.add(rules())

    with pytest.raises(LibraryError, match=message):
        library.restate("my-rules", said, expected_revision=1)

    assert library.card("my-rules").revision == 1


def test_two_people_who_restate_one_version_do_not_overwrite_each_other(library: Library):
    """The second is told by whom and when; an edit of the tree counts as well."""
    library.add(rules())
    library.restate("my-rules", Statement(title="One"), expected_revision=1, who="ann")

    with pytest.raises(EditConflictError, match="is at revision 2 since an edit by ann"):
        library.restate("my-rules", Statement(title="Two"), expected_revision=1, who="bob")
    with pytest.raises(EditConflictError, match="is at revision 2 since an edit by ann"):
        library.edit("my-rules", [], expected_revision=1, who="bob")

    assert library.card("my-rules").provenance.title == "One"
