"""The words of one block with their marks -> inline Markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from policy_index.policy.sources.writer import escaped

_SAFE_LINK = re.compile(r"(?:https?://|mailto:|#)[^\s<>()\\\x00-\x1f]+", re.IGNORECASE)
_LONGEST_LINK = 2_000
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters with one set of marks.

    Attributes:
        text: The characters.
        bold: Whether they are bold.
        emphasis: Whether they are emphasised.
        link: Where they lead; empty where they are no link.
    """

    text: str
    bold: bool = False
    emphasis: bool = False
    link: str = ""


def safe_link(target: str) -> str:
    """Return a link's target where it leads to a page, an address or a place in the document; empty for scripts and all else."""
    target = target.strip()
    return target if len(target) <= _LONGEST_LINK and _SAFE_LINK.fullmatch(target) else ""


def plain(runs: Sequence[Run]) -> str:
    """Return the words of runs without marks, white space folded."""
    return " ".join("".join(run.text for run in runs).split())


def is_bold(runs: Sequence[Run]) -> bool:
    """Whether all letters and digits are bold, and there are some."""
    lettered = [run for run in runs if any(map(str.isalnum, run.text))]
    return bool(lettered) and all(run.bold for run in lettered)


def inline_markdown(runs: Sequence[Run]) -> str:
    """Return runs as Markdown on one line; marks stand close to words, and blanks outside them."""
    pieces = []
    for link, linked in groupby(runs, key=lambda run: run.link):
        inside = "".join(
            _marked("".join(run.text for run in same), bold=bold, emphasis=emphasis)
            for (bold, emphasis), same in groupby(linked, key=lambda run: (run.bold, run.emphasis))
        )
        words = inside.strip()
        if link and words:
            before, after = inside[: len(inside) - len(inside.lstrip())], inside[len(inside.rstrip()) :]
            inside = f"{before}[{_without_brackets(words)}]({link}){after}"
        pieces.append(inside)
    return _BLANKS.sub(" ", "".join(pieces)).strip()


def _without_brackets(words: str) -> str:
    """Return a link's words with brackets escaped, which would end it early."""
    return re.sub(r"(?<!\\)([\[\]])", r"\\\1", words)


def _marked(text: str, *, bold: bool, emphasis: bool) -> str:
    words = text.strip()
    if not words:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    mark = "**" * bold + "*" * emphasis
    if not mark or not any(map(str.isalnum, words)):
        return before + escaped(words) + after
    # A closing mark after punctuation, with a letter right after it, is none in Markdown: the punctuation moves out.
    core = words.rstrip(".,:;!?)”’\"'") if not after else words
    core = core if any(map(str.isalnum, core)) else words
    return f"{before}{mark}{escaped(core)}{mark[::-1]}{escaped(words[len(core) :])}{after}"
