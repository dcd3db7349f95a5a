"""The box that finds clauses of all policies: by number, words, a phrase or meaning; results policy by policy, with links."""

from collections.abc import Iterator

import streamlit as st

from policy_index.errors import PolicyIndexError, public_words
from policy_index.finding.query import LONGEST
from policy_index.finding.results import Found, FoundIn, Hit, Reason
from policy_index.policy.pack import PolicyPack
from policy_index.records.finding import unread_words
from policy_index.search.likelihood import Nearness
from policy_index.server.service import service
from policy_index.ui.announce import announce
from policy_index.ui.cards import clause_item
from policy_index.ui.foreign import plain
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.ui.visit import note, visit
from policy_index.words import counted

_POLICIES = 6
"""Policies whose clauses are shown; the best of the others are named."""

_WAIT = 1.0
"""Seconds that somebody waits for policies that have not been read yet; the box says how many are left."""


def show_finder(pack: PolicyPack, *, opens: str = "categories") -> None:
    """Show the box and what it finds, the clauses of `pack` first; it is emptied where a clause's page is reached.

    What is typed is kept for the visit and enters no address.

    Args:
        pack: The policy.
        opens: The page on which a found clause is opened: its own, or the whole text.
    """
    here = f"{pack.spec} {st.query_params.get('clause', '')}"
    if visit().jumped_to != here:
        note(jumped_to=here)
        st.session_state["find"] = ""
    service().finder.start()
    _show_box(pack, opens)


@st.fragment
def _show_box(pack: PolicyPack, opens: str) -> None:
    typed = st.text_input(
        "Find clauses in all policies",
        key="find",
        type="search",
        live="250ms",
        max_chars=LONGEST,
        placeholder="casino, face unlock, 5.1 or “exact words”",
    )
    found = _find(typed, pack) if typed and typed.strip() else None
    announce("" if found is None else _in_words(found), key="find")
    if found is None:
        return
    for sentence in filter(None, (found.note, unread_words(found), found.problem)):
        st.info(plain(sentence), icon=":material/info:")
    if found.policies:
        show_block(Block.of(tag("div", *_results(found, opens), class_="upe-found")), key="found")


def _find(typed: str, pack: PolicyPack) -> Found | None:
    """Return what was found; None where it could not be looked for, which is then said."""
    try:
        return service().finder.find(typed, home=pack.spec, policies=_POLICIES, wait=_WAIT)
    except PolicyIndexError as error:
        st.info(plain(public_words(error)), icon=":material/info:")
        return None


def _in_words(found: Found) -> str:
    clauses = sum(each.found for each in found.policies)
    return f"{counted(clauses, 'clause')} found" if clauses else "No clause found"


def _results(found: Found, opens: str) -> Iterator[Tag]:
    for each in found.policies:
        name = f"{each.entry.provenance.name} ({each.entry.version})"
        yield tag("h3", name, tag("small", _how_many(each)))
        yield tag("ul", *(_line(hit, each, opens) for hit in each.hits))
    if found.found > len(found.policies):
        yield tag(
            "p", f"Found in {found.found:,} policies; these are the best {len(found.policies)}.", class_="upe-soft"
        )


def _how_many(each: FoundIn) -> str:
    if not each.found:
        return ""
    shown = sum(hit.reason is not Reason.DISTANT for hit in each.hits)
    return f" · {counted(each.found, 'clause')}" + (f", the best {shown} of them" if shown < each.found else "")


def _line(hit: Hit, each: FoundIn, opens: str) -> Tag:
    """Return a clause in the policy's own words, as a link to it under that policy, with why it is here."""
    why = hit.reason.words
    if hit.reason is Reason.MEANING and hit.nearness is Nearness.MAYBE:
        why += ", maybe"
    name, attributes, (_, *rest) = clause_item(hit.clause, tag("small", " · ", tag("span", why, class_="upe-reason")))
    return [
        name,
        attributes,
        [link(opens, hit.clause.text, policy=each.entry.spec, clause=hit.clause.id), *rest],
    ]
