"""What a person changes in the tree that a grammar made of a policy's text: values, and their JSON.

An edit names clauses by their spans in the source, so that it survives a new reading of the text; `policy/editing.py` applies it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from policy_index.errors import PackError
from policy_index.policy.document import ClauseKind, Policy, Span
from policy_index.words import shortened

SCHEMA = 1
"""Version of the JSON of edits; it grows when an older program could no longer read it."""

MOST_EDITS = 100_000
"""Edits of one policy that are read: twenty for each clause of the longest policy that is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The clause takes in the one after it, whose span is `following`, and keeps its own id and kind."""

    clause: Span
    following: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The clause ends before the character `at` of the source, and a new one begins there."""

    clause: Span
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """The clause is none: its words are set aside."""

    clause: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """The clause has the id `id`."""

    clause: Span
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeKind:
    """The clause is of the kind `kind`."""

    clause: Span
    kind: ClauseKind


Edit: TypeAlias = Merge | Split | Drop | Rename | ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfitEdit:
    """An edit that does not fit the policy, and why, in one sentence."""

    edit: Edit
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedPolicy:
    """A policy with the edits that fit it, and those that do not."""

    policy: Policy
    unfit: tuple[UnfitEdit, ...] = ()


def apply_edits(policy: Policy, edits: Sequence[Edit]) -> EditedPolicy:
    """Return the policy with the edits applied one after the other; those that do not fit are reported and change nothing.

    Every clause of the result slices back to the source, no two have one id, and there is at least one.
    """
    if not edits:
        return EditedPolicy(policy=policy)
    # The tree imports the grammars' inline reader, which a pack without edits has no need of.
    from policy_index.policy.editing import Tree

    tree = Tree(policy)
    unfit = [UnfitEdit(edit=edit, reason=reason) for edit in edits if (reason := tree.apply(edit))]
    return EditedPolicy(policy=tree.policy(), unfit=tuple(unfit))


def edits_to_json(edits: Sequence[Edit]) -> str:
    """Return the edits as `{"schema": 1, "edits": [...]}`, one a line."""
    lines = ",\n".join(f" {json.dumps(_record(edit), ensure_ascii=False)}" for edit in edits)
    return f'{{"schema": {SCHEMA}, "edits": [\n{lines}\n]}}\n' if lines else f'{{"schema": {SCHEMA}, "edits": []}}\n'


def edits_from_json(content: str) -> tuple[Edit, ...]:
    """Read what `edits_to_json` wrote.

    Raises:
        PackError: It has another shape, is of a newer schema, or holds too many edits; the message names the edit, from 1.
    """
    try:
        record = json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"Expected edits of a policy as JSON, but they cannot be read: {shortened(str(error))}."
        raise PackError(message) from None
    if not isinstance(record, dict) or set(record) != {"schema", "edits"} or not isinstance(record["edits"], list):
        message = f'Expected edits of a policy as {{"schema": {SCHEMA}, "edits": [...]}}, got “{shortened(content, letters=60)}”.'
        raise PackError(message)
    if record["schema"] != SCHEMA or type(record["schema"]) is not int:
        message = f"Expected edits of schema {SCHEMA}, got schema {shortened(repr(record['schema']), letters=40)}."
        raise PackError(message)
    if len(record["edits"]) > MOST_EDITS:
        message = f"Expected at most {MOST_EDITS:,} edits of a policy, got {len(record['edits']):,}."
        raise PackError(message)
    return tuple(_edit(each, number) for number, each in enumerate(record["edits"], 1))


def _record(edit: Edit) -> dict[str, Any]:
    clause = [edit.clause.start, edit.clause.end]
    match edit:
        case Merge():
            return {"edit": "merge", "clause": clause, "following": [edit.following.start, edit.following.end]}
        case Split():
            return {"edit": "split", "clause": clause, "at": edit.at}
        case Drop():
            return {"edit": "drop", "clause": clause}
        case Rename():
            return {"edit": "rename", "clause": clause, "id": edit.id}
        case ChangeKind():
            return {"edit": "kind", "clause": clause, "kind": edit.kind.value}


_MADE: Mapping[str, tuple[frozenset[str], Callable[[Span, Mapping[str, Any]], Edit]]] = {
    "merge": (frozenset({"following"}), lambda clause, more: Merge(clause=clause, following=_span(more["following"]))),
    "split": (frozenset({"at"}), lambda clause, more: Split(clause=clause, at=_place(more["at"]))),
    "drop": (frozenset(), lambda clause, _: Drop(clause=clause)),
    "rename": (frozenset({"id"}), lambda clause, more: Rename(clause=clause, id=_word(more["id"]))),
    "kind": (frozenset({"kind"}), lambda clause, more: ChangeKind(clause=clause, kind=ClauseKind(more["kind"]))),
}
"""What each edit has beside `edit` and `clause`, and what it is made by."""


def _edit(record: Any, number: int) -> Edit:
    try:
        needed, made = _MADE[record["edit"]]
        if set(record) == needed | {"edit", "clause"}:
            return made(_span(record["clause"]), record)
    except (KeyError, TypeError, ValueError):
        pass  # said below, with the records that have other parts
    came = shortened(json.dumps(record, ensure_ascii=False), letters=80)
    message = f"Edit {number}: expected one of {', '.join(_MADE)} with its parts, got {came}."
    raise PackError(message)


def _span(value: Any) -> Span:
    start, end = value
    return Span(start=_place(start), end=_place(end))


def _place(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
