"""The queue measures how fast it is: it refuses what would be too late, and cuts calls to the time that they should take."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from support import LetterEncoder

from policy_index.errors import OverloadedError, PolicyIndexError
from policy_index.search.patience import Patience, patience
from policy_index.search.queue import EncodingQueue
from policy_index.search.turns import MARKS
from policy_index.search.vectors import Vectors


class Clock:
    """A clock that the encoder moves: a hundred characters' worth a second."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.encoder = LetterEncoder()
        self._encode = self.encoder.encode
        self.encoder.encode = self.encode  # type: ignore[method-assign]

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.now += sum(len(text) + MARKS for text in texts) / 100
        return self._encode(texts)

    def __call__(self) -> float:
        return self.now


@contextmanager
def waiting_until(deadline: float) -> Iterator[None]:
    """Be as patient as that."""
    token = patience.set(Patience(deadline))
    try:
        yield
    finally:
        patience.reset(token)


def test_what_would_be_too_late_is_refused_before_anything_is_encoded():
    """By the measured rate; it is said when to come again, and what can be done in time is done."""
    clock = Clock()
    queue = EncodingQueue(clock.encoder, workers=1, clock=clock)
    queue.encode(["x" * (100 - MARKS)] * 10)  # 1,000 characters' worth in 10 seconds
    encoded = len(clock.encoder.encoded)

    with waiting_until(clock.now + 9), pytest.raises(OverloadedError, match="about 10 seconds") as caught:
        queue.encode(["x" * (100 - MARKS)] * 10)

    assert caught.value.retry_after == pytest.approx(1)  # 10 seconds' work with 9 left
    assert isinstance(caught.value, PolicyIndexError)
    assert len(clock.encoder.encoded) == encoded
    assert queue.figures().rejected == 1
    with waiting_until(clock.now + 11):
        queue.admit(1000)
        queue.encode(["x" * (100 - MARKS)] * 10)
    with waiting_until(clock.now + 11), pytest.raises(OverloadedError, match="about 12 seconds"):
        queue.admit(1200)


def test_a_rate_of_long_ago_refuses_nobody():
    """Else a queue that was slow once would be so for ever."""
    clock = Clock()
    queue = EncodingQueue(clock.encoder, workers=1, clock=clock)
    queue.encode(["x" * 92] * 10)
    clock.now += 61

    with waiting_until(clock.now + 1):
        queue.admit(1000)


def test_calls_take_the_time_they_should():
    """At 100,000 characters a second, 50 ms are 5,000 characters."""
    clock = Clock()
    encode = clock.encoder.encode
    sizes: list[int] = []

    def quick(texts: Sequence[str]) -> Vectors:
        size = sum(len(text) + MARKS for text in texts)
        sizes.append(size)
        clock.now += size / 100_000 - size / 100
        return encode(texts)

    clock.encoder.encode = quick  # type: ignore[method-assign]
    queue = EncodingQueue(clock.encoder, workers=1, clock=clock)
    queue.encode(["x" * 92] * 300)

    assert sizes[0] == 2000
    assert set(sizes[1:-1]) == {5000}


def test_short_texts_say_nothing_of_how_fast_long_requests_are():
    """One at a time they take far longer for their characters; a large request is let in, and measured."""
    clock = Clock()
    queue = EncodingQueue(clock.encoder, workers=1, clock=clock)
    queue.encode(["x" * 92])

    with waiting_until(clock.now + 5):
        queue.admit(1000)
        with pytest.raises(OverloadedError):
            queue.encode(["x" * 600])
