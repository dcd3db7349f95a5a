"""Days as policies write them: at their head, and before the entries of a changelog."""

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<{0}>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_DAY = re.compile(
    r"(?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b"
    rf"|{_MONTH.format('name')}\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year_after>\d{{4}})\b"
    rf"|(?P<day_before>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH.format('name_between')},?\s+(?P<year_last>\d{{4}})\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:this\s+(?:policy|version|document)\s+(?:is|was)\s+)?(?:date\s+)?(?:last\s+)?"
    r"(?P<what>updated?|effective|modified|revised|revision|amended|changed|published|posted|issued|released?|version|in\s+force|dated?)"
    r"(?:\s+date)?(?:\s+(?:on|as\s+of|as\s+from|from|since|of|is))?\s*[:–—-]?\s*",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\s*(?:\([^()]*\))?[\s.,;|·•/–—-]*(?:and\s+)?", re.IGNORECASE)
_RANKS = (("effective", "in force"), ("updat", "modified", "revis", "amended", "changed", "version", "date"), ("",))

_NEAR_START = 60
"""Characters within which the day of an entry stands."""

LONGEST_DATE_LINE = 200
"""Characters from which a line is more than a date."""


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that says from when a policy is.

    Attributes:
        day: The day; None where the line only announces one, or names a day that no calendar has.
        rank: 0 where it says when the policy takes effect, 1 when it was updated, 2 otherwise. The least counts.
    """

    day: date | None
    rank: int


def day_at_start(text: str) -> tuple[date, str] | None:
    """Return the day that a text begins with and what follows it; None where it begins otherwise."""
    found = _DAY.match(text.lstrip("([ "))
    day = None if found is None else _day(found)
    if found is None or day is None:
        return None
    return day, text.lstrip("([ ")[found.end() :].lstrip(" :)]–—-|.,")


def day_near_start(text: str) -> date | None:
    """Return the day among the first words of a text: `Version 2.1 (3 March 2024): …`."""
    found = _DAY.search(text[:_NEAR_START])
    return None if found is None else _day(found)


def date_line(text: str) -> DateLine | None:
    """Read a line that holds nothing but labels and days: `Updated March 23, 2023`, `Effective: 15 January 2025`."""
    if len(text) > LONGEST_DATE_LINE:
        return None
    lines: list[DateLine] = []
    at = 0
    while at < len(text):
        label = _LABEL.match(text, at)
        start = label.end() if label else at
        found = _DAY.match(text, start)
        if found is None:
            return DateLine(None, 2) if label and start == len(text) and not lines else None
        lines.append(DateLine(_day(found), _rank(label["what"] if label else "")))
        after = _AFTER.match(text, found.end())
        at = after.end() if after else found.end()
    return min(lines, key=lambda line: (line.day is None, line.rank), default=None)


def _rank(label: str) -> int:
    folded = " ".join(label.lower().split())
    return next(rank for rank, words in enumerate(_RANKS) if any(folded.startswith(word) for word in words))


def _day(found: re.Match[str]) -> date | None:
    year = found["year"] or found["year_after"] or found["year_last"]
    day = found["day"] or found["day_after"] or found["day_before"]
    name = found["name"] or found["name_between"]
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(found["month"])
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None
