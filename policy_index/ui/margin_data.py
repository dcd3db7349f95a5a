"""What the margin shows, as plain data: rows of the text, its passages, their notes. Words are words there, never markup."""

import re
from collections.abc import Sequence
from typing import Any

from policy_index.brief import Brief, BriefEntry, Margin
from policy_index.brief.margin import MarginNote, Stretch, paragraphs
from policy_index.plots.palette import LANE_COLORS
from policy_index.policy.document import Clause, Span
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.policy.readings import Reading
from policy_index.policy.twins import Stance
from policy_index.search.likelihood import Band, Likelihood, Nearness
from policy_index.ui.links import Tag, link, tag
from policy_index.words import counted, percent, shortened

FOLD_FROM = 260
"""Characters from which a stretch in which nothing was found is folded to a line."""

_KEPT_OPEN = 160
"""Longest sentence that is kept beside a telling passage of its paragraph when the rest is folded."""

_ROW = 700
"""Characters of a paragraph from which a row ends after a passage, so that notes stay beside theirs."""

_PARAGRAPH_ENDS = re.compile(r"\n\s*\n\s*\Z")

_STANCES = {
    Stance.DOES: "Your text seems to do this",
    Stance.REFUSES: "Your text seems to refuse this",
    Stance.PREVENTS: "Your text seems to prevent this",
}

_COUNTED = {
    Lane.NOT_ALLOWED: ("use not allowed as described", "uses not allowed as described"),
    Lane.ONLY_IF: ("allowed only on a condition", "allowed only on a condition"),
    Lane.YOU_MUST: ("duty", "duties"),
    Lane.PLUGIN_RULES: ("plugin rule", "plugin rules"),
    Lane.KEEPS_CLEAR: ("that your text keeps clear of", "that your text keeps clear of"),
    Lane.GOOD_TO_KNOW: ("good to know", "good to know"),
}

Row = dict[str, Any]


def margin_data(brief: Brief, sub: Sequence[Tag]) -> dict[str, Any]:
    """Return everything of a brief that the margin shows and that no click changes.

    Args:
        brief: The brief, with what the person stated and remarked.
        sub: What stands below the summary.
    """
    margin = Margin.of(brief)
    passages = margin.passages
    places = {id(stretch): place for place, stretch in enumerate(passages)}
    notes: list[dict[str, Any]] = []
    parts = []
    for place, stretch in enumerate(passages):
        first = len(notes)
        notes += [_note(note, place, stretch, brief) for note in stretch.notes]
        parts.append(_part(stretch, list(range(first, len(notes))), brief))
    return {
        "summary": summary(brief, margin),
        "sub": list(sub),
        "sentences": margin.sentences,
        "rows": _rows(brief, margin, places),
        "parts": parts,
        "notes": notes,
        "apart": [_clause_note(entry, brief.pack) for entry in margin.apart],
    }


def summary(brief: Brief, margin: Margin) -> list[Any]:
    """Return the sentence above a text: counts that lead to what they count."""
    if brief.unfit is not None:
        return [f"Not judged. {brief.unfit}"]
    first = {
        note.entry.clause.id: place for place, each in reversed([*enumerate(margin.passages)]) for note in each.notes
    }
    pieces: list[Any] = []
    for lane, entries in brief.lanes.items():
        place = min((first[each.clause.id] for each in entries if each.clause.id in first), default=None)
        words = f"{len(entries)} {_COUNTED[lane][len(entries) > 1]}"
        pieces += [{"words": words, "color": LANE_COLORS[lane], "part": place}, ", "]
    clear = (
        "the only sentence"
        if margin.sentences == 1
        else f"{margin.clear} of {counted(margin.sentences, 'sentence')} {'touches' if margin.clear == 1 else 'touch'} none"
    )
    if not pieces:
        touches = brief.touch is not None and brief.made_with_probabilities and brief.touch >= _TOUCHES_FROM
        if touches:
            return [
                f"No single clause stands out, but the text seems to touch the policy ({percent(brief.touch or 0)})."
            ]
        return ["No clause of this policy seems to be about this."]
    if not brief.made_with_probabilities:
        lead = "Nearest here, nothing measured: "
        return [lead, *pieces[:-1], "."]
    return [*pieces[:-1], "." if margin.sentences == 1 else f", {clear}."]


def in_one_sentence(brief: Brief) -> str:
    """Return that sentence without what it leads to."""
    pieces = summary(brief, Margin.of(brief))
    return "".join(each if isinstance(each, str) else each["words"] for each in pieces)


_TOUCHES_FROM = 0.5


def _part(stretch: Stretch, notes: list[int], brief: Brief) -> dict[str, Any]:
    best = stretch.notes[0]
    sure = any(
        note.evidence.likelihood.band is Band.LIKELY or note.evidence.likelihood.nearness is Nearness.NEAR
        for note in stretch.notes
    )
    whole = max(len(brief.text), 1)
    return {
        "words": stretch.span.slice(brief.text),
        "at": round(stretch.span.start / whole, 5),
        "share": round((stretch.span.end - stretch.span.start) / whole, 5),
        "color": LANE_COLORS[best.entry.lane],
        "maybe": not sure,
        "notes": notes,
    }


class _Rows:
    """The text as it is put into rows: a paragraph, or a part of a long one, with its passages; or a fold."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.rows: list[Row] = []
        self._pieces: list[Row] = []

    def end(self) -> None:
        """End the row; one without a word is left out."""
        if any(piece["words"].strip() for piece in self._pieces):
            last = self._pieces[-1]["words"]
            self._pieces[-1]["words"] = last.rstrip("\n")
            self.rows.append({"pieces": self._pieces, "ends": last.endswith("\n")})
        self._pieces = []

    def add_passage(self, span: Span, part: int) -> None:
        """Add a telling passage; a row that has become long ends after it."""
        self._pieces.append({"words": span.slice(self.brief.text), "part": part})
        if sum(len(piece["words"]) for piece in self._pieces) >= _ROW:
            self.end()

    def add_clear(self, spans: Sequence[Span]) -> None:
        """Add words in which nothing was found; each paragraph begins a row."""
        for number, span in enumerate(spans):
            if number:
                self.end()
            words = span.slice(self.brief.text)
            self._pieces.append({"words": words if self._pieces else words.lstrip("\n")})
            if _PARAGRAPH_ENDS.search(words):
                self.end()

    def add_fold(self, span: Span) -> None:
        """Add a line in place of a long clear stretch."""
        self.end()
        self.rows.append({"fold": _fold(self.brief, span)})


def _rows(brief: Brief, margin: Margin, places: dict[int, int]) -> list[Row]:
    """Return the text as rows, in its order."""
    rows = _Rows(brief)
    last = len(margin.stretches) - 1
    for place, stretch in enumerate(margin.stretches):
        if stretch.notes:
            rows.add_passage(stretch.span, places[id(stretch)])
            continue
        before, folded, after = _folded(brief, stretch, after_passage=place > 0, before_passage=place < last)
        rows.add_clear(before)
        if folded is not None:
            rows.add_fold(folded)
        rows.add_clear(after)
    rows.end()
    return rows.rows


def _folded(
    brief: Brief, stretch: Stretch, *, after_passage: bool, before_passage: bool
) -> tuple[list[Span], Span | None, list[Span]]:
    """Return what of a clear stretch is shown, what is folded, and what is shown after it."""
    span = stretch.span
    if span.end - span.start <= FOLD_FROM:
        return list(paragraphs(brief.text, span)), None, []
    inside = [each for each in brief.sentences if each.start >= span.start and each.end <= span.end]
    if len(inside) < 3 and span.end - span.start <= 3 * FOLD_FROM:  # noqa: PLR2004  # one or two sentences are not folded
        return list(paragraphs(brief.text, span)), None, []
    start, end = span.start, span.end
    if (
        inside
        and after_passage
        and _is_beside(brief.text, Span(start=span.start, end=inside[0].start))
        and _is_short(inside[0])
    ):
        start = inside[0].end
    if (
        len(inside) > 1
        and before_passage
        and _is_beside(brief.text, Span(start=inside[-1].end, end=span.end))
        and _is_short(inside[-1])
    ):
        end = inside[-1].start
    head = [Span(start=span.start, end=start)] if start > span.start else []
    tail = [Span(start=end, end=span.end)] if end < span.end else []
    return head, Span(start=start, end=end), tail


def _is_beside(text: str, between: Span) -> bool:
    return "\n\n" not in between.slice(text)


def _is_short(sentence: Span) -> bool:
    return sentence.end - sentence.start <= _KEPT_OPEN


def _fold(brief: Brief, span: Span) -> Row:
    words = span.slice(brief.text).strip("\n")
    inside = sum(span.start <= each.start < span.end for each in brief.sentences)
    found = "not judged" if brief.unfit is not None else "nothing found"
    length = counted(inside, "sentence") if inside > 1 else counted(len(words.split()), "word")
    return {"said": f"{length}, {found}", "start": shortened(" ".join(words[:200].split()), letters=60), "words": words}


def how_sure(likelihood: Likelihood) -> str:
    """Return how sure a match is, in words that need no course."""
    if likelihood.nearness is not None:
        return likelihood.nearness.capitalize()
    if likelihood.probability is None or likelihood.band is None:
        return "Near in topic"
    return f"{likelihood.band.capitalize()} · {percent(likelihood.probability)}"


def _note(note: MarginNote, place: int, stretch: Stretch, brief: Brief) -> dict[str, Any]:
    entry, evidence = note.entry, note.evidence
    sure = entry.said_instead or how_sure(evidence.likelihood)
    differs = evidence.span != stretch.span
    quote = [tag("p", f"“{shortened(evidence.text, letters=240)}”", class_="quote deep", dir="auto")] if differs else []
    number = tag("span", str(place + 1), class_="num")
    stance = _STANCES.get(evidence.likelihood.stance) if evidence.likelihood.stance and not entry.said_instead else None
    return {
        **_shared(entry),
        "part": place,
        "body": [
            tag("h3", tag("span", number, entry.lane.value), tag("span", sure, class_="sure")),
            *_words(entry, brief.pack, stance),
            *quote,
            *_reading(entry),
            *_details(entry, evidence.likelihood, evidence.closest_exemplar),
        ],
    }


def _clause_note(entry: BriefEntry, pack: PolicyPack) -> dict[str, Any]:
    """Return the note of a clause that no passage carries."""
    head = tag("h3", tag("span", entry.lane.value), tag("span", entry.said_instead, class_="sure"))
    return {**_shared(entry), "body": [head, *_words(entry, pack), *_reading(entry), *_details(entry, None, None)]}


def _shared(entry: BriefEntry) -> dict[str, Any]:
    clause = entry.clause
    return {
        "clause": clause.id,
        "color": LANE_COLORS[entry.lane],
        "name": f"{clause.position}: {shortened(clause.text, letters=70)}",
        "label": f"{entry.lane.value}: {shortened(clause.text, letters=120)}",
    }


def _words(entry: BriefEntry, pack: PolicyPack, stance: str | None = None) -> list[Tag]:
    """Return the policy's own words, where they stand, and why they are here whatever the text says."""
    clause = entry.clause
    under = under_what(clause, pack)
    return [
        tag("blockquote", clause.text, dir="auto"),
        tag("p", " · ".join([clause.position, *([] if stance is None else [stance])]), class_="cite"),
        tag("p", " · ".join([clause.citation, *([under] if under else [])]), class_="cite deep"),
        *(tag("p", f"{each.because} The clause says “{each.words}”.", class_="soft") for each in entry.reasons),
    ]


def under_what(clause: Clause, pack: PolicyPack) -> str:
    """Return what a clause stands under: its category, or its section; without categories all headings and lead-ins above it."""
    if clause.category and clause.text != clause.category:
        return clause.category
    path = " › ".join(part.removesuffix(":") for part in clause.path)
    return clause.section if pack.policy.categories else path or clause.section


def _reading(entry: BriefEntry) -> list[Tag]:
    if entry.reading is None:
        return []
    items = (tag("li", todo.text) for todo in entry.reading.todo)
    return [tag("h4", "What to do (our words)", class_=""), tag("ul", *items, class_="todo")]


def _details(entry: BriefEntry, likelihood: Likelihood | None, closest: str | None) -> list[Tag]:
    told = reading_details(entry.reading)
    if closest:
        told.append(("Nearest of our examples", f"“{closest}”"))
    if likelihood is not None:
        told.append(("In numbers", f"similarity {likelihood.score:.2f} in the space of clauses"))
    pairs = [part for term, words in told for part in (tag("dt", term), tag("dd", words))]
    page = link("categories", "Open this clause in the policy", clause=entry.clause.id)
    return [tag("dl", *pairs, class_="deep"), tag("p", page, class_="deep soft")]


def reading_details(reading: Reading | None) -> list[tuple[str, str]]:
    """Return what is known of a clause beyond what to do, as terms and their descriptions."""
    if reading is None:
        return []
    told = [("What it is about (our words)", reading.about)]
    told += [
        ("Condition" if phrase.lifts else "How far it reaches", f"“{phrase.words}”. {phrase.meaning}")
        for phrase in reading.conditions
    ]
    return told + [("Exception", f"“{phrase.words}”. {phrase.meaning}") for phrase in reading.exceptions]
