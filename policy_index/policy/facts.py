"""What a person says of a product beside its description, and the clauses that apply then by the policy's own words."""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from policy_index.errors import InputError, PackError, UnknownClauseError
from policy_index.policy.document import Clause, Policy
from policy_index.words import shortened


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact about a product that may be stated beside a text.

    Attributes:
        id: Its name in commands and records, `consumer-facing`.
        label: A short label to tick.
        words: The fact in words, after “You said that”.
        signs: Words of a text that suggest it; a trailing asterisk stands for any ending.
    """

    id: str
    label: str
    words: str
    signs: tuple[str, ...] = ()

    def sign_in(self, text: str) -> str | None:
        """Return the first words of `text` that suggest the fact: to be asked about, never assumed."""
        if not self.signs:
            return None
        found = re.search(rf"\b(?:{'|'.join(map(_pattern, self.signs))})\b", text, re.IGNORECASE)
        return " ".join(found[0].split()) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a clause applies whatever the similarity says.

    Attributes:
        clause: The clause.
        because: The facts that a person stated, in one sentence.
        words: The words of the clause that name them.
    """

    clause: Clause
    because: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A clause that applies where all facts of these ids are stated, and the words of the clause that say so."""

    needs: frozenset[str]
    clause: Clause
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts that a policy's clauses depend on, and the rules that lead from them to clauses; often there are none."""

    facts: tuple[Fact, ...] = ()
    rules: tuple[Rule, ...] = ()

    @classmethod
    def from_json(cls, content: str, *, policy: Policy) -> "Facts":
        """Read `{"facts": [{"id", "label", "words", "signs"}], "rules": [{"needs", "clause", "words"}]}`.

        Raises:
            PackError: It has another shape, names a fact or clause that is none, or quotes words that do not stand in the
                clause.
        """
        try:
            record = json.loads(content)
            facts = tuple(
                Fact(id=each["id"], label=each["label"], words=each["words"], signs=tuple(each["signs"]))
                for each in record["facts"]
            )
            known = {fact.id for fact in facts}
            return cls(facts=facts, rules=tuple(_rule(each, known, policy) for each in record["rules"]))
        except UnknownClauseError as error:
            message = f"Expected facts about this policy's clauses, but one names another. {error}"
            raise PackError(message) from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"Expected facts with id, label, words and signs, and rules with needs, clause and words, got {type(error).__name__}: {error}."
            raise PackError(message) from None

    def chosen(self, ids: Iterable[str]) -> tuple[Fact, ...]:
        """Return the facts with these ids, in the policy's order.

        Raises:
            InputError: An id is none of them.
        """
        wanted = set(ids)
        known = {fact.id for fact in self.facts}
        for unknown in sorted(wanted - known):
            expected = f"a fact among {', '.join(sorted(known))}" if known else "no facts: this policy's pack has none"
            message = f"Expected {expected}, got {shortened(unknown)!r}."
            raise InputError(message)
        return tuple(fact for fact in self.facts if fact.id in wanted)

    def reasons(self, stated: Collection[Fact]) -> dict[str, tuple[Reason, ...]]:
        """Return by clause id why clauses apply to a product of which these facts were stated."""
        ids = {fact.id for fact in stated}
        found: dict[str, tuple[Reason, ...]] = {}
        for rule in self.rules:
            if rule.needs <= ids:
                because = " and that ".join(fact.words for fact in self.facts if fact.id in rule.needs)
                reason = Reason(clause=rule.clause, because=f"You said that {because}.", words=rule.words)
                found[rule.clause.id] = (*found.get(rule.clause.id, ()), reason)
        return found

    def signs(self, text: str) -> dict[Fact, str]:
        """Return the facts that words of `text` suggest, each with the first such words."""
        found = {fact: fact.sign_in(text) for fact in self.facts}
        return {fact: words for fact, words in found.items() if words is not None}


def _pattern(sign: str) -> str:
    """Return a sign as a pattern of plain words: nothing of a pack is run as a pattern of its own."""
    words = r"\s+".join(map(re.escape, sign.removesuffix("*").split()))
    return rf"{words}\w*" if sign.endswith("*") else words


def _rule(record: dict[str, Any], known: set[str], policy: Policy) -> Rule:
    needs, clause, words = frozenset(record["needs"]), policy.clause(record["clause"]), record["words"]
    if not needs or needs - known:
        message = f"Expected rules that need facts among {', '.join(sorted(known))}, got {', '.join(sorted(needs)) or 'none'}."
        raise PackError(message)
    if words not in clause.text:
        message = f"Expected words of the clause {clause.id}, got “{shortened(words)}”, which do not stand in it."
        raise PackError(message)
    return Rule(needs=needs, clause=clause, words=words)
