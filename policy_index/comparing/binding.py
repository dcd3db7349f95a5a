"""Edits that touch what binds, found by words: modal verbs, negations, exceptions, numbers and groups of people. English only.

A change of such words is a reason to read the clause, not a finding that it grew stricter; and a clause can grow stricter without one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby, zip_longest

from policy_index.comparing.edits import Edit, EditKind


class BindingKind(StrEnum):
    """What an edit touches."""

    MODAL = "modal"
    NEGATION = "negation"
    EXCEPTION = "exception"
    NUMBER = "number"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingEdit:
    """Words that bind, and what stands in their place.

    Attributes:
        what: What they are.
        before: The words before, lower case; empty where there were none.
        after: The words after; empty where there are none.
    """

    what: BindingKind
    before: str
    after: str


_MODALS = (
    r"must|may(?! \d)|might|should|shall|can|will|cannot|can't|mustn't|shouldn't|shan't|won't|mayn't|needn't|ought to"
    r"|(?:have|has|need|needs) to|(?:is|are) (?:to|required|obliged|permitted|allowed|prohibited|forbidden|encouraged)"
    r"|required|obliged|permitted|allowed|prohibited|prohibits?|forbidden|forbids?|banned|recommended|optional|mandatory"
    r"|disallow(?:s|ed)?|prohibiting"
)
_NEGATIONS = r"not|no|never|none|neither|nor|nothing|nobody|without|cannot|refrain|avoid|[a-z]+n't"
_EXCEPTIONS = (
    r"unless|except(?: (?:for|where|when|that|as|if|in|to|with))?|excepting|exception|exceptions|excluding|exempt(?:s|ed|ion|ions)?"
    r"|(?:with|without)(?: \S+){0,4}? (?:consent|permission|authori[sz]ation|approval|notice|consents|permissions|agreement)"
    r"|only(?: (?:if|when|where|with|after|by|for|to))?|solely|exclusively|provided that|provided(?= (?:you|we|they|it|the)\b)"
    r"|as long as|so long as|if|where (?:permitted|required|allowed|applicable)|subject to|other than|notwithstanding"
    r"|regardless of|even (?:if|when|where|with)|including but not limited to|to the extent|until|consent|permission"
)
_UNITS = (
    r"(?:%|‰|percent|per cent|(?:calendar|business|working) days?|seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?(?: old| of age)?"
    r"|times?|users?|people|persons?|words?|characters?|dollars?|euros?|pounds?|usd|eur|gbp|million|billion|trillion|thousand)"
)
_NUMBER_WORDS = (
    r"(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|half|twice|double|triple)"
)
_MONTHS = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DIGITS = r"(?:[$€£¥] )?\d\S*(?: \+)?"
_NUMBERS = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTHS}(?: \d{{4}})?|{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?(?: \d{{4}})?"
    rf"|(?:(?:under|over|above|below|least|most|than|<|>|≤|≥) )?(?:{_DIGITS}|{_NUMBER_WORDS})(?: {_NUMBER_WORDS})*(?: {_UNITS})*"
    rf"|one {_UNITS}|(?:(?:once|twice) (?:a|an|per|every|each)|every|each|per) {_UNITS}|every (?:{_DIGITS}|{_NUMBER_WORDS}) {_UNITS}|daily|weekly|monthly|quarterly|annually|yearly)"
)
_GROUPS = (
    r"minors?|child(?:ren)?(?:'s)?|kids?|teens?|teenagers?|adolescents?|young (?:people|persons?|users?)|infants?|pupils?|students?"
    r"|adults?|parents?|guardians?|elderly|seniors?|women|men|girls?|boys?"
    r"|employees?|employers?|workers?|staff|contractors?|job applicants?|candidates?|applicants?"
    r"|government(?:s|al)?|public (?:authorities|officials?|figures?)|law enforcement|police|military|courts?|authorities|politicians?|voters?"
    r"|patients?|consumers?|customers?|businesses|companies|developers?|researchers?|journalists?|teachers?|educators?"
    r"|third part(?:y|ies)|affiliates?|subsidiaries|everyone|anyone|all users|any person|people with disabilities|disabled"
    r"|refugees?|migrants?|immigrants?|minorit(?:y|ies)|vulnerable(?: \S+)?|individuals"
)


@cache
def _patterns() -> dict[BindingKind, re.Pattern[str]]:
    by_kind = {
        BindingKind.MODAL: _MODALS,
        BindingKind.NEGATION: _NEGATIONS,
        BindingKind.EXCEPTION: _EXCEPTIONS,
        BindingKind.NUMBER: _NUMBERS,
        BindingKind.GROUP: _GROUPS,
    }
    return {kind: re.compile(rf"(?<!\S)(?:{words})(?!\S)") for kind, words in by_kind.items()}


@dataclass(frozen=True, slots=True)
class _Found:
    """Words that bind, and which of a side's words they are: from and up to."""

    kind: BindingKind
    words: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Region:
    """A stretch where words come or go: from and up to, on both sides; an empty range lies between two words."""

    before: tuple[int, int]
    after: tuple[int, int]


def binding_edits(edits: Sequence[Edit]) -> tuple[BindingEdit, ...]:
    """Return what edits do to words that bind, kind by kind, in the order of the text; words that only moved within it are none.

    Words are touched where one of them comes or goes, or where something comes or goes between them.
    """
    regions = _regions(edits)
    if not regions:
        return ()
    old = _found([word for edit in edits for word in edit.words_before])
    new = _found([word for edit in edits for word in edit.words_after])
    result: list[BindingEdit] = []
    for kind in BindingKind:
        were, are = [each for each in old if each.kind is kind], [each for each in new if each.kind is kind]
        # What stands on both sides as often has stayed, wherever the runs were cut.
        fewer = Counter(each.words for each in were) - Counter(each.words for each in are)
        more = Counter(each.words for each in are) - Counter(each.words for each in were)
        gone = _touched(were, [region.before for region in regions], fewer)
        come = _touched(are, [region.after for region in regions], more)
        result += _paired(kind, gone, come)
    return tuple(result)


def _regions(edits: Sequence[Edit]) -> list[_Region]:
    regions = []
    before = after = 0
    for is_equal, run in groupby(edits, key=lambda edit: edit.kind is EditKind.EQUAL):
        start, other_start = before, after
        for edit in run:
            before += len(edit.words_before)
            after += len(edit.words_after)
        if not is_equal:
            regions.append(_Region((start, before), (other_start, after)))
    return regions


def _found(words: Sequence[str]) -> list[_Found]:
    text = " ".join(words)
    found = []
    for kind, pattern in _patterns().items():
        for each in pattern.finditer(text):
            first = text.count(" ", 0, each.start())
            found.append(_Found(kind, each[0], first, first + each[0].count(" ") + 1))
    return found


def _touched(
    found: Iterable[_Found], ranges: Sequence[tuple[int, int]], left: Counter[str]
) -> list[tuple[int, _Found]]:
    """Return the finds that a change touches, with its number; of each wording no more than one side has more than the other."""
    result = []
    for each in found:
        region = next((number for number, place in enumerate(ranges) if _touches(each, *place)), None)
        if region is not None and left[each.words] > 0:
            left[each.words] -= 1
            result.append((region, each))
    return result


def _touches(found: _Found, first: int, last: int) -> bool:
    if first == last:
        return found.first < first < found.last
    return first < found.last and last > found.first


def _paired(
    kind: BindingKind, gone: Sequence[tuple[int, _Found]], come: Sequence[tuple[int, _Found]]
) -> list[BindingEdit]:
    """Return finds of one change as edits from one to the other, in order; what has no partner there alone."""
    edits = []
    for region in sorted({region for region, _ in (*gone, *come)}):
        old = [found.words for number, found in gone if number == region]
        new = [found.words for number, found in come if number == region]
        edits += [
            BindingEdit(what=kind, before=before, after=after) for before, after in zip_longest(old, new, fillvalue="")
        ]
    return edits
