"""Clauses are encoded once: in the process, and for later processes in the cache folder; a damaged file is made again."""

from pathlib import Path

import numpy as np
import pytest
from support import LetterEncoder

from policy_index.search import clause_memory
from policy_index.search.clause_memory import ClauseMemory

CLAUSES = ["You must not.", "You may."]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a process that knows nothing yet."""
    monkeypatch.setattr(clause_memory, "user_cache_path", lambda _name: tmp_path)
    monkeypatch.setattr(clause_memory, "_vectors", type(clause_memory._vectors)())
    return tmp_path / "clauses"


def forget() -> None:
    """Be another process."""
    clause_memory._vectors.clear()


def test_what_was_encoded_is_read_again_in_this_process_and_in_the_next(folder: Path):
    """The same vectors, and no call of the encoder; another encoder's vectors are others."""
    letters = LetterEncoder()
    first = ClauseMemory(letters).encode(CLAUSES)
    assert len(letters.encoded) == 2

    forget()
    again = ClauseMemory(letters).encode(CLAUSES)

    assert len(letters.encoded) == 2
    assert np.array_equal(first, again)
    assert np.array_equal(first, LetterEncoder().encode(CLAUSES))
    other = LetterEncoder("letters-2")
    ClauseMemory(other).encode(CLAUSES)
    assert len(other.encoded) == 2
    assert len(list(folder.glob("*.npy"))) == 2


@pytest.mark.usefixtures("folder")
def test_a_version_with_one_new_clause_has_that_one_encoded():
    """Versions of one policy have most clauses in common."""
    letters = LetterEncoder()
    ClauseMemory(letters).encode(CLAUSES)

    found = ClauseMemory(letters).encode([*CLAUSES, "You should."])

    assert letters.encoded == [*CLAUSES, "You should."]
    assert np.array_equal(found, LetterEncoder().encode([*CLAUSES, "You should."]))
    assert ClauseMemory(letters).encode([]).shape == (0, 26)
    assert ClauseMemory(letters).characters_read("abc") == 3


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x93NUMPY"])
def test_a_damaged_file_is_made_again(folder: Path, content: bytes):
    """And so is one of another number of texts."""
    letters = LetterEncoder()
    ClauseMemory(letters).encode(CLAUSES)
    (file,) = folder.glob("*.npy")
    file.write_bytes(content)
    forget()

    assert np.array_equal(ClauseMemory(letters).encode(CLAUSES), LetterEncoder().encode(CLAUSES))
    assert file.stat().st_size > len(content)


def test_a_folder_that_cannot_be_written_costs_only_the_keeping(folder: Path):
    """A file stands in its place."""
    folder.write_text("in the way", encoding="utf-8")

    assert ClauseMemory(LetterEncoder()).encode(CLAUSES).shape == (2, 26)


def test_only_so_many_files_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """The latest ones."""
    monkeypatch.setattr(clause_memory, "_FILES", 2)

    for number in range(4):
        ClauseMemory(LetterEncoder()).encode([f"Clause {number}."])

    assert len(list(folder.glob("*.npy"))) == 2
