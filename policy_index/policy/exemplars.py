"""Example inputs for each clause, written for this project: loaded, validated, grouped by clause."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from policy_index.errors import ExemplarError
from policy_index.policy.document import Policy
from policy_index.words import shortened


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemplar:
    """A text that a careful reviewer would bring under this clause before every other; None: under no clause.

    `hard` marks a harmless text that shares the policy's words or topics.
    """

    clause_id: str | None
    text: str
    hard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemplarSet:
    """The exemplars of one policy: `by_clause` in document order, and the `harmless` ones that touch no clause.

    `hard` are those of the harmless ones that share the policy's words or topics.
    """

    by_clause: dict[str, tuple[str, ...]]
    harmless: tuple[str, ...]
    hard: frozenset[str] = frozenset()

    @property
    def sha256(self) -> str:
        """Digest of the content, blind to the order of clauses in the file."""
        canonical = json.dumps([sorted(self.by_clause.items()), self.harmless], ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @classmethod
    def empty(cls, policy: Policy) -> "ExemplarSet":
        """Return the set of a policy for which nobody has written exemplars."""
        return cls(by_clause={clause.id: () for clause in policy}, harmless=())

    @classmethod
    def from_rows(cls, rows: Iterable[Exemplar], *, policy: Policy) -> "ExemplarSet":
        """Group `rows` by clause.

        Raises:
            ExemplarError: A clause id is unknown, a text is blank, or a text stands there twice; the message names the
                line, counted from 1.
        """
        known = {clause.id for clause in policy}
        grouped: dict[str | None, list[str]] = {clause.id: [] for clause in policy}
        seen: dict[str, int] = {}
        hard: set[str] = set()
        for line, row in enumerate(rows, 1):
            if row.clause_id is not None and row.clause_id not in known:
                message = f"Line {line} of the exemplars: expected the id of a clause or null, got {row.clause_id!r}."
                raise ExemplarError(message)
            folded = folded_text(row.text)
            if not folded:
                message = f"Line {line} of the exemplars: expected a text, got a blank one."
                raise ExemplarError(message)
            if folded in seen:
                message = (
                    f"Line {line} of the exemplars: expected a new text, got the one of line {seen[folded]} again."
                )
                raise ExemplarError(message)
            seen[folded] = line
            grouped.setdefault(row.clause_id, []).append(row.text)
            if row.hard:
                hard.add(row.text)
        harmless = tuple(grouped.pop(None, ()))
        return cls(
            by_clause={clause_id: tuple(texts) for clause_id, texts in grouped.items() if clause_id is not None},
            harmless=harmless,
            hard=frozenset(hard),
        )

    @classmethod
    def from_jsonl(cls, content: str, *, policy: Policy) -> "ExemplarSet":
        """Read one JSON object a line: `{"clause_id": id or null, "text": "..."}`; harmless texts may add `"hard": true`.

        Raises:
            ExemplarError: As `from_rows`, or a line is not such an object.
        """
        lines = content.removesuffix("\n").split("\n")
        return cls.from_rows((_row(line, number) for number, line in enumerate(lines, 1)), policy=policy)

    def counts(self) -> Counter[str]:
        """Return how many exemplars each clause has."""
        return Counter({clause_id: len(texts) for clause_id, texts in self.by_clause.items()})


def folded_text(text: str) -> str:
    """Return what two texts have in common that differ in capitals and white space only."""
    return " ".join(text.casefold().split())


def _row(line: str, number: int) -> Exemplar:
    expected = '{"clause_id": id or null, "text": "..."}'
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or value.keys() - {"hard"} != {"clause_id", "text"}:
        message = f"Line {number} of the exemplars: expected {expected}, got “{shortened(line, letters=60)}”."
        raise ExemplarError(message)
    if (
        not isinstance(value["text"], str)
        or not isinstance(value["clause_id"], str | None)
        or not isinstance(value.get("hard", False), bool)
    ):
        message = f"Line {number} of the exemplars: expected {expected}, got values of other types."
        raise ExemplarError(message)
    return Exemplar(clause_id=value["clause_id"], text=value["text"], hard=value.get("hard", False))
