"""The texts of a policy that are on the shelf: two of them compared, all of them in a row, each of them made once for everybody."""

from functools import lru_cache
from itertools import pairwise

from policy_index.comparing.diff import ChangeKind, Comparison, compare
from policy_index.comparing.timeline import ClauseHistory, Revision, Timeline
from policy_index.errors import ComparisonError, EncoderError, OverloadedError
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.search.vectors import Encoder
from policy_index.server.service import service
from policy_index.ui.links import Tag, link, tag
from policy_index.words import counted, long_day

Packs = tuple[PolicyPack, ...]


def compared(before: PolicyPack, after: PolicyPack) -> Comparison:
    """Return what changed from one text to the other; by words, and where clauses went and others came by meaning too.

    While the model is being loaded nobody waits for it: then it is by words alone, which `needs_meaning` tells.

    Raises:
        ComparisonError: The two cannot be compared.
        EncoderError: Meaning was needed, and the model is unusable; `compared_by_words` needs none.
        OverloadedError: Meaning was needed, and too many wait for it.
    """
    if not needs_meaning(before, after) or not service().is_warm():
        return compared_by_words(before, after)
    return _by_meaning(before, after)


def needs_meaning(before: PolicyPack, after: PolicyPack) -> bool:
    """Whether a clause that is gone may have become one that is new, which words alone do not tell.

    Raises:
        ComparisonError: The two cannot be compared.
    """
    counts = compared_by_words(before, after).counts
    return bool(counts[ChangeKind.ADDED] and counts[ChangeKind.REMOVED])


@lru_cache(maxsize=512)
def compared_by_words(before: PolicyPack, after: PolicyPack) -> Comparison:
    """Return what changed, clauses aligned by words and place alone.

    Raises:
        ComparisonError: The two cannot be compared.
    """
    return compare(before.policy, after.policy)


@lru_cache(maxsize=256)
def _by_meaning(before: PolicyPack, after: PolicyPack) -> Comparison:
    return compare(before.policy, after.policy, encoder=shared_encoder())


def shared_encoder() -> Encoder:
    """Return the encoder that all visitors share; waits while it is being loaded.

    Raises:
        EncoderError: The model is missing, damaged or unusable.
    """
    return service().index().encoder


def versions_in_order(pack: PolicyPack) -> Packs:
    """Return the texts of a policy on the shelf, oldest first; those without a date first of all."""
    return tuple(reversed(service().shelf.versions(pack.id)))


def dated(packs: Packs) -> Packs:
    """Return those that have a date."""
    return tuple(each for each in packs if each.policy.updated is not None)


def timeline_of(packs: Packs) -> Timeline | None:
    """Return the dated texts of a policy, oldest first, in a row, each compared with the next; None where there are fewer than two.

    Raises:
        ComparisonError: Two neighbours cannot be compared.
    """
    if len(packs) < 2:  # noqa: PLR2004  # a row of one has no steps
        return None
    if service().is_warm():
        try:
            return _timeline(packs)
        except (EncoderError, OverloadedError):  # kept by nobody: the next visit asks again
            pass
    return _timeline_by_words(packs)


@lru_cache(maxsize=32)
def _timeline(packs: Packs) -> Timeline:
    return _row(packs, [compared(*pair) for pair in pairwise(packs)])


@lru_cache(maxsize=32)
def _timeline_by_words(packs: Packs) -> Timeline:
    return _row(packs, [compared_by_words(*pair) for pair in pairwise(packs)])


def _row(packs: Packs, comparisons: list[Comparison]) -> Timeline:
    return Timeline(
        versions=tuple(pack.policy for pack in packs),
        revisions=tuple(Revision(comparison=each) for each in comparisons),
    )


def history_of(pack: PolicyPack, packs: Packs, clause: Clause) -> ClauseHistory | None:
    """Return since when a clause stands in the policy, as far as its dated texts tell; None where they cannot tell."""
    if pack.policy.updated is None:
        return None
    try:
        timeline = timeline_of(packs)
        return None if timeline is None else timeline.history_of(clause.id, day=pack.policy.updated)
    except ComparisonError:  # the page of the versions says why
        return None


def wording_line(pack: PolicyPack, clause: Clause) -> Tag | None:
    """Return one line for a clause's page: since when it stands in these words; None where the shelf cannot tell."""
    packs = dated(versions_in_order(pack))
    history = history_of(pack, packs, clause)
    if history is None:
        return None
    last = history.wordings[-1]
    if last.change is None:
        return tag(
            "p", f"In this wording since {long_day(last.since)} or earlier: the oldest text here.", class_="upe-soft"
        )
    place = next(place for place, each in enumerate(packs) if each.policy.updated == last.since)
    seen = change_link(packs[place - 1], packs[place], last.clause.id, long_day(last.since))
    if len(history.wordings) == 1:
        return tag("p", "In the policy, and in this wording, since ", seen, ".", class_="upe-soft")
    older = "" if not history.is_from_the_start else " or earlier"
    return tag(
        "p",
        "In this wording since ",
        seen,
        f"; in the policy since {long_day(history.since)}{older}, in {counted(len(history.wordings), 'wording')}.",
        class_="upe-soft",
    )


def comparison_link(before: PolicyPack, after: PolicyPack, words: str, *, label: str = "", **query: str) -> Tag:
    """Return a link to the page that compares two texts; `query` is what else the address asks for."""
    return link("compare", words, label=label, **({"policy": before.spec, "with": after.spec} | query))


def change_link(before: PolicyPack, after: PolicyPack, change: str, words: str, *, label: str = "") -> Tag:
    """Return a link to one change of two texts, by its name in addresses."""
    return comparison_link(before, after, words, label=label, change=change)
