"""The queue before the encoder: the encoder's own vectors, short requests first, nobody starved, nothing done in vain."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import LetterEncoder

from policy_index.errors import EncoderError, OverloadedError, PolicyIndexError
from policy_index.search.graph import GraphEncoder, GraphFile
from policy_index.search.queue import FIRST_CALL, EncodingQueue, Gone, Patience, patience
from policy_index.search.turns import FEW, MARKS, SMALL_IN_A_ROW, Rate, Turns, Work
from policy_index.search.vectors import Vectors

WAIT = 10
"""Seconds after which a test is broken."""

LARGE = [f"large {number:03d} {'x' * 90}" for number in range(60)]
"""About 108 characters' worth each: 9 fill a first call."""


class HeldEncoder(LetterEncoder):
    """Counts letters, each call when it is let through."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[list[str]] = []
        self.begun = threading.Semaphore(0)
        self.let = threading.Semaphore(0)
        self.is_held = True

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        self.begun.release()
        if self.is_held:
            assert self.let.acquire(timeout=WAIT)
        if any("poison" in text for text in texts):
            raise ValueError(len(texts))
        return super().encode(texts)

    def wait_for_call(self) -> None:
        """Return when the next call has begun."""
        assert self.begun.acquire(timeout=WAIT)

    def open(self) -> None:
        """Hold nothing any more."""
        self.is_held = False
        self.let.release(1000)


class Scene:
    """A queue of one worker, and people who ask."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.encoder = HeldEncoder()
        self.queue = EncodingQueue(self.encoder, workers=1)
        self.pool = pool

    def ask(self, texts: Sequence[str], patient: Patience | None = None) -> "Future[Vectors]":
        """Ask in a thread of one's own, and return when the request waits or has been refused."""
        waited = threading.Event()
        add = self.queue._turns.add

        def noted(request: object) -> None:
            add(request)  # type: ignore[arg-type]
            waited.set()

        def work() -> Vectors:
            patience.set(patient)
            return self.queue.encode(texts)

        self.queue._turns.add = noted  # type: ignore[method-assign]
        asked = self.pool.submit(work)
        asked.add_done_callback(lambda _: waited.set())
        assert waited.wait(WAIT)
        self.queue._turns.add = add  # type: ignore[method-assign]
        return asked


@pytest.fixture
def scene() -> Iterator[Scene]:
    """Whoever still waits at the end is let through."""
    with ThreadPoolExecutor(80) as pool:
        made = Scene(pool)
        yield made
        made.encoder.open()


def vectors_of(texts: Sequence[str]) -> Vectors:
    return LetterEncoder().encode(texts)


@contextmanager
def refused(words: str) -> Iterator[None]:
    """Expect that the queue refuses in these words."""
    with pytest.raises(OverloadedError, match=words):
        yield


def test_texts_that_wait_together_are_encoded_together(scene: Scene):
    """In one call; each gets its own vector."""
    first = scene.ask(["first"])
    scene.encoder.wait_for_call()
    others = {text: scene.ask([text]) for text in ("b", "cc", "ddd")}

    scene.encoder.open()

    assert np.array_equal(first.result(WAIT), vectors_of(["first"]))
    for text, found in others.items():
        assert np.array_equal(found.result(WAIT), vectors_of([text]))
    assert scene.encoder.calls == [["first"], ["b", "cc", "ddd"]]


def test_a_long_request_yields_to_a_short_one_within_one_call(scene: Scene):
    """The short one is next, and done long before the long one."""
    long = scene.ask(LARGE)
    scene.encoder.wait_for_call()
    short = scene.ask(["short"])

    scene.encoder.let.release(2)
    assert np.array_equal(short.result(WAIT), vectors_of(["short"]))

    assert not long.done()
    assert scene.encoder.calls[1] == ["short"]
    assert sum(len(text) + MARKS for text in scene.encoder.calls[0]) <= FIRST_CALL
    scene.encoder.open()
    assert np.array_equal(long.result(WAIT), vectors_of(LARGE))


def test_long_requests_share_in_turn():
    """A call each, also with one that comes later."""
    turns: Turns[Work] = Turns()
    one, two, three = (Work(LARGE, LetterEncoder()) for _ in range(3))
    turns.add(one)
    turns.add(two)
    first = [turns.take(1000)[0].work for _ in range(3)]
    turns.add(three)

    assert first == [one, two, one]
    assert [turns.take(1000)[0].work for _ in range(4)] == [two, one, three, two]


def test_a_long_request_has_its_turn_among_ever_more_short_ones():
    """After so many calls for short ones; nobody starves."""
    turns: Turns[Work] = Turns()
    encoder = LetterEncoder()
    turns.add(Work(LARGE, encoder))
    taken = []
    for _ in range(3 * (SMALL_IN_A_ROW + 1)):
        turns.add(Work(["short"], encoder))
        taken.append(turns.take(1)[0].work.is_small)

    assert taken == ([True] * SMALL_IN_A_ROW + [False]) * 3


def test_no_call_has_one_text_of_several():
    """Which might have another seventh decimal alone than in company."""
    for count in range(FEW + 1, 40):
        turns: Turns[Work] = Turns()
        turns.add(Work(LARGE[:count], LetterEncoder()))
        sizes = []
        while pieces := turns.take(1):
            sizes += [len(piece.places) for piece in pieces]

        assert sum(sizes) == count
        assert min(sizes) >= 2
        assert max(sizes) <= 3


@settings(max_examples=60, deadline=None)
@given(
    requests=st.lists(st.lists(st.text(max_size=60), min_size=1, max_size=30), min_size=1, max_size=8),
    workers=st.integers(1, 3),
)
def test_any_requests_at_once_have_the_encoders_vectors(requests: list[list[str]], workers: int):
    """To the last bit, in their own order."""
    queue = EncodingQueue(LetterEncoder(), workers=workers)
    with ThreadPoolExecutor(len(requests)) as pool:
        found = list(pool.map(queue.encode, requests))

    for texts, vectors in zip(requests, found, strict=True):
        assert np.array_equal(vectors, vectors_of(texts))
    figures = queue.figures()
    assert (figures.requests, figures.characters, figures.rejected) == (0, 0, 0)
    assert figures.encoded == sum(map(len, requests))


def test_the_graphs_vectors_come_through(graph: GraphFile):
    """Cut into calls, two requests at once; to the seventh decimal, as the graph gives a text that is the only one of its
    length in a call another last bit than one that is not.
    """
    encoder = GraphEncoder.from_file(graph.path)
    queue = EncodingQueue(encoder, workers=2)
    texts = [f"text number {number} {'of some length ' * (number % 9)}" for number in range(60)]
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(queue.encode, [texts, texts[::-1]])

    expected = encoder.encode(texts)
    assert np.abs(one - expected).max() <= 5e-7
    assert np.abs(other - expected[::-1]).max() <= 5e-7


def test_no_texts_are_the_encoders_own_affair():
    """There is nothing to wait for."""
    assert EncodingQueue(LetterEncoder()).encode([]).shape == (0, 26)


def test_a_fault_reaches_the_request_with_the_text_only(scene: Scene):
    """Though it was encoded in company."""
    held = scene.ask(["held"])
    scene.encoder.wait_for_call()
    sound, unsound, also_sound = scene.ask(["a"]), scene.ask(["poison"]), scene.ask(["b"])

    scene.encoder.open()

    assert np.array_equal(sound.result(WAIT), vectors_of(["a"]))
    assert np.array_equal(also_sound.result(WAIT), vectors_of(["b"]))
    with pytest.raises(ValueError, match="1"):
        unsound.result(WAIT)
    held.result(WAIT)
    assert scene.encoder.calls[1:] == [["a", "poison", "b"], ["a"], ["poison"], ["b"]]


def test_a_fault_ends_a_long_request(scene: Scene):
    """What is left of it is not encoded; the next one is served."""
    scene.encoder.open()
    with pytest.raises(ValueError, match=r"\d"):
        scene.queue.encode(["poison " + "x" * 200, *LARGE])

    assert len(scene.encoder.calls) == 1
    assert np.array_equal(scene.queue.encode(["x"]), vectors_of(["x"]))


def test_vectors_that_are_too_few_are_a_fault():
    """Not a wait for ever."""
    encoder = LetterEncoder()
    encoder.encode = lambda _texts: np.ones((1, 26), dtype=np.float32)  # type: ignore[method-assign]

    with pytest.raises(EncoderError, match=r"Expected 2 vectors of letters, got an array of shape \(1, 26\)\."):
        EncodingQueue(encoder).encode(["a", "b"])


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
    with waiting_until(clock.now + 11), refused("about 12 seconds"):
        queue.admit(1200)


def test_a_rate_of_long_ago_refuses_nobody():
    """Else a queue that was slow once would be so for ever."""
    clock = Clock()
    queue = EncodingQueue(clock.encoder, workers=1, clock=clock)
    queue.encode(["x" * 92] * 10)
    clock.now += 61

    with waiting_until(clock.now + 1):
        queue.admit(1000)


def test_the_rate_follows_what_was_done_lately():
    """A slow minute is forgotten after some seconds' work."""
    rate = Rate()
    assert rate.per_second(now=0) is None
    rate.note(100, 1, now=0)
    assert rate.per_second(now=0) == pytest.approx(100)
    for _ in range(20):
        rate.note(1000, 1, now=1)

    assert rate.per_second(now=1) == pytest.approx(1000, rel=0.01)


def test_a_short_request_does_not_wait_for_long_ones():
    """Nor is it refused for them; of long ones as much counts as the newcomer has itself."""
    turns: Turns[Work] = Turns()
    long = Work(LARGE, LetterEncoder())
    turns.add(long)
    turns.add(Work(["short"], LetterEncoder()))
    short = len("short") + MARKS

    assert turns.before(10, small=True) == short
    assert turns.before(10, small=False) == short + 10
    assert turns.before(10**6, small=False) == short + long.characters


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

    assert sizes[0] == 1000
    assert set(sizes[1:-1]) == {5000}


def test_a_full_queue_turns_away(scene: Scene):
    """What waits is bounded; an empty queue takes anything."""
    scene.queue._most_waiting = 2000
    scene.ask(LARGE)
    scene.encoder.wait_for_call()

    with refused("Too many texts are waiting"):
        scene.ask(LARGE).result(WAIT)

    assert scene.queue.figures().rejected == 1


def test_who_goes_away_costs_nothing_more(scene: Scene):
    """The answer is at once, while the encoder is still at the first part; the other parts are dropped."""
    gone = Gone()
    long = scene.ask(LARGE, Patience(gone=gone))
    scene.encoder.wait_for_call()

    gone.set()

    with refused("Nobody waits"):
        long.result(WAIT)
    assert scene.queue.figures().requests == 0
    scene.encoder.open()
    assert np.array_equal(scene.queue.encode(["next"]), vectors_of(["next"]))
    assert scene.encoder.calls[1:] == [["next"]]
    assert scene.queue.figures().rejected == 0


def test_a_plain_event_is_noticed_when_the_next_call_begins(scene: Scene):
    """Nothing of the request is encoded."""
    held = scene.ask(["held"])
    scene.encoder.wait_for_call()
    gone = threading.Event()
    waiting = scene.ask(LARGE, Patience(gone=gone))
    gone.set()

    scene.encoder.let.release()

    with refused("Nobody waits"):
        waiting.result(WAIT)
    held.result(WAIT)
    assert scene.encoder.calls == [["held"]]


@pytest.mark.parametrize("make", [Gone, threading.Event])
def test_who_has_gone_already_is_not_let_in(make: Callable[[], threading.Event]):
    """Whatever says so."""
    gone = make()
    gone.set()
    encoder = LetterEncoder()
    token = patience.set(Patience(gone=gone))
    with refused("Nobody waits"):
        EncodingQueue(encoder).encode(["x"])
    patience.reset(token)

    assert encoder.encoded == []


def test_a_deadline_that_passes_ends_the_waiting(scene: Scene):
    """At once, though the encoder is at work for somebody else; nothing is encoded later either."""
    held = scene.ask(["held"])
    scene.encoder.wait_for_call()

    with refused("no answer in time"):
        scene.ask(LARGE, Patience(deadline=monotonic() + 0.05)).result(WAIT)
    with refused("Expected to answer in time"):
        scene.ask(["late"], Patience(deadline=monotonic())).result(WAIT)

    scene.encoder.open()
    held.result(WAIT)
    assert scene.queue.figures().rejected == 2
    assert scene.encoder.calls == [["held"]]


def test_another_encoder_takes_over_for_who_comes_next(scene: Scene):
    """Who waits already is served by the one before; other vectors are refused."""
    held = scene.ask(["held"])
    scene.encoder.wait_for_call()
    before = scene.ask(["before"])
    quicker = LetterEncoder()

    scene.queue.replace(quicker)
    after = scene.ask(["after"])
    scene.encoder.open()

    for asked in (held, before, after):
        asked.result(WAIT)
    assert scene.encoder.calls == [["held"], ["before"]]
    assert quicker.encoded == ["after"]
    assert scene.queue.encoder is quicker
    with pytest.raises(EncoderError, match="Expected an encoder with the vectors of letters"):
        scene.queue.replace(LetterEncoder("letters-2"))


def test_the_queue_is_the_encoder_to_everybody_else():
    """Its name, its fingerprint, what it reads."""
    queue = EncodingQueue(LetterEncoder("letters-7", limit=3))

    assert (queue.name, queue.fingerprint, queue.characters_read("abcdef")) == ("letters", "letters-7", 3)
