"""Briefs to be written as papers: hostile ones, bare ones, and ones of another policy."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from unittest.mock import patch

import numpy as np
from support import LetterEncoder, letter_index

from policy_index import Brief, Fact, PolicyPack, load_shelf, write_brief

DAY = date(2026, 3, 5)
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script> bread",
    '<img src=x onerror="alert(2)"> **bold** _soft_ ~~gone~~',
    "[link](https://x.example) ![image](https://x.example/x.png) <https://x.example>",
    "see https://x.example and www.x.example or HTTP://x.example",
    "# no heading",
    "| a | b |",
    "`code` ```fence``` &lt;b&gt; &#60;",
    "a\\*b* c\\\\ $x$",
    "{{ 7 * 7 }} {% raw %}",
    "--> ]]> </p></blockquote><iframe src=x>",
    "1986\\. 12) dozens + plus",
]
TEXT = "\n\n".join(HOSTILE)


def brief_of(
    text: str, *, probability: float | None = 0.9, facts: Collection[Fact] = (), pack: PolicyPack | None = None
) -> Brief:
    """Return the brief of a text under a policy, the bundled one if None, by letters; every clause has the probability."""
    index = letter_index(load_shelf().default if pack is None else pack, LetterEncoder(), probability=probability)
    return write_brief(index, text, facts=facts)


def hostile_brief() -> Brief:
    """Return a brief in which every clause is likely, so that every line of a hostile text stands in every part.

    Few of these lines are language: here all of them are judged.
    """
    with (
        patch("policy_index.search.fit_to_judge.unfit", return_value=None),
        patch("policy_index.brief.encoded.unfit", return_value=None),
    ):
        return brief_of(TEXT, facts=load_shelf().default.facts.facts)


BARE = brief_of("bread")


def bare(text: str) -> Brief:
    """Return a brief without clauses that quotes `text` as its text and as its safeguards."""
    empty = np.zeros((0, BARE.grid.shape[1]))
    return replace(BARE, text=text, sentences=(), entries=(), rest=(), grid=empty, safeguards=(text,))
