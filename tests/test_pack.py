"""A pack is one folder: what is missing is empty, what is broken is one sentence, and nothing is ever another policy's."""

import shutil
from pathlib import Path

import pytest

from policy_index import Lane, PackError, PolicyIntegrityError, PolicyPack, Shelf, UnknownPolicyError, load_shelf
from policy_index.policy.shelf import bundled_pack

TEXT = "# Rules\n\nYou must be kind to everyone.\n\n* No spam.\n* No scams.\n"
SETTINGS = 'id = "my-rules"\npublisher = "Me"\ntitle = "Rules"\nupdated = 2026-01-01\n'


def write(folder: Path, *, settings: str = SETTINGS, text: str | bytes = TEXT, **parts: str) -> Path:
    """Write a pack of these parts; `readings_json` becomes `readings.json`."""
    folder.mkdir(parents=True)
    (folder / "pack.toml").write_text(settings, encoding="utf-8")
    (folder / "policy.md").write_bytes(text.encode() if isinstance(text, str) else text)
    for name, content in parts.items():
        (folder / name.replace("_", ".", 1)).write_text(content, encoding="utf-8")
    return folder


def test_a_pack_of_a_text_alone_is_whole(tmp_path: Path):
    """Every other part is empty, and the clauses are there."""
    pack = PolicyPack.from_folder(write(tmp_path / "a")).check()

    assert [clause.text for clause in pack.policy][-2:] == ["No spam.", "No scams."]
    assert (pack.id, pack.version, pack.spec) == ("my-rules", "2026-01-01", "my-rules@2026-01-01")
    assert pack.title == "Me Rules (2026-01-01)"
    assert not pack.exemplars.counts().total()
    assert not pack.readings
    assert not pack.facts.facts
    assert not pack.history.revisions
    assert set(pack.marks) == {group.id for group in pack.policy.groups}
    assert all(pack.lane_of(clause) in Lane for clause in pack.policy)
    assert pack.policy.kinds_are_guesses


def test_the_bundled_pack_is_read_by_the_same_code(tmp_path: Path):
    """A copy of its folder anywhere gives the same policy, readings, facts, history and marks."""
    bundled = bundled_pack()
    copy = PolicyPack.from_folder(Path(shutil.copytree(bundled.folder, tmp_path / "copy"))).check()

    assert copy.policy == bundled.policy
    assert copy.readings == bundled.readings
    assert copy.facts == bundled.facts
    assert copy.history == bundled.history
    assert copy.marks == bundled.marks
    assert copy.exemplars.sha256 == bundled.exemplars.sha256


def test_equal_packs_are_not_the_same_key():
    """What is kept for one pack is never taken for another that happens to look alike."""
    bundled = bundled_pack()
    twin = PolicyPack.from_folder(bundled.folder)

    assert twin != bundled
    assert len({twin: 1, bundled: 2}) == 2


def test_a_policy_never_gets_another_ones_reading_for_an_equal_id(tmp_path: Path):
    """A clause with the bundled policy's id `health`, in a pack without readings, has none."""
    names = '{"sections": {}, "labels": {}, "short": {}, "categories": {}, "clauses": {"No spam.": "health"}}'
    pack = PolicyPack.from_folder(write(tmp_path / "a", names_json=names))

    assert pack.policy.clause("health").text == "No spam."
    assert "health" not in pack.readings
    assert "health" in bundled_pack().readings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("", "Expected 'id' in "),
        ('id = "a"\n', "Expected 'publisher' in "),
        ("id = ", "Expected TOML in "),
        (SETTINGS.replace("my-rules", "My Rules"), "Expected an id of small letters, digits and hyphens in "),
        (SETTINGS.replace("2026-01-01", '"2026"'), "Expected 'updated' as date in "),
        (SETTINGS + "strange = 1\n", "Expected only id, publisher, title,"),
        (SETTINGS + 'dialect = "klingon"\n', "Expected a dialect among openai-2023, outline in "),
    ],
)
def test_wrong_settings_are_one_sentence(tmp_path: Path, settings: str, message: str):
    """What was expected, what came, where."""
    with pytest.raises(PackError) as caught:
        PolicyPack.from_folder(write(tmp_path / "a", settings=settings))

    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", ["pack.toml", "policy.md"])
def test_a_missing_part_is_named(tmp_path: Path, missing: str):
    """The two that every pack has."""
    folder = write(tmp_path / "a")
    (folder / missing).unlink()

    with pytest.raises(PackError, match=f"Expected the file .*{missing} of a policy pack, but it cannot be read"):
        PolicyPack.from_folder(folder)


@pytest.mark.parametrize(
    "parts",
    [
        {"readings_json": "{"},
        {"readings_json": '{"readings": {"health": {}}}'},
        {"facts_json": "[]"},
        {"history_json": '{"kinds": [], "revisions": {"2020-01-01": {"kinds": [], "why": ""}}}'},
        {"exemplars_jsonl": '{"clause_id": "health", "text": "x"}\n'},
        {"exemplars_jsonl": '{"clause_id": null, "text": "x"}\n{"clause_id": null, "text": "X "}\n'},
        {"names_json": "[]"},
    ],
    ids=[
        "readings, broken",
        "readings, foreign",
        "facts",
        "history",
        "exemplars, foreign",
        "exemplars, doubled",
        "names",
    ],
)
def test_a_broken_or_foreign_part_is_one_sentence(tmp_path: Path, parts: dict[str, str]):
    """Nothing but a PackError, whatever stands in it."""
    with pytest.raises(PackError) as caught:
        PolicyPack.from_folder(write(tmp_path / "a", **parts)).check()

    assert "\n" not in str(caught.value)


def test_marks_of_groups_that_do_not_exist_are_refused(tmp_path: Path):
    """With the symbols that there are."""
    settings = SETTINGS + '[marks]\nnothing = { color = "#000000" }\n'

    with pytest.raises(PackError, match="Expected marks of this policy's groups"):
        PolicyPack.from_folder(write(tmp_path / "a", settings=settings)).check()


def test_a_changed_text_is_refused_where_its_digest_is_named(tmp_path: Path):
    """The digest is computed where the text is read, and no caller's word is taken for it."""
    settings = SETTINGS + f'sha256 = "{"0" * 64}"\n'

    with pytest.raises(PolicyIntegrityError, match="with SHA-256 0000"):
        PolicyPack.from_folder(write(tmp_path / "a", settings=settings))


@pytest.mark.parametrize(
    "text",
    ["", "\n \n", "\ufeff", "---\n", b"\xff\xfe", b"# A\n\x00\n", "<!-- nothing -->\n"],
    ids=["empty", "blank", "mark only", "rule only", "not UTF-8", "NUL", "comment only"],
)
def test_a_text_without_a_clause_is_one_sentence(tmp_path: Path, text: str | bytes):
    """Or a sound parse where there is something to read; never a traceback."""
    try:
        pack = PolicyPack.from_folder(write(tmp_path / "a", text=text))
    except PackError as error:
        assert "policy.md" in str(error)
        assert "\n" not in str(error)
    else:
        assert pack.policy.clauses


@pytest.mark.parametrize(
    "text",
    [
        "One clause without any list.",
        "\ufeff# Rules\r\n\r\n* No spam.\r\n* No <b>scams</b>.\r\n",
        "".join(f"{'#' * min(level, 6)} Level {level}\n\nClause of level {level}.\n\n" for level in range(1, 10)),
        "# Rules\n\n" + "".join(f"* Rule number {number} forbids thing {number}.\n" for number in range(5_000)),
    ],
    ids=["one clause", "CRLF, BOM, HTML", "nine deep", "5,000 clauses"],
)
def test_unusual_texts_are_read_soundly(tmp_path: Path, text: str):
    """Every clause slices back out of the source."""
    policy = PolicyPack.from_folder(write(tmp_path / "a", text=text)).check().policy

    assert policy.clauses
    assert all(clause.span.slice(policy.source) == clause.verbatim for clause in policy)
    assert len(policy.columns) == len(policy.clauses)


def test_the_shelf_finds_by_id_and_version(packs_folder: Path):
    """Without a version the latest; None is the default."""
    shelf = Shelf.from_folder(packs_folder)

    assert shelf.find(None) is shelf.default is bundled_pack()
    assert shelf.find("openai") is bundled_pack()
    assert shelf.find("openai@2023-03-23") is bundled_pack()
    assert shelf.find("acme-aup").version == shelf.find("acme-aup@latest").version == "2026-01-31"
    assert shelf.find("acme-aup@2025-01-15").version == "2025-01-15"
    assert [pack.version for pack in shelf.versions("acme-aup")] == ["2026-01-31", "2025-01-15"]
    assert [pack.spec for pack in shelf.latest] == ["openai@2023-03-23", "acme-aup@2026-01-31"]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("acme", "No policy has the id 'acme'; the nearest is acme-aup@2025-01-15."),
        (
            "acme-aup@2020-01-01",
            "Expected a version of acme-aup among 2026-01-31 and 2025-01-15, or latest, got '2020-01-01'.",
        ),
        ("", "No policy has the id ''; the nearest is "),
        ("x" * 500, "No policy has the id 'xxxxx"),
    ],
)
def test_an_unknown_policy_is_one_sentence_that_names_the_nearest(packs_folder: Path, spec: str, message: str):
    """However long what was asked for is."""
    with pytest.raises(UnknownPolicyError) as caught:
        Shelf.from_folder(packs_folder).find(spec)

    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 200


def test_two_packs_with_one_id_and_version_are_refused(tmp_path: Path):
    """Both folders are named."""
    write(tmp_path / "packs" / "a")
    write(tmp_path / "packs" / "b")

    with pytest.raises(
        PackError, match=r"^Expected each policy once, but .*/a and .*/b both claim my-rules@2026-01-01"
    ):
        Shelf.from_folder(tmp_path / "packs")


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path):
    """As at every other door."""
    with pytest.raises(PackError, match=r"Expected a folder of policy packs, but .* cannot be read"):
        Shelf.from_folder(tmp_path / "nothing")


def test_the_environment_names_a_folder_of_packs(packs_folder: Path, monkeypatch: pytest.MonkeyPatch):
    """POLICY_INDEX_PACKS; and one folder's shelf is read once."""
    monkeypatch.setenv("POLICY_INDEX_PACKS", str(packs_folder))

    assert "acme-aup" in {pack.id for pack in load_shelf().packs}
    assert load_shelf() is load_shelf(packs_folder)
