"""Two policies laid side by side -> a plain dictionary for JSON, rows for CSV, and SSSOM's table of mappings.

SSSOM (Simple Standard for Sharing Ontological Mappings, version 1.1): a YAML header in lines that begin with #, then tab-separated
rows. A gap is a row whose other side is `sssom:NoTermFound`; a rejected pair is one with the modifier `Not`.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from policy_index.comparing.crosswalk import MUTUAL, NEAREST, SURE, Crosswalk, Pairing, Row
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.records.clauses import policy_record
from policy_index.words import inert_cell

_DIGITS = 6
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

_NO_TERM = "sssom:NoTermFound"
_PREDICATE = "skos:closeMatch"
_BY_SCORE = "semapv:SemanticSimilarityThresholdMatching"
_BY_PERSON = "semapv:ManualMappingCuration"


class CrosswalkFormat(StrEnum):
    """What a crosswalk can be written as; the value is its name in commands."""

    JSON = "json"
    CSV = "csv"
    SSSOM = "sssom"


def crosswalk_paper(crosswalk: Crosswalk, form: CrosswalkFormat, *, made_on: date) -> str:
    """Return a crosswalk as a document of this format, with the day it was made."""
    match form:
        case CrosswalkFormat.JSON:
            return json.dumps(crosswalk_record(crosswalk, made_on=made_on), ensure_ascii=False, indent=2) + "\n"
        case CrosswalkFormat.CSV:
            return _table(_csv_rows(crosswalk), delimiter=",")
        case CrosswalkFormat.SSSOM:
            return "".join(f"#{line}\n" for line in _header(crosswalk, made_on)) + _table(
                _sssom_rows(crosswalk), delimiter="\t"
            )


def crosswalk_record(crosswalk: Crosswalk, *, made_on: date) -> dict[str, Any]:
    """Return a crosswalk in the shape of `policy-index crosswalk --format json`."""
    return {
        "a": policy_record(crosswalk.a),
        "b": policy_record(crosswalk.b),
        "model": crosswalk.space,
        "made_on": made_on.isoformat(),
        "thresholds": {"sure_from": SURE, "nearest_from": NEAREST, "mutual_from": MUTUAL},
        "pairs": [
            {
                "a": _side(row.clause),
                "b": None if row.nearest is None else _side(row.nearest),
                "score": None if row.score is None else round(row.score, _DIGITS),
                "pairing": row.pairing.value,
            }
            for row in crosswalk.rows
        ],
        "gaps": {
            "a": [_side(clause) for clause in crosswalk.gaps_a],
            "b": [_side(clause) for clause in crosswalk.gaps_b],
        },
        "rejected": [{"a": first.id, "b": other.id} for first, other in crosswalk.rejected],
    }


def _side(clause: Clause) -> dict[str, str]:
    return {"id": clause.id, "text": clause.text, "citation": clause.citation}


def _table(rows: Iterable[Mapping[str, Any]], *, delimiter: str) -> str:
    listed = list(rows)
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, fieldnames=list(listed[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return file.getvalue()


def _csv_rows(crosswalk: Crosswalk) -> Iterable[Mapping[str, Any]]:
    """Yield a row for each clause of A, one for each clause of B without a counterpart, and the pairs that a person rejected.

    Nothing in a cell is a formula.
    """

    def cells(policy_a: Clause | None, policy_b: Clause | None, score: float | None, pairing: str) -> dict[str, Any]:
        row = {
            "a_policy": crosswalk.a.spec,
            "a_id": policy_a and policy_a.id,
            "a_text": policy_a and policy_a.text,
            "a_citation": policy_a and policy_a.citation,
            "b_policy": crosswalk.b.spec,
            "b_id": policy_b and policy_b.id,
            "b_text": policy_b and policy_b.text,
            "b_citation": policy_b and policy_b.citation,
            "score": None if score is None else round(score, _DIGITS),
            "pairing": pairing,
            "model": crosswalk.space,
        }
        return {name: inert_cell(_one_line(cell)) if isinstance(cell, str) else cell for name, cell in row.items()}

    for row in crosswalk.rows:
        yield cells(row.clause, row.nearest, row.score, row.pairing.value)
    nearest = {row.clause.id: row for row in crosswalk.back}
    for clause in crosswalk.gaps_b:
        yield cells(nearest[clause.id].nearest, clause, nearest[clause.id].score, Pairing.GAP.value)
    for clause, other in crosswalk.rejected:
        yield cells(clause, other, None, "rejected")


def _header(crosswalk: Crosswalk, made_on: date) -> list[str]:
    """Return the metadata of the set: the slots that SSSOM asks for, in YAML; every value a JSON string, which YAML reads too."""
    first, other = _prefixes(crosswalk)
    values = {
        "mapping_set_id": f"{_base(crosswalk.a)}crosswalk:{quote(crosswalk.b.spec, safe='')}",
        "mapping_set_title": f"{crosswalk.a.title} and {crosswalk.b.title}",
        "mapping_date": made_on.isoformat(),
        "mapping_tool": "policy-index",
        "license": "https://w3id.org/sssom/license/unspecified",
        "sssom_version": "1.1",
        "subject_type": "rdfs resource",
        "object_type": "rdfs resource",
        "similarity_measure": "cosine" + (f" ({crosswalk.space})" if crosswalk.space else ""),
        "comment": f"Counterparts from a cosine of {NEAREST}, or from {MUTUAL} where each is the other's nearest; mostly right from {SURE}.",
    }
    prefixes = {
        first: _base(crosswalk.a),
        other: _base(crosswalk.b),
        "semapv": "https://w3id.org/semapv/vocab/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "sssom": "https://w3id.org/sssom/",
    }
    lines = ["curie_map:", *(f"  {name}: {_yaml(address)}" for name, address in prefixes.items())]
    return [*lines, *(f"{name}: {_yaml(value)}" for name, value in values.items())]


def _yaml(value: str) -> str:
    return json.dumps(_one_line(value), ensure_ascii=False)


def _sssom_rows(crosswalk: Crosswalk) -> Iterable[Mapping[str, Any]]:
    """Yield mappings, then gaps of A, gaps of B, and what a person rejected."""
    first, other = _prefixes(crosswalk)

    def mapping(subject: Clause | None, target: Clause | None, row: Row | None, modifier: str = "") -> dict[str, Any]:
        by_person = bool(modifier) or (row is not None and row.pairing is Pairing.CONFIRMED)
        cardinality = "1:0" if target is None else "0:1" if subject is None else ""
        return {
            "subject_id": _NO_TERM if subject is None else f"{first}:{quote(subject.id, safe='/')}",
            "subject_label": "" if subject is None else inert_cell(_one_line(subject.text)),
            "predicate_id": _PREDICATE,
            "predicate_modifier": modifier,
            "object_id": _NO_TERM if target is None else f"{other}:{quote(target.id, safe='/')}",
            "object_label": "" if target is None else inert_cell(_one_line(target.text)),
            "mapping_justification": _BY_PERSON if by_person else _BY_SCORE,
            "mapping_cardinality": cardinality,
            "similarity_score": "" if row is None or row.score is None else round(max(row.score, 0.0), _DIGITS),
        }

    for row in crosswalk.rows:
        if row.pairing is not Pairing.GAP:
            yield mapping(row.clause, row.nearest, row)
    for clause in crosswalk.gaps_a:
        yield mapping(clause, None, None)
    for clause in crosswalk.gaps_b:
        yield mapping(None, clause, None)
    for subject, target in crosswalk.rejected:
        yield mapping(subject, target, None, "Not")


def _prefixes(crosswalk: Crosswalk) -> tuple[str, str]:
    """Return two prefixes for ids, as XML names: of the two policies, told apart where they are one."""
    names = [f"p_{re.sub(r'[^A-Za-z0-9]+', '_', pack.spec)}" for pack in (crosswalk.a, crosswalk.b)]
    return (names[0], names[1]) if names[0] != names[1] else (names[0], f"{names[1]}_b")


def _base(pack: PolicyPack) -> str:
    """Return what ids of clauses are names under: no address, since a policy's clauses have none of their own."""
    return f"urn:policy-index:{quote(pack.spec, safe='')}:"


def _one_line(text: str) -> str:
    """Return text without the characters that end lines or cells."""
    return _CONTROLS.sub(" ", text)
