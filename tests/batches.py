"""What the tests of many texts share: the command with letters for a model, and what it left behind."""

import csv
import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook
from support import LetterEncoder, Run, letter_index

from policy_index import ClauseIndex, PolicyPack
from policy_index.cli import loading


def letters_for_a_model(pack: PolicyPack, _model: str | None = None) -> ClauseIndex:
    """Stand in for `load_index`."""
    return letter_index(pack, LetterEncoder())


def batch_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs `policy-index batch` with some arguments, and letters for a model."""
    monkeypatch.setattr(loading, "load_index", letters_for_a_model)
    return partial(run, "batch")


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def json_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def parquet(columns: dict[str, list[object]]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue()
