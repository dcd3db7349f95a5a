"""What every dialect shares: lines and spans of a source, the words of a block without markup, slugs and unique ids."""

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from policy_index.errors import PolicyParseError
from policy_index.policy.document import Link, Part, PartRole, Span

LONGEST_INLINE = 20_000
"""Longest block whose markup is read by markdown-it, in characters; some of its rules take time that grows with the square."""

_KEPT, _LONGEST_KEPT = 4096, 2_000
"""Blocks that were read last, and how long each is at most: the versions of one policy have most of their blocks in common."""

_LINE_END = re.compile(r"\r\n?|\n")
_NO_LINE_FEED = re.compile(r"[\r\0]")
_BLANK = re.compile(r"[^\S\n\t]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_INNER_TAG = re.compile(r"</?(?:a|abbr|b|code|em|font|i|mark|s|small|span|strong|sub|sup|u)\b", re.IGNORECASE)
_ROUGH_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)\)")
_ROUGH_MARK = re.compile(r"[*`]+|\\(?=[!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Source:
    """A source text and its lines.

    `text` has a line feed at each line's end and a blank for every other white space but tabs, so that Markdown's rules see what
    a reader sees; each of its lines is as long as the source's, so that places in it are places in the source.

    Attributes:
        source: The text, as it was read.
        lines: The lines of `text`, without their ends.
        starts: Where each line begins in the source.
    """

    source: str
    lines: tuple[str, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, source: str) -> "Source":
        """Split a source into lines; a line ends in a line feed, a carriage return, or both.

        Raises:
            PolicyParseError: It holds a NUL or half a surrogate pair, which no text has.
        """
        ends = [(found.start(), found.end()) for found in _LINE_END.finditer(source)]
        starts = (0, *(end for _, end in ends))
        stops = (*(start for start, _ in ends), len(source))
        lines = tuple(_BLANK.sub(" ", source[start:stop]) for start, stop in zip(starts, stops, strict=True))
        if source.startswith("\ufeff"):
            lines, starts = (lines[0][1:], *lines[1:]), (1, *starts[1:])
        for number, line in enumerate(lines, 1):
            strange = next(
                (character for character in line if character == "\0" or "\ud800" <= character <= "\udfff"), None
            )
            if strange is not None:
                message = f"Line {number} of the policy text: expected text, got the character {strange!r}."
                raise PolicyParseError(message)
        return cls(source, lines, starts)

    @property
    def text(self) -> str:
        """The lines, joined by line feeds."""
        return "\n".join(self.lines)

    def span_of_lines(self, first: int, last: int) -> Span:
        """Return where lines stand, blanks at both ends left out."""
        start, end = self.lines[first], self.lines[last].rstrip()
        return Span(
            start=self.starts[first] + len(start) - len(start.lstrip()),
            end=self.starts[last] + len(end),
        )

    def span_of_words(self, first: int, last: int, content: str) -> Span:
        """Return where the words of a block stand whose first line's words, markers left out, run to the end of that line."""
        opening = content.split("\n", 1)[0].strip()
        line, end = self.lines[first].rstrip(), self.lines[last].rstrip()
        start = line.rfind(opening) if opening else len(line) - len(line.lstrip())
        return Span(start=self.starts[first] + max(start, 0), end=self.starts[last] + len(end))

    def span_of_heading(self, first: int, content: str) -> Span:
        """Return where a heading's words stand: its marks and the line under it left out."""
        lines = content.strip().split("\n")
        last = first + len(lines) - 1
        opening, closing = lines[0].strip(), lines[-1].strip()
        line = self.lines[first]
        start = max(line.find(opening, len(line) - len(line.lstrip(" \t>#"))), 0)
        end = (start if last == first else max(self.lines[last].rfind(closing), 0)) + len(closing)
        return Span(start=self.starts[first] + start, end=self.starts[last] + end)

    def unexpected(self, line: int, expected: str, came: str | None = None) -> PolicyParseError:
        """Return the error that says what was expected on a line (from 0), and what came."""
        shown = self.lines[line].strip()[:60] if came is None else came
        return PolicyParseError(f"Line {line + 1} of the policy text: expected {expected}, got “{shown}”.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a block.

    Attributes:
        text: Without markup, white space folded.
        links: Hyperlinks, in order.
        run_in: Bold words at the beginning, `Fraud and scams.`; empty where it begins otherwise.
        is_bold: Whether all words are bold.
        is_emphasis: Whether all words are emphasised.
        is_link: Whether all words are links, or there are only pictures.
    """

    text: str
    links: tuple[Link, ...] = ()
    run_in: str = ""
    is_bold: bool = False
    is_emphasis: bool = False
    is_link: bool = False


def refuse_other_line_ends(source: str) -> None:
    """Refuse a text whose lines do not all end in a line feed, for a grammar of one publisher's texts.

    Raises:
        PolicyParseError: It holds a carriage return or a NUL.
    """
    for number, line in enumerate(source.split("\n"), 1):
        if found := _NO_LINE_FEED.search(line):
            message = f"Line {number} of the policy text: expected lines that end in a line feed, got {found[0]!r}."
            raise PolicyParseError(message)


def with_lines_set_aside(source: Source, parts: Iterable[Part]) -> list[Part]:
    """Return the parts in order, with a part that is set aside for each run of lines that none of them holds."""
    ordered = sorted(parts, key=lambda part: part.span.start)
    held = [bisect_right(source.starts, part.span.start) - 1 for part in ordered]
    free = _lines_without(source, ordered, held)
    for _, run in groupby(enumerate(free), key=lambda each: each[1] - each[0]):
        lines = [line for _, line in run]
        span = source.span_of_lines(lines[0], lines[-1])
        ordered.append(Part(role=PartRole.SET_ASIDE, span=span, text=folded(span.slice(source.source))))
    return sorted(ordered, key=lambda part: part.span.start)


def _lines_without(source: Source, parts: Sequence[Part], first_lines: Sequence[int]) -> list[int]:
    """Return the lines that are not blank and that no part holds."""
    held: set[int] = set()
    for part, first in zip(parts, first_lines, strict=True):
        held.update(range(first, bisect_left(source.starts, part.span.end)))
    return [number for number, line in enumerate(source.lines) if line.strip() and number not in held]


def folded(text: str) -> str:
    """Return `text` with its white space folded."""
    return " ".join(text.split())


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in `text`."""
    return any(map(str.isalnum, text))


def words_of(content: str) -> Words:
    """Read the inline Markdown and HTML of a block."""
    if len(content) > LONGEST_INLINE:
        return _rough_words(content)
    return _words_of(content) if len(content) <= _LONGEST_KEPT else _words_of.__wrapped__(content)


def forget_words() -> None:
    """Forget what was read last."""
    _words_of.cache_clear()


@lru_cache(maxsize=_KEPT)
def _words_of(content: str) -> Words:
    tokens = _inline().parseInline(content)[0].children or []
    return _Reading().read(tokens)


@cache
def _inline() -> MarkdownIt:
    return MarkdownIt("commonmark")


class _Reading:
    """One pass over the inline tokens of one block."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._links: list[Link] = []
        self._open = {"strong": 0, "em": 0, "link": 0, "image": 0}
        self._plain = dict.fromkeys(self._open, 0)  # how many words stand outside each
        self._run_in: list[str] = []
        self._in_run = True
        self._targets: list[tuple[str, int]] = []

    def read(self, tokens: Sequence[Token]) -> Words:
        self._walk(tokens)
        text = folded("".join(self._pieces))
        some = has_words(text)
        return Words(
            text=text,
            links=tuple(self._links),
            run_in=folded("".join(self._run_in)),
            is_bold=some and not self._plain["strong"],
            is_emphasis=some and not self._plain["em"],
            is_link=some and not self._plain["link"],
        )

    def _walk(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            match token.type:
                case "text" | "code_inline" | "text_special":
                    self._say(token.content)
                case "softbreak" | "hardbreak":
                    self._say(" ")
                case "html_inline":
                    self._tag(token.content)
                case "image":
                    self._shift("image", 1)
                    self._shift("link", 1)
                    self._walk(token.children or [])
                    self._shift("link", -1)
                    self._shift("image", -1)
                case "link_open":
                    self._targets.append((str(token.attrs["href"]), len(self._pieces)))
                    self._shift("link", 1)
                case "link_close":
                    self._close_link()
                case "strong_open" | "em_open":
                    self._shift(token.type.removesuffix("_open"), 1)
                case "strong_close" | "em_close":
                    self._shift(token.type.removesuffix("_close"), -1)
                case _:
                    pass

    def _say(self, text: str) -> None:
        self._pieces.append(text)
        if not has_words(text):
            if self._run_in and self._in_run:
                self._run_in.append(text)
            return
        for mark, depth in self._open.items():
            self._plain[mark] += not depth
        numbered = not self._run_in and is_enumerator(text.strip())
        self._in_run = self._in_run and (bool(self._open["strong"]) or numbered)
        if self._in_run and not numbered:
            self._run_in.append(text)
        if numbered:
            self._plain["strong"] -= not self._open["strong"]

    def _tag(self, tag: str) -> None:
        name = re.sub(r"[^a-z0-9].*", "", tag.strip("</").lower(), flags=re.DOTALL)
        if name in {"strong", "b"}:
            self._shift("strong", -1 if tag.startswith("</") else 1)
        if not _INNER_TAG.match(tag):
            self._say(" ")

    def _shift(self, mark: str, by: int) -> None:
        self._open[mark] = max(self._open[mark] + by, 0)

    def _close_link(self) -> None:
        url, first = self._targets.pop()
        self._links.append(Link(text=folded("".join(self._pieces[first:])), url=url))
        self._shift("link", -1)


def _rough_words(content: str) -> Words:
    """Read a block that is too long for markdown-it: tags, marks and targets of links go, in time that grows with its length."""
    links = tuple(Link(text=folded(found[1]), url=found[2]) for found in _ROUGH_LINK.finditer(content))
    without = _ROUGH_MARK.sub("", _ROUGH_LINK.sub(r"\1", content))
    pieces = _TAG.split(without) if "<" in without else [without]
    return Words(text=folded(html.unescape(" ".join(pieces))), links=links)


_ENUMERATOR = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3})*\.?[a-z]?\)?|\((?:\d{1,3}|[a-z]|[ivxlc]{1,6})\)|(?:[a-z]|[ivxlc]{1,6}|[A-Z])[.)]|§+ ?\d+)(?=\s|$)"
)
_NOT_A_NUMBER = re.compile(r"\d{4,}|\d+(?=\s|$)")


def enumerator_of(text: str) -> str:
    """Return the number that a text begins with, punctuation left out: `3.2`, `a`, `iv`; empty where it begins otherwise."""
    found = _ENUMERATOR.match(text)
    if found is None or (_NOT_A_NUMBER.fullmatch(found[0]) and "." not in found[0]):
        return ""
    return found["number"].strip("().§ ")


def is_enumerator(text: str) -> bool:
    """Whether a text is nothing but a number such as `3.`, `(a)` or `iv.`."""
    found = _ENUMERATOR.fullmatch(text)
    return found is not None and not text.isdigit()


def without_enumerator(text: str) -> str:
    """Return a text without the number that it begins with."""
    return _ENUMERATOR.sub("", text, count=1).lstrip() if enumerator_of(text) else text


def slug(text: str, *, words: int = 6) -> str:
    """Return the first words of a text in lower case with hyphens, accents and apostrophes left out; `untitled` without words."""
    return _slug(text[:160], words)


@lru_cache(maxsize=_KEPT)
def _slug(text: str, words: int) -> str:
    head = unicodedata.normalize("NFKD", text.lower().replace("’", "").replace("'", ""))
    bare = "".join(character for character in head if not unicodedata.combining(character))
    return "-".join(re.findall(r"[^\W_]+", bare)[:words])[:80].strip("-") or "untitled"


def unique_ids() -> Callable[..., str]:
    """Return a function that gives each id once: of the ids that it is offered the first that is free, or the last with a number."""
    used: set[str] = set()
    again: dict[str, int] = {}

    def unique(*offered: str) -> str:
        chosen = next((each for each in offered if each not in used), offered[-1])
        while chosen in used:
            again[offered[-1]] = again.get(offered[-1], 1) + 1
            chosen = f"{offered[-1]}-{again[offered[-1]]}"
        used.add(chosen)
        return chosen

    return unique
