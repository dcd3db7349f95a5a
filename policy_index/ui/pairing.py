"""What people say of a crosswalk's pairs: a clause with its counterpart is confirmed, rejected, or given another one."""

from collections.abc import Sequence

import streamlit as st

from policy_index.comparing.crosswalk import Crosswalk, Decision, Pairing, Row, decisions_of
from policy_index.errors import PolicyIndexError, public_words
from policy_index.server.service import service
from policy_index.ui.foreign import plain
from policy_index.ui.kept import can_write, kept_library
from policy_index.ui.links import Block, Tag, show_block, staying, tag
from policy_index.ui.pair import Pair
from policy_index.ui.visitor import visitor
from policy_index.words import shortened

JUDGED = "judge"
"""What names in an address the clause whose counterpart a person judges."""

_FILTERS = ("found", "section")
"""What the page's boxes put into the address; a link keeps one kind and one section."""

_PROBLEM, _SAID, _OTHER = "pairing-problem", "pairing-said", "pairing-other"


def decisions_here(pair: Pair) -> tuple[Decision, ...]:
    """Return what people said of pairs of the two policies' clauses; nothing where no library keeps one of them.

    Raises:
        LibraryError: The library cannot be read.
    """
    library = kept_library()
    if library is None:
        return ()
    from policy_index.library.pairing import pairings_of  # with SQLAlchemy, only where there is a library

    a, b = pair.before, pair.after
    return decisions_of(a, b, pairings_of(library, a.spec, b.spec, beside=service().shelf.taken))


def can_judge(pair: Pair) -> bool:
    """Whether what is said of the two policies' pairs can be kept here."""
    taken = service().shelf.taken
    return can_write() and kept_library() is not None and not {pair.before.spec, pair.after.spec} <= taken


def judge_link(pair: Pair, row: Row) -> Tag:
    """Return the link that opens what a person can say of a row, where it stands."""
    words = "Change" if row.pairing is Pairing.CONFIRMED else "Confirm or correct"
    kept = {name: st.query_params[name] for name in _FILTERS if len(st.query_params.get_all(name)) == 1}
    return staying(pair.link(words, label=f"{words}: {row.clause.position}", **kept, **{JUDGED: row.clause.id}))


def judged_row(rows: Sequence[Row]) -> Row | None:
    """Return the row that the address says is being judged; None where it is not among these."""
    asked = st.query_params.get(JUDGED)
    return next((row for row in rows if row.clause.id == asked), None)


def show_judging(pair: Pair, found: Crosswalk, row: Row) -> None:
    """Open what a person can say of a row, over the page, which stays where it is."""
    _ask(pair, found, row)


def _stop_judging() -> None:
    st.query_params.pop(JUDGED, None)


@st.dialog("What is its counterpart?", width="large", on_dismiss=_stop_judging)
def _ask(pair: Pair, found: Crosswalk, row: Row) -> None:
    names = {clause.id: f"{clause.position}: {shortened(clause.text, letters=90)}" for clause in found.b.policy}
    nearest = row.nearest
    sides = [tag("div", tag("p", row.clause.position, class_="upe-which"), tag("blockquote", row.clause.text))]
    if nearest is not None:
        sides.append(tag("div", tag("p", nearest.position, class_="upe-which"), tag("blockquote", nearest.text)))
    show_block(Block.of(tag("div", *sides, class_="upe-sides upe-crossed")), key="judged clauses")
    if nearest is not None:
        with st.container(horizontal=True):
            is_confirmed = row.pairing is Pairing.CONFIRMED
            if st.button("They are counterparts", icon=":material/check:", key="pair-yes", disabled=is_confirmed):
                _keep(pair, row, nearest.id, is_pair=True)
                st.rerun()
            if st.button("They are not", icon=":material/close:", key="pair-no"):
                _keep(pair, row, nearest.id, is_pair=False)
                st.rerun()
    other = st.selectbox(
        "Or its counterpart is another clause",
        list(names),
        index=None,
        format_func=lambda each: names[each],
        key=_OTHER,
        placeholder="Choose, or type some of its words",
    )
    if st.button("Keep this one", icon=":material/save:", key="pair-other", disabled=other is None):
        _keep(pair, row, other, is_pair=True)
        st.rerun()
    st.caption("Kept in the library for everybody who uses it, and noted in its journal.")


def show_what_was_kept() -> None:
    """Say what became of the last thing that a person said of a pair."""
    if problem := st.session_state.pop(_PROBLEM, None):
        st.error(plain(problem), icon=":material/error:")
    if said := st.session_state.pop(_SAID, None):
        st.success(plain(said), icon=":material/check_circle:")


def _keep(pair: Pair, row: Row, other: str | None, *, is_pair: bool) -> None:
    from policy_index.library.pairing import keep_pairing
    from policy_index.library.values import Pairing as Said
    from policy_index.library.values import PairVerdict

    library = kept_library()
    if other is None or library is None:
        st.session_state[_PROBLEM] = "Expected a clause of the other policy, got none; nothing was changed."
        return
    verdict = PairVerdict.CONFIRMED if is_pair else PairVerdict.REJECTED
    said = Said(before_clause_id=row.clause.id, after_clause_id=other, verdict=verdict)
    a, b = pair.before, pair.after
    try:
        keep_pairing(library, a.spec, b.spec, said, beside=service().shelf.taken, who=visitor().allowed())
    except PolicyIndexError as error:
        st.session_state[_PROBLEM] = f"Not kept: {public_words(error)}"
        return
    what = "are counterparts" if is_pair else "are no counterparts"
    st.session_state[_SAID] = f"Kept: “{row.clause.position}” and “{b.policy.clause(other).position}” {what}."
    st.query_params.pop(JUDGED, None)
