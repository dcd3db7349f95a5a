"""Words on figures."""

import textwrap
from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import Any

import plotly.graph_objects as go

TEXT = "#000037"
"""Streamlit's theme puts the page's own text colour in place of this one, light or dark; elsewhere it is nearly black."""


def wrapped(text: str, width: int, *, letters: int | None = None) -> str:
    """Return `text` escaped for plotly's labels, with a line break about every `width` characters, and inside of no usual word.

    Args:
        text: The words.
        width: Of a line, where no word is longer.
        letters: Where the text is cut off, at a word; None for the whole of it.
    """
    shown = text if letters is None else cut(text, letters)
    longest = max(map(len, shown.split()), default=0)
    return "<br>".join(escape(line) for line in textwrap.wrap(shown, max(width, min(longest, _LONGEST_WORD))))


def narrow(text: str, width: int, *, letters: int) -> str:
    """Return `text` escaped for a small tile: no line is longer than `width`, longer words are broken with a hyphen.

    Args:
        text: The words.
        width: Of a line: 5 letters at least.
        letters: Where the text is cut off, at a word.
    """
    lines: list[str] = []
    for word in cut(text, letters).split():
        rest = word
        while len(rest) > width:
            at = min(width - 1, len(rest) - _LEAST_AFTER)
            lines.append(f"{rest[:at]}-")
            rest = rest[at:]
        if lines and not lines[-1].endswith("-") and len(lines[-1]) + 1 + len(rest) <= width:
            lines[-1] += f" {rest}"
        else:
            lines.append(rest)
    return "<br>".join(map(escape, lines))


_LEAST_AFTER = 3
"""Letters of a broken word that stand on its last line, at least."""

_LONGEST_WORD = 24
"""Letters; what is longer is no word and is broken anywhere."""


def cut(text: str, letters: int) -> str:
    """Return the beginning of a text, up to a word, with an ellipsis; not escaped."""
    words = textwrap.shorten(text, letters, placeholder=" …")
    return (
        words if len(words) > len(_ELLIPSIS) or words == text.strip() else f"{text.strip()[: letters - 1]}{_ELLIPSIS}"
    )  # one word without end


_ELLIPSIS = "…"


def told_apart(names: Iterable[str]) -> list[str]:
    """Return names of which no two are the same: an axis of names has one place for each different one."""
    numbers: Counter[str] = Counter()
    apart: dict[str, None] = {}
    for name in names:
        shown = name
        while shown in apart:
            numbers[name] += 1
            shown = f"{name} ({numbers[name] + 1})"
        apart[shown] = None
    return list(apart)


def styled(figure: go.Figure, *, height: int, top: int = 8, right: int = 8, **layout: Any) -> go.Figure:
    """Return the figure in the one look of all figures: its words in the page's text colour, little margin, one hover label.

    Args:
        figure: The figure; it is changed.
        height: In pixels; the width is the page's.
        top: Room above, in pixels: 30 where buttons stand.
        right: Room on the right.
        layout: What else belongs to its layout.
    """
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": right, "t": top, "b": 8},
        font={"color": TEXT},
        hoverlabel={"font": {"size": 14}, "align": "left"},
        **layout,
    )
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(tickfont={"color": TEXT}, title_font={"color": TEXT})
    return figure
