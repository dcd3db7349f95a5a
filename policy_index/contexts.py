"""What a person says of a product beside its description, and the clauses that apply then by the policy's own words."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from policy_index.document import Clause, PolicyDocument


class Context(StrEnum):
    """A fact about a product; the value is its name in commands and records."""

    CONSUMERS = "consumer-facing"
    MEDICINE = "medical"
    LAW = "legal"
    FINANCE = "financial"
    NEWS = "news"
    CONVERSATION = "talks-with-people"
    SIMULATION = "simulates-a-person"
    DECISIONS = "automated-decisions"
    PUBLICATION = "public-showing"
    PLUGIN = "plugin"

    @property
    def words(self) -> str:
        """The fact in words, after “You said that”."""
        return _WORDS[self]

    @property
    def label(self) -> str:
        """The fact as a short label to tick."""
        return _LABELS[self]


_LABELS = {
    Context.CONSUMERS: "Consumers use it directly",
    Context.MEDICINE: "Medicine",
    Context.LAW: "Law",
    Context.FINANCE: "Finance",
    Context.NEWS: "News",
    Context.CONVERSATION: "Talks with people",
    Context.SIMULATION: "Simulates a person",
    Context.DECISIONS: "Decides about people automatically",
    Context.PUBLICATION: "Livestream, demo or research",
    Context.PLUGIN: "ChatGPT plugin",
}

_WORDS = {
    Context.CONSUMERS: "consumers use it directly",
    Context.MEDICINE: "it is for medicine",
    Context.LAW: "it is for law",
    Context.FINANCE: "it is for finance",
    Context.NEWS: "it writes or summarises news",
    Context.CONVERSATION: "it talks with people by itself",
    Context.SIMULATION: "it simulates a person",
    Context.DECISIONS: "it decides about people automatically",
    Context.PUBLICATION: "its outputs are used in livestreams, demonstrations or research",
    Context.PLUGIN: "it is a ChatGPT plugin",
}


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
class _Rule:
    needs: frozenset[Context]
    clause_id: str
    words: str


def _rule(*needs: Context, clause_id: str, words: str) -> _Rule:
    return _Rule(needs=frozenset(needs), clause_id=clause_id, words=words)


_DISCLAIMER = "further-requirements/ai-disclaimer"
_DISCLOSURE = "further-requirements/ai-disclosure"

_RULES = (
    *(
        _rule(Context.CONSUMERS, industry, clause_id=_DISCLAIMER, words=words)
        for industry, words in {
            Context.MEDICINE: "Consumer-facing uses of our models in medical, financial, and legal industries",
            Context.LAW: "Consumer-facing uses of our models in medical, financial, and legal industries",
            Context.FINANCE: "Consumer-facing uses of our models in medical, financial, and legal industries",
            Context.NEWS: "in news generation or news summarization",
        }.items()
    ),
    _rule(
        Context.CONVERSATION,
        clause_id=_DISCLOSURE,
        words="Automated systems (including conversational AI and chatbots) must disclose to users",
    ),
    _rule(Context.SIMULATION, clause_id=_DISCLOSURE, words="products that simulate another person"),
    _rule(
        Context.DECISIONS,
        clause_id="economic-harm/automated-eligibility",
        words="Automated determinations of eligibility",
    ),
    _rule(
        Context.PUBLICATION,
        clause_id="further-requirements/sharing-and-publication",
        words="livestreams, demonstrations, and research",
    ),
    *(
        _rule(Context.PLUGIN, clause_id=f"plugin-policies/{rule}", words=words)
        for rule, words in {
            "accurate-description": "The plugin manifest",
            "no-deceptive-instructions": "the plugin manifest, OpenAPI endpoint descriptions, or plugin response messages",
            "no-safety-circumvention": "plugins",
            "no-automated-conversations": "plugins",
            "label-ai-content": "Plugins that distribute personal communications or content",
        }.items()
    ),
)


def reasons(stated: Collection[Context], document: PolicyDocument) -> dict[str, tuple[Reason, ...]]:
    """Return by clause id why clauses apply to a product of which these facts were stated."""
    found: dict[str, tuple[Reason, ...]] = {}
    for rule in _RULES:
        if rule.needs <= set(stated):
            because = " and that ".join(context.words for context in Context if context in rule.needs)
            reason = Reason(
                clause=document.clause(rule.clause_id), because=f"You said that {because}.", words=rule.words
            )
            found[rule.clause_id] = (*found.get(rule.clause_id, ()), reason)
    return found


_SIGNS = {
    Context.MEDICINE: r"patients?|symptoms?|medical|clinics?|doctors?|health\s?care",
    Context.LAW: r"lawyers?|solicitors?|attorneys?|legal",
    Context.FINANCE: r"invest(?:ing|ments?|ors?)|loans?|financial|savings|credit",
    Context.NEWS: r"news|headlines?|journalis[mt]s?",
    Context.CONVERSATION: r"chat\s?bots?|chat\s+windows?|voice\s+(?:assistant|companion|agent)s?|conversational|companion\s+app",
    Context.SIMULATION: r"impersonat\w+|cloned?\s+voices?|in\s+the\s+(?:voice|style)\s+of|talks\s+like|deep\s?fakes?",
    Context.DECISIONS: r"automatically\s+(?:reject|decide|approve|score|rank)\w*|applicants?",
    Context.PUBLICATION: r"live\s?streams?|demos?|demonstrations?|research",
    Context.PLUGIN: r"plug-?ins?",
}


def signs(text: str) -> dict[Context, str]:
    """Return the facts that words of `text` suggest, each with the first such words: to be asked about, never assumed."""
    found = {}
    for context, pattern in _SIGNS.items():
        if match := re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
            found[context] = " ".join(match[0].split())
    return found
