"""A brief as one picture to show: 1200 by 630, as SVG, with no word of the text in it unless that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from policy_index.brief.values import Brief, BriefEntry
from policy_index.plots.captions import NO_ADVICE, named
from policy_index.plots.palette import LANE_COLORS
from policy_index.plots.svg import FONT, Markup, element, lines, width_of
from policy_index.words import counted, long_day, percent

WIDTH, HEIGHT = 1200, 630
"""In pixels, as pages that show a link's picture want it."""

_LEFT, _RIGHT = 76, 1136
_ROOM = _RIGHT - _LEFT
_STRIPE = 16
"""Width of the stripe on the left, in the lanes' colours."""

_FOOT = 574
"""Where the line above the last words is."""

_SIZES = (50, 46, 42, 39)
"""Of the sentence's font: the first at which it fits into a line, else the last at which it fits into two."""

_MOST, _MORE = 5, 32
"""Clauses at most, and the height of how many there are besides."""

_FEW = 2
"""Clauses up to which each is written large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """Colours of a card, as the pages have them."""

    paper: str
    ink: str
    soft: str
    line: str
    tint: str
    """What stands behind quoted words."""

    def of_lane(self, color: str) -> str:
        """Return the colour of words in a lane's colour, which can be read on this paper (margin.css, --ink)."""
        return color if self is _LIGHT else _mixed(color, self.ink, 0.5)


_LIGHT = _Look(paper="#ffffff", ink="#1a1d24", soft="#4b515d", line="#d3d7de", tint="#f4f5f7")
_DARK = _Look(paper="#12141a", ink="#eceef3", soft="#b4bac6", line="#3a3f4b", tint="#1c1f27")


def plot_share_card(brief: Brief, headline: str, *, made_on: date, dark: bool = False, with_text: bool = False) -> str:
    """Return a brief as a card, an SVG document: a sentence with counts, the first clauses, which policy, what it is not.

    Args:
        brief: The brief.
        headline: The sentence.
        made_on: The day to put on it.
        dark: Whether it is light words on a dark ground.
        with_text: Whether the text's beginning stands on it; else not a word of it does.
    """
    look = _DARK if dark else _LIGHT
    head, top = _head(brief, headline, look)
    quote, top = _quote(brief.text, top, look) if with_text else (Markup(), top)
    size: dict[str, float] = {"width": WIDTH, "height": HEIGHT}
    return element(
        "svg",
        element("title", f"{headline} {named(brief.pack)}"),
        element("rect", **size, fill=look.paper),
        *_stripe(brief.entries, look),
        *_brand(look),
        head,
        quote,
        *_clauses(brief.entries, top, look),
        *_foot(made_on, look),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        **size,
        role="img",
        font_family=FONT,
        fill=look.ink,
    )


def _words(x: float, y: float, words: str, size: float, **attributes: str | float) -> Markup:
    return element("text", words, x=x, y=y, font_size=size, style="unicode-bidi: plaintext", **attributes)


def _stripe(entries: Sequence[BriefEntry], look: _Look) -> list[Markup]:
    """Return the stripe: of each lane as much as it has of the entries."""
    drawn = [element("rect", x=0, y=0, width=_STRIPE, height=HEIGHT, fill=look.line)]
    begun = 0
    for lane, own in groupby(entry.lane for entry in entries):
        top = HEIGHT * begun / len(entries)
        drawn.append(
            element("rect", x=0, y=round(top), width=_STRIPE, height=HEIGHT - round(top), fill=LANE_COLORS[lane])
        )
        begun += len(list(own))
    return drawn


def _brand(look: _Look) -> list[Markup]:
    """Return the product's name, and at the right what this is not."""
    said = "Not legal advice"
    wide = round(width_of(said, 20, bold=True)) + 32
    return [
        _words(_LEFT, 68, "Usage Policy Explorer", 24, font_weight=600),
        element("rect", x=_RIGHT - wide, y=42, width=wide, height=38, rx=19, fill="none", stroke=look.soft),
        _words(_RIGHT - wide / 2, 68, said, 20, font_weight=600, text_anchor="middle", fill=look.soft),
    ]


def _head(brief: Brief, headline: str, look: _Look) -> tuple[Markup, float]:
    """Return policy and sentence, and where they end."""
    size = next((size for size in _SIZES if len(lines(headline, _ROOM, size, most=2, bold=True)) == 1), 0)
    size = size or next((size for size in (*_SIZES, 36) if not _is_cut(headline, size)), 36)
    said = lines(headline, _ROOM, size, most=2, bold=True)
    top = 122.0 if brief.entries else 200.0
    below = top + 22 + size
    drawn = [
        *(_words(_LEFT, top, line, 25, fill=look.soft) for line in lines(named(brief.pack), _ROOM, 25, most=1)),
        *(_words(_LEFT, below + place * size * 1.2, line, size, font_weight=700) for place, line in enumerate(said)),
    ]
    return element("g", *drawn), below + (len(said) - 1) * size * 1.2 + 34


def _is_cut(headline: str, size: float) -> bool:
    return len(lines(headline, _ROOM, size, most=3, bold=True)) > 2  # noqa: PLR2004  # lines


def _quote(text: str, top: float, look: _Look) -> tuple[Markup, float]:
    """Return the beginning of the text, and where it ends."""
    words = lines(f"“{' '.join(text.split())}”", _ROOM - 56, 23, most=2)
    tall = 26 + 31 * len(words)
    drawn = [
        element("rect", x=_LEFT, y=top, width=_ROOM, height=tall, rx=10, fill=look.tint),
        *(_words(_LEFT + 24, top + 39 + 31 * place, line, 23) for place, line in enumerate(words)),
    ]
    return element("g", *drawn), top + tall + 18


def _clauses(entries: Sequence[BriefEntry], top: float, look: _Look) -> list[Markup]:
    """Return as many clauses as there is room for, and how many there are besides."""
    for few in (True, False) if len(entries) <= _FEW else (False,):
        made = [_clause(entry, look, few=few) for entry in entries[:_MOST]]
        heights = [height for _, height in made]
        shown = len(made)
        while shown and top + sum(heights[:shown]) + (_MORE if shown < len(entries) else 0) > _FOOT:
            shown -= 1
        if shown == len(entries):
            break
    left = _FOOT - top - sum(heights[:shown]) - (_MORE if shown < len(entries) else 0)
    top += min(left / 3, 40)
    drawn = [
        element("g", each, transform=f"translate(0 {top + sum(heights[:place]):.1f})")
        for place, (each, _) in enumerate(made[:shown])
    ]
    if len(entries) > shown:
        more = f"and {counted(len(entries) - shown, 'more clause')}"
        drawn.append(_words(_LEFT + 28, round(top + sum(heights[:shown]) + 22, 1), more, 21, fill=look.soft))
    return drawn


def _clause(entry: BriefEntry, look: _Look, *, few: bool) -> tuple[Markup, float]:
    """Return a clause, its lane in words, where it stands and how sure; its own words; and how tall that is."""
    small, size, line = (24, 34, 44) if few else (21, 27, 35)
    color = LANE_COLORS[entry.lane]
    lane, beside = entry.lane.value, " · ".join(part for part in (entry.clause.position, _how_sure(entry)) if part)
    room = _ROOM - 28 - width_of(lane, small, bold=True) - 24
    words = lines(entry.clause.text, _ROOM - 28, size, most=2 if few else 1)
    drawn = element(
        "g",
        element("circle", cx=_LEFT + 9, cy=small - 7, r=9, fill=color),
        _words(_LEFT + 28, small, lane, small, font_weight=700, fill=look.of_lane(color)),
        *(
            _words(_RIGHT, small, each, small, text_anchor="end", fill=look.soft)
            for each in lines(beside, room, small, most=1)
        ),
        *(_words(_LEFT + 28, small + (place + 1) * line, each, size) for place, each in enumerate(words)),
    )
    return drawn, small + len(words) * line + 26


def _how_sure(entry: BriefEntry) -> str:
    """Return how sure it is that the text touches a clause, in words."""
    if entry.said_instead:
        return entry.said_instead
    likelihood = entry.likelihood
    if likelihood.probability is None or likelihood.band is None:
        return "" if likelihood.nearness is None else str(likelihood.nearness)
    return f"{likelihood.band.value}, {percent(likelihood.probability)}"


def _foot(made_on: date, look: _Look) -> list[Markup]:
    said = f"Made on {long_day(made_on)}. {NO_ADVICE}"
    return [
        element("rect", x=_LEFT, y=_FOOT, width=_ROOM, height=1, fill=look.line),
        *(_words(_LEFT, 604, line, 18, fill=look.soft) for line in lines(said, _ROOM, 18, most=1)),
    ]


def _mixed(color: str, other: str, share: float) -> str:
    """Return a colour between two, each as #rrggbb."""
    pairs = zip(bytes.fromhex(color[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(share * one + (1 - share) * two) for one, two in pairs).hex()
