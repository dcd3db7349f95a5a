"""A row of a suite is kept as an example of the policy that it was checked under, by whoever may change that."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from libraries import rules
from streamlit.testing.v1 import AppTest
from suites import boards_by_hand, do, paste
from support import LetterEncoder, few_exemplars
from visiting import open_page, open_site, served_by

from policy_index import Indexes, Shelf
from policy_index.library.doors import with_library
from policy_index.library.library import Library
from policy_index.server.service import Service

SPEC = "my-rules@2026-01-01"
KEEP = f"row-example-keep {SPEC} 1"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library with one policy, which the server's shelf finds."""
    url = f"sqlite:///{tmp_path / 'library.sqlite3'}"
    monkeypatch.setenv("POLICY_INDEX_DATABASE", url)
    library = Library.open(url)
    library.add(rules())
    encoder = LetterEncoder()
    bundled = few_exemplars(Shelf.from_folder(None).default)
    with served_by(Service(with_library(Shelf.from_packs([bundled])), Indexes(lambda: encoder))), boards_by_hand():
        yield library
    library.close()


def bound_to(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    original = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: address if name == "server.address" else original(name))


def row_open(policy: str) -> AppTest:
    """A visitor who has opened the second of two rows under a policy."""
    site = open_page(open_site(policy=policy), "batch")
    return do(paste(site, "spam for everyone\na million letters"), row=1)


def test_the_open_row_is_kept_as_an_example_of_a_clause(library: Library, monkeypatch: pytest.MonkeyPatch):
    """Of the policy that it was checked under; that is said, and the row stays open."""
    bound_to(monkeypatch, "localhost")
    site = row_open(SPEC)
    assert not site.exception

    clause = site.selectbox(key=f"row-example {SPEC} 1").options[0]
    site.button(key=KEEP).click().run()

    assert not site.exception
    assert [each.value for each in site.success] == ["Kept as an example. The next search learns from it\\."] or [
        each.value.replace("\\", "") for each in site.success
    ] == ["Kept as an example. The next search learns from it."]
    (kept,) = library.notes.examples(SPEC)
    assert (kept.example.text, kept.example.origin) == ("a million letters", "batch")
    assert kept.example.clause_id is None or clause.startswith(
        library.pack(SPEC).policy.clause(kept.example.clause_id).position
    )


def test_nothing_is_offered_to_those_who_may_not_change_the_policy(library: Library, monkeypatch: pytest.MonkeyPatch):
    """On a server that others reach and nobody signs in to; nor for a policy that no library keeps."""
    bound_to(monkeypatch, "localhost")
    assert KEEP in [button.key for button in row_open(SPEC).button]
    bundled = Shelf.from_folder(None).default.spec
    assert not [button.key for button in row_open(bundled).button if str(button.key).startswith("row-example-keep")]

    bound_to(monkeypatch, "0.0.0.0")  # noqa: S104
    assert KEEP not in [button.key for button in row_open(SPEC).button]
    assert library.notes.examples(SPEC) == ()
