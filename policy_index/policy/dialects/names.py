"""Names that people gave to the parts of one policy: ids that outlive rewording, and labels for charts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policy_index.errors import PolicyParseError


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratedNames:
    """Curated ids and labels of one policy; whatever is not named here gets a name made of its first words.

    Attributes:
        sections: Title of a section -> its id.
        labels: Id of a section -> its label in positions, `Disallowed usage`; default: the id with blanks, capitalised.
        short: Id of a section -> what stands before a rule's number and before a paragraph's number in short positions.
        categories: Id of a category -> its short name.
        clauses: First words of a clause -> its id.
    """

    sections: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    short: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, content: str) -> "CuratedNames":
        """Read `{"sections": {}, "labels": {}, "short": {id: [rules, paragraphs]}, "categories": {}, "clauses": {}}`.

        Every part may be missing.

        Raises:
            PolicyParseError: The content has another shape.
        """
        try:
            record = json.loads(content)
        except (ValueError, RecursionError) as error:
            message = f"Expected curated names as JSON, but they cannot be read: {error}."
            raise PolicyParseError(message) from None
        parts = ("sections", "labels", "short", "categories", "clauses")
        if not isinstance(record, dict) or not set(record) <= set(parts):
            came = ", ".join(map(repr, record))[:60] if isinstance(record, dict) else type(record).__name__
            message = f"Expected curated names as an object of {', '.join(parts)}, got {came or 'nothing'}."
            raise PolicyParseError(message)
        words = {part: _words(part, record.get(part, {})) for part in parts if part != "short"}
        return cls(short=_pairs(record.get("short", {})), **words)

    def label(self, section_id: str) -> str:
        """Return what a position calls a section with a curated id."""
        return self.labels.get(section_id, section_id.replace("-", " ").capitalize())

    def clause_id(self, text: str) -> str | None:
        """Return the curated id of the clause that begins so; of several the one that names most words."""
        found = [words for words in self.clauses if text.startswith(words)]
        return self.clauses[max(found, key=len)] if found else None


NO_NAMES = CuratedNames()
"""What a policy has that nobody gave names to."""


def _words(part: str, table: Any) -> Mapping[str, str]:
    if not isinstance(table, dict) or not all(isinstance(value, str) and value for value in table.values()):
        message = f"Expected {part!r} of the curated names as an object of words, got {json.dumps(table)[:60]}."
        raise PolicyParseError(message)
    return table


def _pairs(table: Any) -> Mapping[str, tuple[str, str]]:
    if isinstance(table, dict) and all(_is_pair(value) for value in table.values()):
        return {section: (rules, paragraphs) for section, (rules, paragraphs) in table.items()}
    message = f"Expected 'short' of the curated names as an object of two labels each, got {json.dumps(table)[:60]}."
    raise PolicyParseError(message)


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and [type(each) for each in value] == [str, str]
