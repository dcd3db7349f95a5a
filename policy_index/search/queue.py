"""One queue before the encoder, shared by all visitors, requests and batches of a process.

Texts that wait at the same time are encoded together; a long text or a batch yields to short searches within a moment; what
cannot be done in its time is refused before it costs anything; who goes away costs nothing more.
"""

import atexit
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Event, Lock, Thread, current_thread
from weakref import WeakSet

import numpy as np

from policy_index.errors import EncoderError, OverloadedError
from policy_index.search.even_batches import cores
from policy_index.search.patience import Gone, Patience, given_up, patience, too_late
from policy_index.search.turns import Piece, Rate, Turns, Work
from policy_index.search.vectors import Encoder, Vectors

CALL = 0.05
"""Seconds that one call for a large request should take: so long a short search may wait for it."""

LEAST_CALL, MOST_CALL = 2048, 8192
"""Characters of one call: at least, and while the rate is not known; at most, about 2,048 tokens. Fewer characters are too few
texts of one length: at 1,024 a large request takes 1.2 times as long as at 2,048, which takes 1.05 times the wrapped encoder's time."""

MOST_WAITING = 8_000_000
"""Characters that may wait: about twenty texts of 20,000 words, each sentence read alone and with its neighbours."""

LONGEST_ADVICE = 60.0
"""Seconds after which one may try again in any case."""

_FINISH = 5.0
"""Seconds that calls at work have to come to their end when the process ends."""

_IDLE = 10.0
"""Seconds without work after which a worker ends; the next request starts one again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How a queue does.

    Attributes:
        requests: Requests that wait, wholly or in part.
        characters: Characters that wait.
        encoded: Texts that have been encoded since the start.
        rejected: Requests that were refused, or not done in their time, since the start.
    """

    requests: int
    characters: int
    encoded: int
    rejected: int


@dataclass(eq=False, slots=True)
class _Request(Work):
    """A request with what it waits for."""

    patience: Patience = field(default_factory=Patience)
    vectors: Vectors | None = field(init=False, default=None)
    filled: int = field(init=False, default=0)
    error: BaseException | None = field(init=False, default=None)
    settled: Event = field(init=False, default_factory=Event)


class EncodingQueue:
    """An encoder that many may call at once, each served fairly; its vectors are the wrapped encoder's to the last bit.

    The one exception is the wrapped encoder's own: where a text's last decimals depend on its company, as the graph's do (it
    gives a text that is the only one of its length in a call another eighth decimal), they depend on who else waits.
    """

    def __init__(
        self,
        encoder: Encoder,
        *,
        workers: int | None = None,
        most_waiting: int = MOST_WAITING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Wrap an encoder; threads are started when there is work, and end when there is none.

        Args:
            encoder: What encodes; safe to call from several threads.
            workers: Calls at the same time; one more than there are cores, if None. One of several is kept free of large
                requests, so that a short search need not wait for one; the others keep all cores at work, which one large
                call after the other does not.
            most_waiting: Characters that may wait.
            clock: What deadlines and rates are measured with.
        """
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self._encoder = encoder
        self._workers = cores() + 1 if workers is None else workers
        self._most_large = max(1, self._workers - 1)
        self._most_waiting = most_waiting
        self._clock = clock
        self._lock = Lock()
        self._work_waits = Condition(self._lock)
        self._turns: Turns[_Request] = Turns()
        self._small_rate, self._large_rate = Rate(), Rate()
        self._threads: set[Thread] = set()
        self._running = self._large_running = self._encoded = self._rejected = 0
        self._is_closed = False
        _queues.add(self)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector for each text, float32, shape (len(texts), dimensions), when their turn has come.

        Raises:
            OverloadedError: They cannot be encoded within the `patience` of the caller, or nobody waits for them any more.
        """
        if not texts:
            return self._encoder.encode(texts)
        request = _Request(texts, self._encoder, patience.get() or Patience())
        with self._lock:
            if self._is_closed:
                raise given_up()
            self._admit(request.characters, request.patience, small=request.is_small)
            self._turns.add(request)
            self._start_workers()
            self._work_waits.notify(1 if request.is_small else self._workers)
        try:
            self._wait(request)
        finally:  # also where waiting itself was interrupted
            self._settle(request, given_up())
        if request.error is not None:
            raise request.error
        assert request.vectors is not None  # noqa: S101  # settled without an error
        return request.vectors

    def characters_read(self, text: str) -> int:
        """Return how many characters, from the first, the model reads before it cuts the text off."""
        return self._encoder.characters_read(text)

    def admit(self, characters: int) -> None:
        """Do nothing where a large request of about so many characters would be done in the caller's `patience`.

        Raises:
            OverloadedError: It would not.
        """
        with self._lock:
            self._admit(characters, patience.get() or Patience(), small=False)

    def replace(self, encoder: Encoder) -> None:
        """Encode with another encoder from now on; requests that wait already are finished with the one before.

        Raises:
            EncoderError: Its vectors are others.
        """
        if encoder.fingerprint != self.fingerprint:
            message = f"Expected an encoder with the vectors of {self.name}, got {encoder.name} with others."
            raise EncoderError(message)
        with self._lock:
            self._encoder = encoder
            self._small_rate, self._large_rate = Rate(), Rate()

    def close(self) -> None:
        """Give up what waits, and return when the calls at work have come to their end, or after some seconds."""
        with self._lock:
            self._is_closed = True
            for request in list(self._turns):
                self._settle_locked(request, given_up())
            self._work_waits.notify_all()
            threads = list(self._threads)
        until = time.monotonic() + _FINISH
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    @property
    def encoder(self) -> Encoder:
        """What encodes now."""
        return self._encoder

    def figures(self) -> Figures:
        """Return how the queue does."""
        with self._lock:
            return Figures(
                requests=len(self._turns),
                characters=self._turns.characters,
                encoded=self._encoded,
                rejected=self._rejected,
            )

    def _admit(self, characters: int, patient: Patience, *, small: bool) -> None:
        """Refuse what nobody waits for, what would be too late, or what finds no room; the lock is held."""
        if patient.gone.is_set():
            raise given_up()
        now = self._clock()
        seconds = self._seconds_until_done(characters, small=small, now=now)
        left = None if patient.deadline is None else patient.deadline - now
        if left is not None and (left <= 0 or seconds > left):
            self._rejected += 1
            message = (
                f"Expected to answer in time, but it would take about {max(1, seconds):.0f} seconds; try again later."
            )
            raise OverloadedError(message, retry_after=min(max(1.0, seconds - max(left, 0.0)), LONGEST_ADVICE))
        waiting = self._turns.characters
        if waiting and waiting + characters > self._most_waiting:
            self._rejected += 1
            message = "Too many texts are waiting; try again in a moment."
            raise OverloadedError(message, retry_after=min(max(1.0, seconds), LONGEST_ADVICE))

    def _seconds_until_done(self, characters: int, *, small: bool, now: float) -> float:
        """Return how long a request would take from now; 0 where the rate is not known."""
        rate = self._large_rate.per_second(now=now)
        if small:  # not for large ones: short texts one at a time take far longer for their characters
            rate = self._small_rate.per_second(now=now) or rate
        if rate is None:
            return 0.0
        at_once = self._workers if small else self._most_large
        return (self._turns.before(characters, small=small) + self._running + characters) / (rate * at_once)

    def _wait(self, request: _Request) -> None:
        deadline, gone = request.patience.deadline, request.patience.gone

        def wait() -> None:
            left = None if deadline is None else max(0.0, deadline - self._clock())
            if not request.settled.wait(left):
                self._settle(request, too_late(), late=True)

        if isinstance(gone, Gone):
            with gone.telling(lambda: self._settle(request, given_up())):
                wait()
        else:
            wait()

    def _settle(self, request: _Request, error: BaseException | None, *, late: bool = False) -> None:
        """Let a request have its error, or its vectors; only the first time counts."""
        with self._lock:
            self._settle_locked(request, error, late=late)

    def _settle_locked(self, request: _Request, error: BaseException | None, *, late: bool = False) -> None:
        if request.settled.is_set():
            return
        request.error = error
        self._rejected += late
        self._turns.drop(request)
        request.settled.set()

    def _start_workers(self) -> None:
        while len(self._threads) < self._workers:
            thread = Thread(target=self._work, name="encoding-queue", daemon=True)
            self._threads.add(thread)
            thread.start()

    def _work(self) -> None:
        while pieces := self._take():
            self._encode(pieces)
            with self._lock:
                self._running -= sum(piece.characters for piece in pieces)
                self._large_running -= not pieces[0].work.is_small
            del pieces  # an idle worker keeps nobody's texts

    def _take(self) -> list[Piece[_Request]]:
        """Return what to encode next, as soon as there is something; nothing when this worker shall end."""
        with self._lock:
            while True:
                now = self._clock()
                self._drop_the_forsaken(now)
                rate = self._large_rate.per_second(now=now)
                room = LEAST_CALL if rate is None else int(min(max(rate * CALL, LEAST_CALL), MOST_CALL))
                if pieces := self._turns.take(room, large=self._large_running < self._most_large):
                    self._running += sum(piece.characters for piece in pieces)
                    self._large_running += not pieces[0].work.is_small
                    return pieces
                if self._is_closed or (not self._work_waits.wait(_IDLE) and not len(self._turns)):
                    self._threads.discard(current_thread())
                    return []

    def _drop_the_forsaken(self, now: float) -> None:
        for request in list(self._turns):
            deadline = request.patience.deadline
            if request.patience.gone.is_set():
                self._settle_locked(request, given_up())
            elif deadline is not None and deadline <= now:
                self._settle_locked(request, too_late(), late=True)

    def _encode(self, pieces: list[Piece[_Request]]) -> None:
        """Encode the pieces in one call; where it fails, each by itself, so that each request has its own error only."""
        texts = [text for piece in pieces for text in piece.texts]
        start = self._clock()
        try:
            vectors = pieces[0].work.encoder.encode(texts)
            if vectors.shape[:-1] != (len(texts),):
                message = f"Expected {len(texts)} vectors of {self.name}, got an array of shape {vectors.shape}."
                raise EncoderError(message)  # noqa: TRY301  # handled as the encoder's own errors are
        except BaseException as error:  # noqa: BLE001  # whatever it is, those who wait must hear of it
            if len(pieces) == 1:
                self._settle(pieces[0].work, error)
            else:
                for piece in pieces:
                    self._encode([piece])
            return
        with self._lock:
            now = self._clock()
            rate = self._small_rate if pieces[0].work.is_small else self._large_rate
            rate.note(sum(piece.characters for piece in pieces), now - start, now=now)
            self._encoded += len(texts)
            start_row = 0
            for piece in pieces:
                self._fill(piece, vectors[start_row : start_row + len(piece.places)])
                start_row += len(piece.places)

    def _fill(self, piece: Piece[_Request], vectors: Vectors) -> None:
        request = piece.work
        if request.settled.is_set():
            return
        if request.vectors is None:
            request.vectors = np.empty((len(request.texts), vectors.shape[1]), dtype=np.float32)
        request.vectors[piece.places] = vectors
        request.filled += len(piece.places)
        if request.filled == len(request.texts):
            self._settle_locked(request, None)


_queues: "WeakSet[EncodingQueue]" = WeakSet()


@atexit.register
def _close_all() -> None:
    """End all calls before the interpreter does: a thread that it stops inside onnxruntime aborts the process."""
    for queue in tuple(_queues):
        queue.close()
