"""What the picture of the reading room is coloured by, or one sentence on why there is nothing to colour by and what to do."""

from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from policy_index.batch.suite import Coverage
from policy_index.errors import PolicyIndexError, public_words
from policy_index.plots.colouring import Colouring, by_changes, by_closeness, by_kind, by_prompts, by_scores
from policy_index.policy.pack import PolicyPack
from policy_index.server.service import service
from policy_index.ui.likeness import likenesses, why_none
from policy_index.ui.links import Tag, link, tag
from policy_index.ui.room_view import OTHER, By, RoomView
from policy_index.ui.versions import compared, comparison_link, versions_in_order
from policy_index.ui.visit import visit
from policy_index.words import counted

_MOST_VERSIONS = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coloured:
    """What the clauses are coloured by.

    Attributes:
        colouring: The colours; those of the kinds where there is nothing else.
        said: What the colours show, or why there are none and what to do.
        is_there: Whether there is what was asked for.
    """

    colouring: Colouring
    said: tuple[str | Tag, ...]
    is_there: bool = True


def coloured(view: RoomView, coverage: Coverage | None) -> Coloured:
    """Return what an address asks to colour by; the kinds with the reason where it is not there."""
    match view.by:
        case By.KIND:
            return Coloured(
                colouring=by_kind(view.pack),
                said=("Colour: what a clause does to you.",),
            )
        case By.TEXT:
            return _by_text(view)
        case By.PROMPTS:
            return _by_prompts(view, coverage)
        case By.VERSION:
            return _by_version(view)
        case By.CLOSENESS:
            return _by_closeness(view)


def _none(view: RoomView, *said: str | Tag) -> Coloured:
    return Coloured(colouring=by_kind(view.pack), said=said, is_there=False)


def _by_text(view: RoomView) -> Coloured:
    scores = visit().checked_scores()
    if scores is None:
        return _none(
            view, "No text has been checked under this policy: check one in the ", link("./", "Playground"), "."
        )
    return Coloured(
        colouring=by_scores(view.pack, tuple(scores.items())),
        said=("Colour: how similar a clause is to the text you checked.",),
    )


def _by_prompts(view: RoomView, coverage: Coverage | None) -> Coloured:
    if coverage is None:
        return _none(view, "No prompts have been checked yet: paste or upload them above.")
    return Coloured(
        colouring=by_prompts(view.pack, tuple((each.clause.id, each.count) for each in coverage.clauses)),
        said=(
            "Colour: how many of your prompts touch a clause; the darker, the more. ",
            tag("strong", "Grey: none."),
        ),
    )


def _by_closeness(view: RoomView) -> Coloured:
    landscape = likenesses(view.pack)
    if landscape is None:
        return _none(view, why_none(view.pack))
    if view.clause is None:
        return _none(view, "No clause is chosen: choose one in the text or in the picture.")
    return Coloured(
        colouring=by_closeness(landscape, view.clause),
        said=(f"Colour: how similar a clause is to {view.clause.position}.",),
    )


def _by_version(view: RoomView) -> Coloured:
    others = [each for each in versions_in_order(view.pack) if each is not view.pack]
    if not others:
        return _none(
            view,
            "Only this version of the policy is here: add another one on the page ",
            link("policies", "Policies"),
            ".",
        )
    other = _other(others, view.pack)
    is_after = _age(other) <= _age(view.pack)
    before, after = (other, view.pack) if is_after else (view.pack, other)
    try:
        colouring, gone = _changes(before, after, is_after=is_after, is_warm=service().is_warm())
    except PolicyIndexError as error:
        return _none(view, public_words(error))
    left = (
        f" {counted(gone, 'clause')} stand only in the other." if gone > 1 else " One stands only in the other." * gone
    )
    choice: list[str | Tag] = ["Compared with "]
    for each in others[-_MOST_VERSIONS:]:
        choice += [tag("strong", each.version) if each is other else view.link(each.version, other=each.spec), " · "]
    return Coloured(
        colouring=colouring,
        said=(
            f"Colour: what became of a clause from {before.version} to {after.version}.{left} ",
            *choice,
            comparison_link(before, after, "word by word"),
        ),
    )


@lru_cache(maxsize=64)
def _changes(
    before: PolicyPack,
    after: PolicyPack,
    *,
    is_after: bool,
    is_warm: bool,  # noqa: ARG001  # with the model the comparison is another one
) -> tuple[Colouring, int]:
    """Return the colours of what became of the clauses of one side, and how many stand only on the other."""
    comparison = compared(before, after)
    gone = sum(not (each.clauses_after if is_after else each.clauses_before) for each in comparison.changes)
    return by_changes(comparison, is_after=is_after), gone


def _other(others: list[PolicyPack], pack: PolicyPack) -> PolicyPack:
    """Return the version that the address asks for; else the one before, or the next where there is none."""
    asked = st.query_params.get(OTHER)
    named = next((each for each in others if each.spec == asked), None)
    earlier = [each for each in others if _age(each) <= _age(pack)]
    return named or (earlier[-1] if earlier else others[0])


def _age(pack: PolicyPack) -> str:
    return "" if pack.policy.updated is None else pack.version
