"""Which two texts are compared: what the address asks for, and the boxes by which a person asks for others."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from policy_index.errors import UnknownPolicyError
from policy_index.plots.labels import told_apart
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import ShelfEntry
from policy_index.server.service import service
from policy_index.ui.chosen import POLICY
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.kept import choices, listed
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.ui.versions import comparison_link, versions_in_order
from policy_index.words import long_day

OTHER = "with"
"""What names the second text in an address: `?policy=ID@V1&with=ID@V2`."""

_VIEW = "view"

_MOST_NAMED = 12
"""Policies of several versions that are named where a policy has one."""


class View(StrEnum):
    """How two texts are looked at; the value is what people and addresses call it."""

    CHANGES = "What changed"
    CROSSWALK = "Side by side"
    TOPICS = "Who speaks of what"

    @classmethod
    def _missing_(cls, value: object) -> "View | None":
        """Return what addresses of before called otherwise."""
        return cls.CROSSWALK if value == "Crosswalk" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two texts.

    Attributes:
        before: The first one.
        after: The second one.
        view: How they are looked at: two versions by what changed, two policies by a crosswalk, where nobody asks otherwise.
    """

    before: PolicyPack
    after: PolicyPack
    view: View

    @property
    def is_one_policy(self) -> bool:
        """Whether both are versions of one policy."""
        return self.before.id == self.after.id

    @property
    def extra(self) -> dict[str, str]:
        """What an address must say besides the two, so that it opens in this view."""
        return {} if self.view is _usual_view(self.before, self.after) else {_VIEW: self.view.value}

    def link(self, words: str, *, label: str = "", **query: str) -> Tag:
        """Return a link to this pair in this view; `query` is what else the address asks for."""
        return comparison_link(self.before, self.after, words, label=label, **self.extra, **query)


def chosen_view() -> View | None:
    """Return the view that the address asks for; None where it asks for none that there is."""
    with suppress(ValueError):
        return View(st.query_params.get(_VIEW, ""))
    return None


def show_view_choice(pack: PolicyPack, view: View) -> None:
    """Let a person turn from a view that needs no pair of texts to another one."""

    def turn() -> None:
        chosen = View(st.session_state[_VIEWS])
        st.query_params.from_dict({POLICY: pack.spec} | ({} if chosen is View.CHANGES else {_VIEW: chosen.value}))

    _show_views(view, turn)


def chosen_pair(pack: PolicyPack) -> Pair | None:
    """Return the two texts that the address names; without a second one the version before, or else the one after.

    Where the policy is there in one version only: None, or for a crosswalk another policy. A second text that there is none of
    is said in a sentence.
    """
    asked = st.query_params.get(OTHER)
    wanted = chosen_view()
    if asked is not None:
        try:
            other = service().shelf.find(asked)
        except UnknownPolicyError as error:
            show_problem(f"{error} Showing what there is of {pack.title} instead.")
        else:
            return Pair(before=pack, after=other, view=wanted or _usual_view(pack, other))
    if wanted is View.CROSSWALK:
        other_policy = _other_policy(pack)
        return None if other_policy is None else Pair(before=pack, after=other_policy, view=View.CROSSWALK)
    return _neighbours(pack)


def show_choice(pair: Pair) -> None:
    """Let a person choose the view and the two texts; each choice is an address that stays."""
    _show_view(pair)
    versions = pair.is_one_policy and pair.view is View.CHANGES
    titles = _versions(pair) if versions else choices(pair.before, pair.after)
    labels = ("Before", "After") if pair.view is View.CHANGES else ("Policy A", "Policy B")

    def turn() -> None:
        _go(st.session_state[_FIRST], st.session_state[_SECOND], pair.view)

    st.session_state[_FIRST], st.session_state[_SECOND] = pair.before.spec, pair.after.spec
    columns = st.columns(2)
    for column, key, label in zip(columns, (_FIRST, _SECOND), labels, strict=True):
        column.selectbox(label, list(titles), format_func=lambda spec: titles[spec], key=key, on_change=turn)


def _versions(pair: Pair) -> dict[str, str]:
    """Return the days of a policy's versions, oldest first, by what names each."""
    packs = versions_in_order(pair.before)
    return dict(zip((each.spec for each in packs), told_apart(map(_day_of, packs)), strict=True))


def show_turn_round(pair: Pair) -> None:
    """Offer the same two in the other order."""
    turned = Pair(before=pair.after, after=pair.before, view=pair.view)
    words = "⇄ The other way round"
    show_block(Block.of(tag("p", turned.link(words), class_="upe-soft")), key="turn")


def show_one_version(pack: PolicyPack) -> None:
    """Say what is missing where a policy is there in one version, and what one can do instead."""
    st.info(
        plain(
            f"Only one version of this policy is here, {_with_day(pack)}. To see what changed, add a second one on the page "
            f"Policies, under the id “{pack.id}” and with its own day."
        ),
        icon=":material/history_toggle_off:",
    )
    several = [each for each in listed() if len(each.versions) > 1][:_MOST_NAMED]
    if several:
        items = [
            tag("li", link("compare", f"What changed in {each.newest.provenance.name}", policy=each.newest.spec))
            for each in several
        ]
        show_block(Block.of(tag("h2", "Policies that are here in several versions"), tag("ul", *items)), key="several")
    others = _other_policies(pack)
    if not others:
        lead = "Clauses are laid side by side with a second policy, and this is the only one here: "
        show_block(Block.of(tag("p", lead, link("policies", "add one on the page Policies"), ".")), key="only one")
        return
    items = [
        tag("li", link("compare", each.provenance.name, policy=pack.spec, **{OTHER: each.spec})) for each in others
    ]
    show_block(
        Block.of(
            tag("h2", "Lay it beside another policy"),
            tag("p", "Each clause with the nearest of the other policy, and what one has and the other has not."),
            tag("ul", *items),
        ),
        key="others",
    )


def order_note(pair: Pair) -> str:
    """Return a sentence where it is not known which of two versions came first; else nothing."""
    undated = [each for each in (pair.before, pair.after) if each.policy.updated is None]
    if not pair.is_one_policy or not undated or pair.before is pair.after:
        return ""
    which = "Neither version has a date" if len(undated) > 1 else "One version has no date"
    return f"{which}: which came first is not known."


def _show_view(pair: Pair) -> None:
    def turn() -> None:
        view = st.session_state[_VIEWS]
        other = _other_policy(pair.after) if view == View.CROSSWALK and pair.is_one_policy else None
        if other is not None:
            _go(pair.after.spec, other.spec, View.CROSSWALK)
        elif view == View.TOPICS:
            st.query_params.from_dict({POLICY: pair.before.spec, _VIEW: View.TOPICS.value})
        elif view == View.CHANGES and _neighbours(pair.before) is not None:
            st.query_params.from_dict({POLICY: pair.before.spec})
        else:
            _go(pair.before.spec, pair.after.spec, View(view))

    _show_views(pair.view, turn)


def _show_views(view: View, turn: Callable[[], None]) -> None:
    st.session_state[_VIEWS] = view
    st.segmented_control(
        "Look at",
        list(View),
        format_func=lambda view: view.value,
        key=_VIEWS,
        on_change=turn,
        required=True,
        label_visibility="collapsed",
    )


def _go(before: str, after: str, view: View) -> None:
    shelf = service().shelf
    usual = _usual_view(shelf.find(before), shelf.find(after))
    st.query_params.from_dict({POLICY: before, OTHER: after} | ({} if view is usual else {_VIEW: view.value}))


def _usual_view(before: PolicyPack, after: PolicyPack) -> View:
    return View.CHANGES if before.id == after.id else View.CROSSWALK


def _neighbours(pack: PolicyPack) -> Pair | None:
    versions = versions_in_order(pack)
    if len(versions) < 2:  # noqa: PLR2004  # nothing beside it
        return None
    place = max(versions.index(pack), 1)
    return Pair(before=versions[place - 1], after=versions[place], view=View.CHANGES)


def _other_policy(pack: PolicyPack) -> PolicyPack | None:
    """Return what a policy is laid beside where nobody says: another policy, or else another version; the first on the shelf."""
    others = _other_policies(pack) or [each for each in service().shelf.entries() if each.spec != pack.spec]
    return service().shelf.find(others[0].spec) if others else None


def _other_policies(pack: PolicyPack) -> list[ShelfEntry]:
    """Return the newest version of every other policy, own ones first; none is opened for it."""
    return [each.newest for each in listed() if each.id != pack.id]


def _day_of(pack: PolicyPack) -> str:
    return "Without a date" if pack.policy.updated is None else long_day(pack.policy.updated)


def _with_day(pack: PolicyPack) -> str:
    return "without a date" if pack.policy.updated is None else f"of {long_day(pack.policy.updated)}"


_FIRST, _SECOND, _VIEWS = "compare-first", "compare-second", "compare-view"
