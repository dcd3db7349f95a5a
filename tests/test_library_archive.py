"""A policy travels as one zip; what comes in as one is hostile."""

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libraries import rules

from policy_index import PackError, PolicyIndexError, PolicyPack
from policy_index.errors import LibraryError
from policy_index.library import archive
from policy_index.library.archive import archive_of, texts_of
from policy_index.library.library import Library

PARTS = dict(rules().texts)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(f"sqlite:///{tmp_path / 'library.sqlite3'}") as opened:
        yield opened


def zipped(*members: tuple[str | zipfile.ZipInfo, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of members, with the parts of a sound pack before them."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as made:
        for name, content in (*PARTS.items(), *members):
            made.writestr(name, content)
    return held.getvalue()


def test_an_exported_policy_is_a_packs_folder_in_a_zip(library: Library, tmp_path: Path):
    """Unzipped, it is read as any folder of a pack; equal content makes equal bytes."""
    library.add(rules())

    content = library.export("my-rules")

    with zipfile.ZipFile(io.BytesIO(content)) as made:
        assert made.namelist() == ["pack.toml", "policy.md"]
        made.extractall(tmp_path / "pack")
    assert PolicyPack.from_folder(tmp_path / "pack").policy == library.pack("my-rules").policy
    assert library.export("my-rules") == content


def link() -> zipfile.ZipInfo:
    made = zipfile.ZipInfo("link")
    made.external_attr = 0o120777 << 16
    return made


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Expected a zip of a policy, but it cannot be read"),
        (b"PK\3\4 and no more", "Expected a zip of a policy, but it cannot be read"),
        (zipped()[:-40], "Expected a zip of a policy, but it cannot be read"),
        (zipped(("../policy.md", "x")), "Expected only the parts of a policy's pack in the zip, got '../policy.md'"),
        (zipped(("/etc/passwd", "x")), "Expected only the parts of a policy's pack in the zip, got '/etc/passwd'"),
        (zipped(("a\\b", "x")), "Expected only the parts of a policy's pack in the zip, got "),
        (zipped((link(), "/etc/passwd")), "Expected only the parts of a policy's pack in the zip, got 'link'"),
        (zipped(("fitted/scorer.npz", "x")), "Expected only the parts of a policy's pack in the zip, got 'fitted/"),
        (zipped(("heldout_../x.jsonl", "x")), "Expected only the parts of a policy's pack in the zip, got 'heldout_"),
        (zipped(("x" * 5000, "x")), "Expected only the parts of a policy's pack in the zip, got 'xxx"),
        (zipped(*((f"heldout_{n}.jsonl", "") for n in range(80))), "Expected at most 64 members in the zip"),
        (zipped(method=zipfile.ZIP_LZMA), "Expected members that are stored or deflated"),
        (zipped(("names.json", b"\xff")), "Line 1 of names.json of the zip: expected UTF-8"),
        (archive_of({"policy.md": "x"}), "Expected pack.toml and policy.md in the zip of a policy, but pack.toml is"),
        (zipped(("facts.json", b"0" * 50_000_001)), "Expected at most 50,000,000 bytes in facts.json"),
        (
            zipped(*((f"heldout_{n}.jsonl", b"0" * 45_000_000) for n in range(3))),
            "Expected at most ",
        ),
        (b"0" * 50_000_001, "Expected a zip of a policy of at most 50,000,000 bytes"),
    ],
    ids=range(17),
)
def test_a_hostile_zip_is_refused_in_one_sentence(library: Library, content: bytes, message: str):
    """Before it is expanded where that can be; nothing of it is kept."""
    with pytest.raises((LibraryError, PackError)) as caught:
        library.import_(content)

    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
    assert library.specs() == ()


def test_a_part_that_is_there_twice_is_refused(library: Library):
    """Which of the two was meant, nobody knows."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped(("policy.md", "# Other\n\nAnother text.\n"))

    with pytest.raises(LibraryError, match=r"got 'policy.md' twice"):
        library.import_(content)


def test_a_header_that_lies_about_a_size_is_not_believed(monkeypatch: pytest.MonkeyPatch):
    """What is expanded is counted, and it ends at the limit."""
    monkeypatch.setattr(archive, "LARGEST_PART", 1000)
    content = bytearray(zipped(("facts.json", b"0" * 500_000)))
    real, lie = struct.pack("<L", 500_000), struct.pack("<L", 10)
    assert content.count(real) == 2
    content[:] = content.replace(real, lie)

    with pytest.raises(PolicyIndexError):
        texts_of(bytes(content))


def test_a_zip_with_a_password_is_refused():
    """The flag says so."""
    content = bytearray(zipped())
    for signature, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(signature) + place] |= 1

    with pytest.raises(LibraryError, match="without a password"):
        texts_of(bytes(content))


@given(st.integers(0, len(zipped()) - 1), st.integers(0, 255))
def test_a_damaged_zip_raises_nothing_but_the_projects_errors(place: int, value: int):
    """Whichever byte is another one."""
    content = bytearray(zipped())
    content[place] = value

    try:
        texts_of(bytes(content))
    except PolicyIndexError as error:
        assert "\n" not in str(error)


def test_what_is_imported_must_be_sound(library: Library):
    """A wrong digest, an edit that does not fit, an exemplar of no clause, a broken confirmation: refused, nothing kept."""
    digest = PARTS["pack.toml"] + f'sha256 = "{"0" * 64}"\n'
    hostile = [
        {**PARTS, "pack.toml": digest},
        {**PARTS, "edits.json": '{"schema": 1, "edits": [{"edit": "drop", "clause": [0, 1]}]}'},
        {**PARTS, "exemplars.jsonl": '{"clause_id": "no", "text": "x"}\n'},
        {**PARTS, "confirmations.jsonl": '{"clause_id": "no"}\n'},
        {**PARTS, "confirmations.jsonl": "[" * 100_000},
        {**PARTS, "set_aside.jsonl": '{"clause_id": 5, "text": "x"}\n'},
        {**PARTS, "names.json": "[" * 100_000},
    ]

    for texts in hostile:
        with pytest.raises(PolicyIndexError) as caught:
            library.import_(archive_of(texts))
        assert "\n" not in str(caught.value)
    assert library.specs() == ()
    assert library.import_(archive_of(PARTS)).spec == "my-rules@2026-01-01"
    with pytest.raises(LibraryError, match="not there yet, but my-rules@2026-01-01 is"):
        library.import_(archive_of(PARTS))
