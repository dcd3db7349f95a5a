"""Whose texts are encoded next: small requests first and together, large ones in turn, nobody passed over for ever.

Nothing here knows of threads or clocks; `queue` does.
"""

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

from policy_index.search.vectors import Encoder

FEW = 8
"""Most texts of a small request."""

SMALL_IN_A_ROW = 3
"""Calls for small requests in a row while a large one waits; then a large one has its turn, so that none starves."""

READ = 2048
"""Characters of a text that count: more than the model's longest text has, which cuts the rest off."""

MARKS = 8
"""Characters' worth of a text's two marks: what even an empty text costs."""

_MEMORY = 2.0
"""Seconds of work after which a measurement counts a third."""

_STALE = 60.0
"""Seconds after which a rate is not believed any more: whoever comes next is let in, and measures it anew."""


def characters_of(text: str) -> int:
    """Return what a text costs, in characters."""
    return min(len(text), READ) + MARKS


@dataclass(eq=False, slots=True)
class Work:
    """The texts of one request that have not been taken yet.

    Attributes:
        texts: All of its texts.
        encoder: What they are encoded with to the last, even where another encoder takes over meanwhile.
        places: Places of its texts, longest first: texts of one length are quickest together.
        taken: How many of them have been taken.
        characters: What the others cost.
    """

    texts: Sequence[str]
    encoder: Encoder
    places: list[int] = field(init=False)
    taken: int = field(init=False, default=0)
    characters: int = field(init=False)

    def __post_init__(self) -> None:
        """Put the texts in order."""
        self.places = sorted(range(len(self.texts)), key=lambda place: -len(self.texts[place]))
        self.characters = sum(map(characters_of, self.texts))

    @property
    def is_small(self) -> bool:
        """Whether it goes before large ones, and is taken whole."""
        return len(self.texts) <= FEW


SomeWork = TypeVar("SomeWork", bound=Work)


class Piece(NamedTuple, Generic[SomeWork]):
    """What one call of the encoder does for one request."""

    work: SomeWork
    places: list[int]
    characters: int

    @property
    def texts(self) -> list[str]:
        """Return the texts themselves."""
        return [self.work.texts[place] for place in self.places]


class Turns(Generic[SomeWork]):
    """Requests that wait, and the order in which their texts are taken."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._small: deque[SomeWork] = deque()
        self._large: deque[SomeWork] = deque()
        self._small_in_a_row = 0

    def __len__(self) -> int:
        """Return how many requests wait."""
        return len(self._small) + len(self._large)

    def __iter__(self) -> Iterator[SomeWork]:
        """Iterate over those that wait."""
        return chain(self._small, self._large)

    @property
    def characters(self) -> int:
        """What waits, in characters."""
        return sum(work.characters for work in self)

    def add(self, work: SomeWork) -> None:
        """Let a request wait for its turn."""
        (self._small if work.is_small else self._large).append(work)

    def drop(self, work: SomeWork) -> None:
        """Forget what is left of a request, if anything is."""
        line = self._small if work.is_small else self._large
        if work in line:
            line.remove(work)

    def before(self, characters: int, *, small: bool) -> int:
        """Return what is encoded before a request of so many characters would be done, in characters, itself left out.

        Small requests wait for small ones only. Large ones share in turn: of each that is larger, as much goes first as the
        request has itself.
        """
        ahead = sum(work.characters for work in self._small)
        return ahead if small else ahead + sum(min(work.characters, characters) for work in self._large)

    def take(self, room: int, *, large: bool = True) -> list[Piece[SomeWork]]:
        """Return what the next call encodes, of about `room` characters; nothing where nobody waits.

        Args:
            room: Characters.
            large: Whether large requests may have a turn.
        """
        large = large and bool(self._large)
        if self._small and (not large or self._small_in_a_row < SMALL_IN_A_ROW):
            self._small_in_a_row = self._small_in_a_row + 1 if large else 0
            return self._take_small(room)
        if not large:
            return []
        self._small_in_a_row = 0
        work = self._large.popleft()
        piece = _cut(work, room)
        if work.taken < len(work.places):
            self._large.append(work)
        return [piece]

    def _take_small(self, room: int) -> list[Piece[SomeWork]]:
        first = self._small[0]
        pieces: list[Piece[SomeWork]] = []
        while (
            self._small
            and self._small[0].encoder is first.encoder
            and (not pieces or self._small[0].characters <= room)
        ):
            work = self._small.popleft()
            room -= work.characters
            pieces.append(_cut(work, work.characters))
        return pieces


def _cut(work: SomeWork, room: int) -> Piece[SomeWork]:
    """Take the next texts of a request, of about `room` characters.

    At least two at a time, and never all but one: an encoder may give a text alone another seventh decimal than in company.
    """
    start = stop = work.taken
    characters = 0
    while stop < len(work.places):
        more = characters_of(work.texts[work.places[stop]])
        if stop - start > 1 and len(work.places) - stop > 1 and characters + more > room:
            break
        characters += more
        stop += 1
    work.taken = stop
    work.characters -= characters
    return Piece(work, work.places[start:stop], characters)


class Rate:
    """How many characters one worker encodes in a second, by what it did lately."""

    def __init__(self) -> None:
        """Nothing has been measured."""
        self._characters = self._seconds = 0.0
        self._noted = -math.inf

    def note(self, characters: int, seconds: float, *, now: float) -> None:
        """Take in that so many characters took so long."""
        kept = math.exp(-seconds / _MEMORY)
        self._characters = self._characters * kept + characters
        self._seconds = self._seconds * kept + seconds
        self._noted = now

    def per_second(self, *, now: float) -> float | None:
        """Return the rate; None where it is not known, or was known too long ago."""
        return self._characters / self._seconds if self._seconds > 0 and now - self._noted < _STALE else None
