"""What people said of pairs of clauses of any two policies, whichever of the two the library keeps; either order is one pair."""

from collections.abc import Collection

from policy_index.errors import LibraryError
from policy_index.library.library import Library
from policy_index.library.values import Pairing
from policy_index.library.who import NOBODY


def can_keep(a: str, b: str, *, beside: Collection[str]) -> bool:
    """Whether a library could keep pairs of these two versions, `ID@VERSION`: one of them must be its own.

    Args:
        a: One version.
        b: Another one.
        beside: What lies beside the program: bundled, or in a folder of packs.
    """
    return a != b and not (a in beside and b in beside)


def pairings_of(library: Library, a: str, b: str, *, beside: Collection[str]) -> tuple[Pairing, ...]:
    """Return what was said of the clauses of `a` (`before_clause_id`) and `b` (`after_clause_id`), in whichever order.

    Raises:
        UnknownPolicyError: The library has no such version.
        LibraryError: The library cannot be read.
    """
    if not can_keep(a, b, beside=beside):
        return ()
    if b in beside:
        return library.notes.pairings_beside(a, b)
    if a in beside:
        return tuple(map(_turned, library.notes.pairings_beside(b, a)))
    if a > b:
        return tuple(map(_turned, library.notes.pairings(b, a)))
    return library.notes.pairings(a, b)


def keep_pairing(  # noqa: PLR0913  # two of everything
    library: Library, a: str, b: str, said: Pairing, *, beside: Collection[str], who: str = NOBODY
) -> None:
    """Keep what a person said of a clause of `a` and a clause of `b`, in place of what was said of the two before.

    Raises:
        UnknownPolicyError: The library has no such version.
        LibraryError: The library keeps neither of the two, or cannot be written to.
    """
    if not can_keep(a, b, beside=beside):
        message = f"Expected a policy of the library among the two, but both {a} and {b} lie beside the program."
        raise LibraryError(message)
    if b in beside:
        library.notes.pair_beside(a, b, said, who=who)
    elif a in beside:
        library.notes.pair_beside(b, a, _turned(said), who=who)
    elif a > b:
        library.notes.pair(b, a, _turned(said), who=who)
    else:
        library.notes.pair(a, b, said, who=who)


def _turned(said: Pairing) -> Pairing:
    return Pairing(before_clause_id=said.after_clause_id, after_clause_id=said.before_clause_id, verdict=said.verdict)
