"""Keeps a catalogue in step with the policies of a shelf, in a thread of its own: first their words, then their meaning."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Event, Lock, Thread

import numpy as np

from policy_index.errors import LibraryError, PolicyIndexError
from policy_index.finding.catalogue import Block, Catalogue, Key, key_of
from policy_index.finding.giving_way import GivingWay
from policy_index.finding.place_cache import PlaceCache, content_digest
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import PolicyShelf, ShelfEntry
from policy_index.search.concept_places import placed_clauses
from policy_index.search.concept_space import concept_space
from policy_index.search.index import ClauseIndex

MOST_FITTED = 6
"""Policies that are searched by what was learned from their examples; of further ones the clauses' places are compared."""

ALSO = 16
"""Versions other than the newest that are held because somebody looked into them."""

_SPARE = 1_000
"""Rows of versions that are gone, or changed since, up to which nobody tidies up."""

_TELL_EVERY = 0.3
"""Seconds after which what has been read meanwhile can be found."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """What can be found at one moment.

    Attributes:
        catalogue: The rows.
        newest: The blocks of the newest version of each policy, in the shelf's order.
        entries: Every version, by what names it.
        fitted: Indexes of those that are searched by what was learned from examples.
        unread: How many policies of the shelf have not been read, or only by their words.
    """

    catalogue: Catalogue
    newest: tuple[Block, ...]
    entries: Mapping[str, ShelfEntry]
    fitted: Mapping[Key, ClauseIndex]
    unread: int

    def block(self, spec: str) -> Block | None:
        """Return the block of a version; None where it has not been read."""
        entry = self.entries.get(spec)
        return None if entry is None else self.catalogue.blocks.get(key_of(entry))


class Follower:
    """Reads what a shelf holds, and what has changed there; safe to use from several threads.

    Attributes:
        giving_way: Before each policy that it reads or places it gives way to pages that are being made.
    """

    def __init__(self, shelf: PolicyShelf, index_of: Callable[[PolicyPack], ClauseIndex]) -> None:
        """Read nothing yet.

        Args:
            shelf: The policies.
            index_of: Returns the index of a pack, made when it is first asked for.
        """
        self.giving_way = GivingWay()
        self._shelf = shelf
        self._index_of = index_of
        self._lock = Lock()
        self._thread: Thread | None = None
        self._done = Event()
        self._read_at: object = object()  # equal to no state
        self._everything = False
        self._catalogue = Catalogue()
        self._entries: dict[str, ShelfEntry] = {}
        self._newest: list[Key] = []
        self._also: dict[str, None] = {}
        self._fitted: dict[Key, ClauseIndex] = {}
        self._learned: set[Key] = set()
        self._given_up: set[Key] = set()
        self._view = View(catalogue=self._catalogue, newest=(), entries={}, fitted={}, unread=0)

    def view(self, *, wait: float | None, specs: Iterable[str] = (), everything: bool = True) -> View:
        """Return what can be found, after waiting for what has changed to be read.

        Args:
            wait: Seconds after which the rest is left for later; None to wait for all of it.
            specs: Versions that shall be among it, whether newest or not.
            everything: Whether the newest version of every policy shall.
        """
        wanted = list(specs)
        for _ in range(2):  # who was already reading when these were asked for has passed them
            self.start(wanted, everything=everything)
            with self.giving_way.waiting():
                self._done.wait(wait)
            if all(self._view.block(spec) is not None for spec in wanted):
                break
        return self._view

    def start(self, specs: Iterable[str] = (), *, everything: bool = True) -> None:
        """Begin to read what has changed, and return at once."""
        state = self._shelf.state()
        with self._lock:
            wanted = list(specs)
            if everything and not self._everything:
                self._everything, self._read_at = True, object()
            self._also = dict.fromkeys([*(spec for spec in self._also if spec not in wanted), *wanted])
            while len(self._also) > max(ALSO, len(wanted)):
                self._also.pop(next(iter(self._also)))
            held = all(self._view.block(spec) is not None for spec in wanted)
            if self._thread is not None or (state == self._read_at and held):
                return
            self._done.clear()
            # A daemon: ending the program need not wait for it.
            self._thread = Thread(target=self._run, args=(state,), name="read-policies", daemon=True)
            self._thread.start()

    def _run(self, state: object) -> None:
        try:
            self.giving_way.give_way()
            self._read_words()
            self._read_meanings()
            self._read_at = state
        except PolicyIndexError:
            pass  # the model cannot be had, or has too much to do: tried again at the next search, which says so
        finally:
            self._tell()
            with self._lock:
                self._thread = None
            self._done.set()

    def _read_words(self) -> None:
        entries = {entry.spec: entry for entry in self._shelf.entries()}
        newest = _newest_of(entries.values(), self._shelf.default.spec) if self._everything else []
        also = [entries[spec] for spec in list(self._also) if spec in entries]
        wanted = {key_of(entry): entry for entry in (*newest, *also)}
        self._forget_all_but(wanted)
        self._entries, self._newest = entries, [key_of(entry) for entry in newest]
        told = time.monotonic()
        for key, entry in wanted.items():
            if key in self._catalogue.blocks or key in self._given_up:
                continue
            self.giving_way.give_way()
            try:
                pack = self._shelf.peek(entry.spec)
                block = self._catalogue.add(entry, pack, content_digest(pack))
                if pack.exemplars.counts().total():
                    self._learned.add(block.key)
            except LibraryError:
                raise
            except PolicyIndexError:  # broken, or gone since
                self._given_up.add(key)
                continue
            if time.monotonic() > told + _TELL_EVERY:
                self._tell()
                told = time.monotonic()
        self._tell()

    def _read_meanings(self) -> None:
        for block in self._wanted_blocks():
            if len(self._fitted) < MOST_FITTED and block.key in self._learned and not self._understands(block):
                self.giving_way.give_way()
                self._fitted[block.key] = self._index_of(self._shelf.find(block.entry.spec))
        blocks = [block for block in self._wanted_blocks() if not self._understands(block)]
        if not blocks:
            return
        encoder = self._index_of(self._shelf.default).encoder
        space = concept_space(encoder)
        cache = PlaceCache(space.key, space.places(encoder.encode(["a text"])).shape[1])
        told = time.monotonic()
        for block in blocks:
            places = cache.get(block.digest, clauses=len(block.clauses))
            if places is None:
                self.giving_way.give_way()
                pack = self._shelf.peek(block.entry.spec)
                places = placed_clauses(pack, encoder).places.astype(np.float16)
                if len(places) != len(block.clauses):  # changed since: the next look finds it so
                    continue
                cache.put(block.digest, places)
            self._catalogue.put(block, places)
            if time.monotonic() > told + _TELL_EVERY:
                self._catalogue.settle(done=False)
                self._tell()
                told = time.monotonic()
        self._catalogue.settle()
        cache.tidy()

    def _forget_all_but(self, wanted: Mapping[Key, ShelfEntry]) -> None:
        self._fitted = {key: index for key, index in self._fitted.items() if key in wanted}
        self._given_up &= set(wanted)
        self._learned &= set(wanted)
        held = self._catalogue.blocks
        kept = sum(len(block.clauses) for key, block in held.items() if key in wanted)
        if len(self._catalogue) - kept > max(_SPARE, kept):
            self._catalogue = self._catalogue.kept_only(wanted)

    def _understands(self, block: Block) -> bool:
        return block.key in self._fitted or self._catalogue.has_places(block)

    def _wanted_blocks(self) -> list[Block]:
        also = [key_of(self._entries[spec]) for spec in list(self._also) if spec in self._entries]
        keys = dict.fromkeys([*self._newest, *also])
        return [self._catalogue.blocks[key] for key in keys if key in self._catalogue.blocks]

    def _tell(self) -> None:
        """Let what has been read be found."""
        newest = tuple(self._catalogue.blocks[key] for key in self._newest if key in self._catalogue.blocks)
        understood = sum(map(self._understands, newest))
        self._view = View(
            catalogue=self._catalogue,
            newest=newest,
            entries=self._entries,
            fitted=dict(self._fitted),
            unread=len([key for key in self._newest if key not in self._given_up]) - understood,
        )


def _newest_of(entries: Iterable[ShelfEntry], default: str) -> list[ShelfEntry]:
    """Return the newest version of each policy, undated ones counting as oldest, in the shelf's order; of the default one the default version."""
    newest: dict[str, ShelfEntry] = {}
    for entry in entries:
        held = newest.get(entry.id)
        if held is None or (held.spec != default and (entry.spec == default or _age(entry) > _age(held))):
            newest[entry.id] = entry
    return list(newest.values())


def _age(entry: ShelfEntry) -> str:
    return "" if entry.provenance.updated is None else entry.version
