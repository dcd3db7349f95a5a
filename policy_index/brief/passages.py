"""A text of any length -> passages, each short enough for the encoder to read whole, none of the text left out.

The text is split as a reader would: paragraphs, headings and list items, then sentences. What the encoder could not read
to its end becomes overlapping windows. A sentence's neighbours give it context, so that a claim and its "who" and "whether a
person looks" stand together: two and three neighbours are passages too, and so is a list item together with the line that its
list begins with. In a short text a sentence that names several uses (“a kitchen planner that prints menus and also runs blackjack
tables”) is read in parts as well, for one vector of it lies between them and near none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, islice, pairwise

from sentencex import get_sentence_boundaries

from policy_index.brief.safeguards import safeguards
from policy_index.policy.document import Span
from policy_index.search.patience import stay_patient
from policy_index.search.vectors import Encoder

_ITEM = re.compile(r"\s*(?:[-*+•‣◦·–—]|\(?\d{1,3}[.)]|[a-z][.)]|\(?[A-Za-z]\))\s+(?=\S)")
_HEADING = re.compile(r"\s*#{1,6}\s+(?=\S)")
_QUOTED = re.compile(r"\s*(?:>\s*)+(?=\S)")

_EMPHASIS = re.compile(r"[*_`~]+")

TOGETHER = (2, 3)
"""How many neighbouring sentences are read together; four found nothing more (`tuning_plans.jsonl`)."""

_FRAGMENT = 3
"""A sentence of at most so many words says little alone: it is read with its neighbour, where it has one."""

FEW_SENTENCES = 3
"""Up to so many sentences a text's sentences are read in parts as well: in a longer one each is one of many chances to be wrong."""

_JOINT = re.compile(
    r"(?:[,;:](?=\s)|[()]|\s[–—-]\s|\s(?=(?:and|but|plus|while|which|who|that|then|besides|also)\s))\s*"
    r"(?:\b(?:and|but|or|plus|yet|while|which|who|that|then|with|as well as|besides|also|even)\b\s*){0,3}",
    re.IGNORECASE,
)
"""Where a sentence goes on to something else."""

_OPPOSES = re.compile(
    r"\b(?:no|nor|nobody|none|bans?|banned|blocks?|removes?|deletes?|reports?|flags?|stops?|fights?|exposes?|warns?|against|instead of"
    r"|rather than|turns? (?:away|down)|(?:writes?|talks?|reports?|teaches?|lessons?|articles?|films?|novels?|books?) (?:on|about))\b",
    re.IGNORECASE,
)
"""Words after which what is named may be opposed or only spoken of, beside those that `safeguards` knows."""

_WORD = re.compile(r"\w*[^\W\d_]\w*")

_AROUND = " \t\r\n,;:.–—-"
_PART_WORDS = 4
_FEWEST_WORDS, _MOST_WORDS, _MOST_JOINTS = 8, 80, 8

_WRAPPED_FROM = 60
"""A line of at least so many characters may have been broken by an editor; a shorter one was ended by its author."""

_WINDOW_STEP = 0.75
"""How far a window starts after the one before, as a share of that one: neighbours share a quarter."""

LONGEST_WINDOW = 4096
"""Characters that are offered to the encoder for one window: more than 256 tokens of any text that has words in it."""

_AT_ONCE = 4096
"""Characters of a paragraph in which sentences are looked for at once."""

_LEADS_READ, _LEADS_READ_ANYHOW = 2, 50_000
"""How often a text's length, and how many characters anyhow, may be read again as lines before the items of their lists: a long line
over very many short items would else be read for each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A part of a text that is searched with.

    Attributes:
        span: Where it stands in the text; list marks and blanks around it are left out.
        text: What the encoder reads: its words, white space folded; before an item the line that its list begins with.
        sentences: Places, among the text's sentences, of those that it covers.
        is_torn: Whether it is one sentence, or a window of one, of a paragraph that says more.
        is_part: Whether it is a part of a sentence that is read whole as well.
    """

    span: Span
    text: str
    sentences: tuple[int, ...]
    is_torn: bool = False
    is_part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitText:
    """A text, split.

    Attributes:
        text: The text.
        sentences: Its sentences and other smallest parts, in order, without overlap; together they hold every word.
        passages: What to search with; every sentence is covered by at least one.
    """

    text: str
    sentences: tuple[Span, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A paragraph, heading or item: what no sentence crosses."""

    span: Span
    is_item: bool


def split_text(text: str, encoder: Encoder) -> SplitText:
    """Split `text` into sentences and passages that `encoder` reads whole."""
    sentences: list[Span] = []
    passages: list[Passage] = []
    lead: str | None = None
    leads_left = _LEADS_READ * len(text) + _LEADS_READ_ANYHOW
    for block in _blocks(text):
        stay_patient()
        first = len(sentences)
        own = list(_sentences(text, block.span))
        sentences += own
        for place, span in enumerate(own, first):
            passages += _windows(text, span, place, encoder, is_torn=len(own) > 1)
        for several in TOGETHER:
            passages += _neighbours(text, own, first, encoder, several)
        if not block.is_item:
            lead = _folded(text, own[-1]) if own else lead
        elif lead is not None and own and (leads_left := leads_left - len(lead)) >= 0:
            passages += _with_lead(lead, text, own[0], first, encoder)
    if len(sentences) <= FEW_SENTENCES:
        # An item with a lead-in is read twice: its line says what it is.
        read = Counter(passage.span for passage in passages)
        whole = [passage for passage in passages if passage.span in sentences and read[passage.span] == 1]
        passages += [part for passage in whole for part in _parts(text, passage)]
    paired = {place for passage in passages if len(passage.sentences) > 1 for place in passage.sentences}
    return SplitText(
        text=text,
        sentences=tuple(sentences),
        passages=tuple(
            passage for passage in passages if not (paired.issuperset(passage.sentences) and _is_fragment(passage))
        ),
    )


def _blocks(text: str) -> Iterator[_Block]:
    """Yield the paragraphs, headings and items of a text, in order.

    A line ends its block where the next one is blank or begins an item or heading, where it is a heading itself, and where
    it is too short to have been broken by an editor.
    """
    start: int | None = None
    is_item = False
    place = end = before = 0
    for line in text.splitlines(keepends=True):
        begin, place = place, place + len(line)
        item, heading = _ITEM.match(line), _HEADING.match(line)
        mark = item or heading or _QUOTED.match(line)
        goes_on = mark is None and (before >= _WRAPPED_FROM or line.lstrip()[:1].islower())
        if start is not None and (not line.strip() or not goes_on):
            yield _Block(span=Span(start=start, end=end), is_item=is_item)
            start = None
        if line.strip():
            if start is None:
                start, is_item = begin + (mark.end() if mark else 0), item is not None
            end = begin + len(line.rstrip())
            before = 0 if heading else len(line.rstrip())
    if start is not None:
        yield _Block(span=Span(start=start, end=end), is_item=is_item)


def _sentences(text: str, block: Span) -> Iterator[Span]:
    """Yield the sentences of a block that hold a letter or a digit."""
    words = re.sub(r"\s", " ", block.slice(text))  # an editor's line break ends no sentence; places stay
    for first, last in _boundaries(words):
        start, end = block.start + first, block.start + last
        part = text[start:end]
        if _has_words(part):
            yield Span(start=start + len(part) - len(part.lstrip()), end=start + len(part.rstrip()))


def _boundaries(words: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a paragraph begin and end.

    The splitter's time grows with the square of how many quotation marks a text opens and never closes: a long paragraph is given to
    it piece by piece, each from where the last sentence began that may go on, or, where the piece is all one sentence, from its end.
    """
    start = begun = 0
    while start < len(words):
        stay_patient()
        part = words[start : start + _AT_ONCE]
        found = [start + each["end_index"] for each in get_sentence_boundaries("en", part)]
        is_last = start + len(part) == len(words)
        if is_last:
            found = [*found[:-1], len(words)]
        elif len(found) > 1:
            found.pop()
        else:
            blank = part.rfind(" ", _AT_ONCE // 2)
            start += blank + 1 if blank >= 0 else len(part)
            continue
        yield from pairwise([begun, *found])
        start = begun = found[-1]


def _windows(text: str, span: Span, place: int, encoder: Encoder, *, is_torn: bool) -> Iterator[Passage]:
    """Yield a sentence as one passage, or as overlapping windows where the encoder would cut it off."""
    start = span.start
    while start < span.end:
        stay_patient()
        part = text[start : min(span.end, start + LONGEST_WINDOW)]
        read = max(1, encoder.characters_read(part))
        end = start + read
        if end < span.end:  # end at a blank, where there is one in the last quarter
            blank = text.rfind(" ", start + int(read * _WINDOW_STEP), end)
            end = blank if blank > start else end
        if _has_words(text[start:end]):
            part_span = Span(start=start, end=end)
            yield Passage(span=part_span, text=_folded(text, part_span), sentences=(place,), is_torn=is_torn)
        if end >= span.end:
            return
        step = start + max(1, int((end - start) * _WINDOW_STEP))
        blank = text.find(" ", step, end)
        start = blank + 1 if blank >= 0 else step


def _neighbours(text: str, own: Sequence[Span], first: int, encoder: Encoder, several: int) -> Iterator[Passage]:
    """Yield so many neighbouring sentences of a block together, where the encoder reads them all."""
    for place in range(len(own) - several + 1):
        span = Span(start=own[place].start, end=own[place + several - 1].end)
        words = _folded(text, span)
        if _is_read_whole(words, encoder):
            yield Passage(span=span, text=words, sentences=tuple(range(first + place, first + place + several)))


def _parts(text: str, passage: Passage) -> Iterator[Passage]:
    """Yield what stands between two joints of a sentence, and all before and all after each; nothing after words that negate.

    “Refuses to write essays and keyloggers” writes no keyloggers.
    """
    words = passage.span.slice(text)
    if not _FEWEST_WORDS <= len(words.split()) <= _MOST_WORDS:
        return
    joints = list(islice(_JOINT.finditer(words), _MOST_JOINTS))
    starts, ends = [0, *(each.end() for each in joints)], [*(each.start() for each in joints), len(words)]
    seen = {passage.span}
    for first, last in combinations_with_replacement(range(len(starts)), 2):
        if (first, last) == (0, len(joints)) or not (first in {0, last} or last == len(joints)):
            continue
        before, part, after = words[: starts[first]], words[starts[first] : ends[last]], words[ends[last] :]
        bare = part.strip(_AROUND)
        begin = passage.span.start + starts[first] + (len(part) - len(part.lstrip(_AROUND)))
        span = Span(start=begin, end=begin + len(bare))
        says_more = all(not rest or len(rest.split()) >= _PART_WORDS for rest in (before, after))
        says_enough = len(_WORD.findall(bare)) >= _PART_WORDS
        if says_more and says_enough and span not in seen and not (safeguards(before) or _OPPOSES.search(before)):
            seen.add(span)
            yield Passage(span=span, text=_folded(text, span), sentences=passage.sentences, is_part=True)


def _with_lead(lead: str, text: str, span: Span, place: int, encoder: Encoder) -> Iterator[Passage]:
    """Yield an item after the line that its list begins with, where the encoder reads both."""
    words = f"{lead} {_folded(text, span)}"
    if _is_read_whole(words, encoder):
        yield Passage(span=span, text=words, sentences=(place,))


def _has_words(part: str) -> bool:
    return any(character.isalnum() for character in part)


def _is_fragment(passage: Passage) -> bool:
    return len(passage.sentences) == 1 and len(passage.text.split()) <= _FRAGMENT


def _is_read_whole(words: str, encoder: Encoder) -> bool:
    return len(words) <= LONGEST_WINDOW and encoder.characters_read(words) >= len(words)


def _folded(text: str, span: Span) -> str:
    """Return the words of a span as the encoder reads them: white space folded, marks of emphasis left out."""
    return " ".join(_EMPHASIS.sub(_without_emphasis, span.slice(text)).split())


def _without_emphasis(marks: re.Match[str]) -> str:
    """Return marks that stand inside a word, `snake_case`, and nothing for those at its edge; each run is seen once."""
    before, after = marks.string[max(0, marks.start() - 1) : marks.start()], marks.string[marks.end() : marks.end() + 1]
    return marks[0] if before.isalnum() and after.isalnum() else ""
