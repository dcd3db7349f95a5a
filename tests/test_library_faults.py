"""A database that is locked, full, read-only, damaged or not there is one clear sentence; nothing is lost and nothing half kept."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from libraries import rules
from sqlalchemy import text

from policy_index.errors import LibraryError
from policy_index.library import store
from policy_index.library.library import Library
from policy_index.library.store import default_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A library with one policy."""
    path = tmp_path / "kept" / "library.sqlite3"
    with Library.open(f"sqlite:///{path}") as library:
        library.add(rules())
    return path


@pytest.fixture
def library(file: Path) -> Iterator[Library]:
    with Library.open(f"sqlite:///{file}") as opened:
        yield opened


def refused(url: str) -> str:
    """Return in which sentence opening is refused."""
    with pytest.raises(LibraryError) as caught:
        Library.open(url)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_default_lies_in_the_users_data_folder_and_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Policies may be confidential: nobody else reads the file; readers and a writer do not wait for each other."""
    monkeypatch.delenv("POLICY_INDEX_DATABASE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))

    with Library.open() as library, library._store.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1

    assert default_file().is_file()
    assert library.place == str(default_file())
    if os.name == "posix":
        assert default_file().stat().st_mode & 0o077 == 0


def test_the_environment_names_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """POLICY_INDEX_DATABASE, an SQLAlchemy URL."""
    monkeypatch.setenv("POLICY_INDEX_DATABASE", f"sqlite:///{tmp_path / 'named.sqlite3'}")

    with Library.open() as library:
        assert library.place == str(tmp_path / "named.sqlite3")


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://me:secret@host/db",
        "http://x",
        "sqlite:///a?mode=ro",
        "://",
    ],
)
def test_an_address_of_no_such_database_is_one_sentence(url: str):
    """Which ones there are is said; a password is not."""
    said = refused(url)

    assert said.startswith(
        "Expected POLICY_INDEX_DATABASE as sqlite:////folder/file or postgresql://user@host/database"
    )
    assert "secret" not in said


def test_a_locked_database_is_said_to_be_locked(file: Path, monkeypatch: pytest.MonkeyPatch):
    """After a wait; what another program writes is not disturbed, and reading goes on."""
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)
    with Library.open(f"sqlite:///{file}") as hasty:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(LibraryError, match=r"but another program holds it locked; try again"):
            hasty.add(rules("second"))
        assert hasty.pack("my-rules").spec == "my-rules@2026-01-01"

        other.execute("ROLLBACK")
        other.close()
        assert hasty.add(rules("second")).spec == "second@2026-01-01"


def test_a_full_disk_keeps_the_old_state(file: Path, library: Library):
    """The limit of pages stands for the disk's end: one sentence, and afterwards it can be read and written to again."""
    with library._store.reading() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()

    def fill() -> None:
        with library._store.writing() as here:
            here.execute(text(f"PRAGMA max_page_count = {pages}"))
            here.execute(text("INSERT INTO policies VALUES ('half', '2026-01-01 00:00:00')"))
            here.execute(text("INSERT INTO parts SELECT id, 'x', hex(zeroblob(500000)) FROM versions"))

    with pytest.raises(LibraryError, match=r"but there is no room left where it lies"):
        fill()
    library.close()

    with Library.open(f"sqlite:///{file}") as again:
        assert again.specs() == ("my-rules@2026-01-01",)
        again.add(rules("half"))
        assert len(again.specs()) == 2


@pytest.mark.parametrize("content", [b"no database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_said_to_be_damaged_and_stays_as_it_is(tmp_path: Path, content: bytes):
    """Somebody may still mend it."""
    path = tmp_path / "library.sqlite3"
    path.write_bytes(content)

    said = refused(f"sqlite:///{path}")

    assert "it is damaged or no database" in said
    assert path.read_bytes() == content


def test_damage_within_is_one_sentence(file: Path):
    """Where a page in the middle was overwritten."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xaa" * (len(content) - 4096)
    file.write_bytes(content)

    assert "it is damaged or no database" in refused(f"sqlite:///{file}")


def test_a_folder_in_the_files_place_is_one_sentence(tmp_path: Path):
    """And a file in a folder's."""
    (tmp_path / "taken").write_text("a file", encoding="utf-8")

    assert "no file" in refused(f"sqlite:///{tmp_path}")
    assert "cannot be made" in refused(f"sqlite:///{tmp_path / 'taken' / 'library.sqlite3'}")


def test_another_programs_file_stays_as_it_was(tmp_path: Path):
    """To the byte: not even its way of keeping a log is changed."""
    path = tmp_path / "other.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (number)")
    connection.commit()
    connection.close()
    before = path.read_bytes()

    assert "another program keeps its tables there (mine)" in refused(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_server_that_is_not_there_is_one_sentence():
    """Without the password, and without a long wait."""
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

    said = refused(f"postgresql://me:secret@127.0.0.1:{port}/library")

    assert said.startswith(
        f"Expected a library in postgresql+psycopg://me:***@127.0.0.1:{port}/library, but it cannot be reached"
    )
    assert "secret" not in said


def test_a_missing_driver_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    """PostgreSQL's is an extra."""
    monkeypatch.setitem(sys.modules, "psycopg", None)

    assert "pip install 'policy-index[postgres]'" in refused("postgresql://me@127.0.0.1:1/library")


WITHOUT_RIGHTS = """
import ctypes, os, sys
if os.getuid() == 0:
    for capability in (1, 2, 3):  # to pass over the rights of files: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP, for what is executed next
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""

READ = """
import sys
from policy_index.errors import LibraryError
from policy_index.library.library import Library
sys.path.insert(0, sys.argv[2])
from libraries import rules
library = Library.open(sys.argv[1])
print(library.writable, *library.specs(), len(library.pack("my-rules").policy.clauses))
for change in (lambda: library.add(rules("second")), lambda: library.remove("my-rules")):
    try:
        change()
    except LibraryError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="what root may is taken from it in Linux's way")
@pytest.mark.parametrize("log", ["empty", "in use"])
def test_a_read_only_library_can_be_read(file: Path, log: str):
    """File and folder cannot be written to; what stands in its log is read too, and every change is refused in a sentence."""
    holder = Library.open(f"sqlite:///{file}") if log == "in use" else None
    if holder is not None:
        holder.add(rules("in-the-log"))
    for path in file.parent.iterdir():
        path.chmod(0o444)
    file.parent.chmod(0o555)
    read = [sys.executable, "-c", WITHOUT_RIGHTS, "-c", READ, f"sqlite:///{file}", str(Path(__file__).parent)]
    try:
        done = subprocess.run(read, capture_output=True, text=True)
    finally:
        file.parent.chmod(0o755)
        if holder is not None:
            holder.close()

    expected = "in-the-log@2026-01-01 my-rules@2026-01-01" if holder is not None else "my-rules@2026-01-01"
    lines = done.stdout.splitlines()
    assert lines[:1] == [f"False {expected} 4"], done.stderr
    assert len(lines) == 3
    assert all(line.endswith("is read-only; nothing was changed.") for line in lines[1:])
