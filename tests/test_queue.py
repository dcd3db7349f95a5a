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

from policy_index.errors import EncoderError, OverloadedError
from policy_index.search.graph import GraphEncoder, GraphFile
from policy_index.search.patience import Gone, Patience, patience
from policy_index.search.queue import LEAST_CALL, EncodingQueue
from policy_index.search.turns import MARKS
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
    assert sum(len(text) + MARKS for text in scene.encoder.calls[0]) <= LEAST_CALL
    scene.encoder.open()
    assert np.array_equal(long.result(WAIT), vectors_of(LARGE))


def test_a_worker_is_kept_free_of_long_requests():
    """Of two, so that a short one need not wait for either of two long ones."""
    encoder = HeldEncoder()
    queue = EncodingQueue(encoder, workers=2)
    with ThreadPoolExecutor(3) as pool:
        long = [pool.submit(queue.encode, LARGE) for _ in range(2)]
        encoder.wait_for_call()
        short = pool.submit(queue.encode, ["short"])
        encoder.wait_for_call()
        assert encoder.calls[1:] == [["short"]]
        encoder.open()

        assert np.array_equal(short.result(WAIT), vectors_of(["short"]))
        assert all(np.array_equal(each.result(WAIT), vectors_of(LARGE)) for each in long)


def test_a_closed_queue_has_given_up_what_waited(scene: Scene):
    """The call at work comes to its end, and nobody is let in any more."""
    held = scene.ask(["held"])
    scene.encoder.wait_for_call()
    waiting = scene.ask(LARGE)
    closing = scene.pool.submit(scene.queue.close)
    with refused("Nobody waits"):
        waiting.result(WAIT)

    scene.encoder.open()

    closing.result(WAIT)
    assert np.array_equal(held.result(WAIT), vectors_of(["held"]))
    assert scene.queue._threads == set()
    with refused("Nobody waits"):
        scene.queue.encode(["x"])


@settings(max_examples=60)
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
    """Cut into calls, two requests at once; to the seventh decimal.

    The graph gives a text that is the only one of its length in a call another last bit than one that is not.
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
