"""The finder: one search over the clauses of all policies, by number, by words, by meaning, typing errors forgiven."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from policy_index.finding.catalogue import Block
from policy_index.finding.follower import Follower, View
from policy_index.finding.meaning import Meaning
from policy_index.finding.query import Query
from policy_index.finding.ranking import Part, Search
from policy_index.finding.results import Found
from policy_index.finding.spelling import Spelled
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import PolicyShelf
from policy_index.search.fitness import unfit
from policy_index.search.index import ClauseIndex

CLAUSES, POLICIES = 5, 10
"""Clauses of one policy, and policies, that are returned where nobody says how many."""

NO_SUCH_NUMBER = "No clause has this number."
NO_SUCH_PHRASE = "No clause holds these very words; without the quotation marks they are looked for by meaning too."
ALL_FAR = "No clause speaks plainly of this. These are the nearest, and they are far."
NOTHING = "No clause speaks of this."


class Finder:
    """Finds clauses in the newest version of every policy of a shelf; safe to use from several threads."""

    def __init__(self, shelf: PolicyShelf, index_of: Callable[[PolicyPack], ClauseIndex]) -> None:
        """Read nothing yet: `start`, or the first search, does.

        Args:
            shelf: The policies.
            index_of: Returns the index of a pack, made when it is first asked for; all of them with one encoder.
        """
        self._shelf = shelf
        self._index_of = index_of
        self._follower = Follower(shelf, index_of)

    def start(self) -> None:
        """Begin to read what is new on the shelf, in the background."""
        self._follower.start()

    def page(self) -> AbstractContextManager[None]:
        """Return what is open while a page is being made: reading in the background gives way to it."""
        return self._follower.giving_way.page()

    def find(  # noqa: PLR0913  # one search has many sides
        self,
        text: str,
        *,
        home: str | None = None,
        only: Sequence[str] = (),
        clauses: int = CLAUSES,
        policies: int = POLICIES,
        wait: float | None = None,
    ) -> Found:
        """Return the clauses that `text` calls by number, that hold its words or are about it, policy by policy.

        A phrase in quotation marks is found as it stands. Elsewhere a clause with all of the words comes first, then one whose
        words are nearly spelled so, then those that are near by meaning, then those under a heading with the words.

        Args:
            text: What somebody typed.
            home: The version that somebody reads, `ID[@VERSION]`, whose clauses come first; None for none.
            only: Versions to search, `ID[@VERSION]` each; the newest of every policy if none, of the home's policy the home.
            clauses: How many clauses of a policy to return.
            policies: How many policies to return.
            wait: Seconds to wait for policies that have not been read yet; None for as long as it takes.

        Raises:
            InputError: The text is blank or too long.
            UnknownPolicyError: There is no such policy or version.
            EncoderError: The model is missing, damaged or unusable.
            OverloadedError: There is too much to do for an answer in time.
            LibraryError: `home` or `only` may be kept in a library that cannot be read.
        """
        query = Query.from_text(text)
        named = [self._shelf.find(spec).spec for spec in only]
        read = None if home is None else self._shelf.find(home).spec
        asked = [*named, *([] if read is None else [read])]
        view = self._follower.view(wait=wait, specs=asked, everything=not named)
        blocks = _among(view, named, read)
        with view.catalogue.lock:
            spelled = Spelled.in_catalogue(view.catalogue, query)
        meaning, why_not = self._meaning(query, spelled, view, blocks)
        search = Search(
            query=query,
            catalogue=view.catalogue,
            blocks=blocks,
            first=view.block(read) if read is not None else next(iter(blocks), None),
            spelled=spelled,
            meaning=meaning,
        )
        with view.catalogue.lock:
            parts = search.parts()
            found = tuple(search.found_in(part, limit=clauses) for part in parts[:policies])
        return Found(
            text=query.text,
            policies=found,
            found=sum(part.found > 0 for part in parts),
            searched=len(blocks),
            unread=view.unread,
            note=_note(query, parts, why_not),
            problem=self._shelf.problem,
        )

    def _meaning(
        self, query: Query, spelled: Spelled, view: View, blocks: Sequence[Block]
    ) -> tuple[Meaning | None, str]:
        """Return how near clauses are to what was typed; or None, and why that cannot be told where somebody may wonder."""
        if not query.loose or query.is_number or len(spelled.called):
            return None, ""
        said = query.loose if spelled.corrected is None else spelled.corrected
        if (reason := unfit(said)) is not None:
            return None, reason
        return Meaning.of_text(said, self._index_of(self._shelf.default).encoder, view, blocks), ""


def _among(view: View, named: Sequence[str], read: str | None) -> list[Block]:
    """Return the blocks to search: those that were named, or the newest of every policy, with the one that is read in place of its newest."""
    if named:
        return [block for spec in dict.fromkeys(named) if (block := view.block(spec)) is not None]
    reading = None if read is None else view.block(read)
    if reading is None:
        return list(view.newest)
    return [reading, *(block for block in view.newest if block.entry.id != reading.entry.id)]


def _note(query: Query, parts: Sequence[Part], why_not: str) -> str:
    """Return what there is to say of the results; nothing where they speak for themselves."""
    if any(part.found for part in parts):
        return ""
    if parts:
        return ALL_FAR
    if query.phrases:
        return NO_SUCH_PHRASE
    return NO_SUCH_NUMBER if query.is_number else why_not or NOTHING
