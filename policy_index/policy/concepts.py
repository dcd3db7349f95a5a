"""Concepts: topics that usage policies speak of, with example texts written for this project; no policy's own words.

They are the axes of a space in which a clause of any policy has a place (`search/concept_space.py`).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from policy_index.errors import ConceptError
from policy_index.policy.exemplars import folded_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One topic.

    Attributes:
        id: Readable and stable, `voice-cloning`.
        name: A few words for people.
        definition: What it takes in, in one line.
        exemplars: Texts that touch it: requests, ideas, keywords, lines as a policy might have them.
        twins: Texts on the same topic that are plainly permitted.
    """

    id: str
    name: str
    definition: str
    exemplars: tuple[str, ...]
    twins: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptSet:
    """All concepts, in their order; `digest` is of the files that they were read from."""

    concepts: tuple[Concept, ...]
    by_id: Mapping[str, Concept]
    digest: str

    @classmethod
    def from_jsonl(cls, content: str, texts: str) -> "ConceptSet":
        """Read the concepts (`id`, `name`, `definition`) and their texts (`concept`, `kind`: touches or twin, `text`).

        Raises:
            ConceptError: A line is something else, names no concept, or has a text that stands there already.
        """
        named = [_row(line, number, ("id", "name", "definition")) for number, line in _numbered(content)]
        kinds: Mapping[str, dict[str, list[str]]] = {"touches": {}, "twin": {}}
        known = {row["id"] for row in named}
        seen: dict[str, int] = {}
        for number, line in _numbered(texts):
            row = _row(line, number, ("concept", "kind", "text"))
            if row["concept"] not in known or row["kind"] not in kinds:
                message = f"Line {number} of the concepts' texts: expected a concept and touches or twin, got {row['concept']!r} and {row['kind']!r}."
                raise ConceptError(message)
            first = seen.setdefault(folded_text(row["text"]), number)
            if first != number:
                message = (
                    f"Line {number} of the concepts' texts: expected a new text, got the one of line {first} again."
                )
                raise ConceptError(message)
            kinds[row["kind"]].setdefault(row["concept"], []).append(row["text"])
        concepts = tuple(
            Concept(
                id=row["id"],
                name=row["name"],
                definition=row["definition"],
                exemplars=tuple(kinds["touches"].get(row["id"], ())),
                twins=tuple(kinds["twin"].get(row["id"], ())),
            )
            for row in named
        )
        digest = hashlib.sha256(f"{content}\n{texts}".encode()).hexdigest()
        return cls(concepts=concepts, by_id={concept.id: concept for concept in concepts}, digest=digest)


@cache
def bundled_concepts() -> ConceptSet:
    """Return the concepts that ship."""
    folder = files("policy_index") / "data" / "concepts"
    return ConceptSet.from_jsonl(
        (folder / "concepts.jsonl").read_text(encoding="utf-8"), (folder / "texts.jsonl").read_text(encoding="utf-8")
    )


def _numbered(content: str) -> Sequence[tuple[int, str]]:
    return list(enumerate(content.removesuffix("\n").split("\n"), 1))


def _row(line: str, number: int, names: tuple[str, ...]) -> dict[str, str]:
    try:
        row = json.loads(line)
        found = {name: str(row[name]) for name in names}
    except (ValueError, KeyError, TypeError) as error:
        message = f"Line {number} of the concepts: expected {', '.join(names)}, got {type(error).__name__}: {error}."
        raise ConceptError(message) from None
    if not all(value.strip() for value in found.values()):
        message = f"Line {number} of the concepts: expected {', '.join(names)}, got a blank one."
        raise ConceptError(message)
    return found
