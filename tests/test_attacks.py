"""The attack suite's own parts: the same inputs every time, a table that a document quotes. It is run by `python -m attacks`."""

import platform
import random
from datetime import date
from pathlib import Path

import pytest
from attacks.__main__ import attacks, lacking_in
from attacks.inputs import body, texts
from attacks.inside import assistants, command, files, http, library
from attacks.results import Result, bare, row_of, rows_in, table_of, this_machine, write_table
from support import CLONE


def test_the_inputs_of_a_seed_are_the_same_every_time():
    """So that a failure can be looked at again."""
    assert list(texts(7, 200)) == list(texts(7, 200))
    assert list(texts(7, 20)) != list(texts(8, 20))
    one, other = random.Random(1), random.Random(1)  # noqa: S311  # no secret
    assert [body(one, {"text": "a"}) for _ in range(50)] == [body(other, {"text": "a"}) for _ in range(50)]


ROW = ("64 clients for 20 s", "1,200", "0", "none lost", "29 November 2026, 2 cores, Linux x86_64, Python 3.11.7")


def test_a_document_quotes_the_table_between_its_marks(tmp_path: Path):
    """What is run again is written anew in its place, whatever numbers its name has; other rows stay, and so does what stands around."""
    document = tmp_path / "SECURITY.md"
    document.write_text("# Security\n\nBefore.\n\n<!-- attacks -->\n<!-- /attacks -->\n\nAfter.\n", encoding="utf-8")
    full = row_of(Result(attack="disk full", count=3, said="a | b\nc"), day=date(2026, 11, 30), machine=this_machine())

    write_table(document, [("64 clients for 600 s", *ROW[1:]), full])
    write_table(document, [ROW])

    written = document.read_text(encoding="utf-8")
    assert written.startswith("# Security\n\nBefore.")
    assert written.endswith("After.\n")
    assert rows_in(written) == [ROW, full]
    assert full[3] == "a / b c"
    assert lacking_in(written, [Result(attack="64 clients for 7 s"), Result(attack="read-only folder")]) == [
        "read-only folder"
    ]
    assert rows_in("# Security\n") == []


def test_the_security_page_quotes_a_table_as_the_command_prints_it():
    """A row for each attack; what was changed by hand into another form is noticed."""
    page = (CLONE / ".github" / "SECURITY.md").read_text(encoding="utf-8")
    rows = rows_in(page)

    assert len(rows) == len({bare(row[0]) for row in rows}) > 10
    assert table_of(rows) in page
    with pytest.raises(ValueError, match="as `python -m attacks --write` puts it there"):
        rows_in(page.replace(rows[0][4], "yesterday"))
    assert platform.node() not in this_machine()


def test_a_few_hostile_inputs_through_every_door():
    """Each door is attacked here too, a little: nothing but answers and refusals."""
    results = [attack(60) for attack in (library, http, assistants, command, files)]

    assert [result.failures for result in results] == [[]] * 5
    assert [result.count >= 60 for result in results] == [True] * 5


def test_every_attack_has_a_name_in_both_modes():
    """The bounded run leaves none out."""
    assert list(attacks(long=True)) == list(attacks(long=False))
