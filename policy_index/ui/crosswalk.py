"""Two policies side by side: each clause with the nearest of the other, how sure in words, and what only one of them has."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache, partial

import streamlit as st

from policy_index.comparing.accepting import refuse_two_languages
from policy_index.comparing.crosswalk import SURE, Crosswalk, Decision, Pairing, Row, clause_vectors, crosswalk
from policy_index.errors import ComparisonError
from policy_index.plots.palette import ALIKE, STEM
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.records.crosswalks import CrosswalkFormat, crosswalk_paper
from policy_index.ui.announce import announce
from policy_index.ui.cards import card, lead_ins
from policy_index.ui.chosen import group_names
from policy_index.ui.foreign import plain
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.ui.pair import Pair, show_turn_round
from policy_index.ui.pairing import (
    can_judge,
    decisions_here,
    judge_link,
    judged_row,
    show_judging,
    show_what_was_kept,
)
from policy_index.ui.versions import shared_encoder
from policy_index.words import counted, shortened

ROWS_A_PAGE = 30

_FORMATS = {
    CrosswalkFormat.CSV: ("CSV", ":material/table:", "csv", "text/csv"),
    CrosswalkFormat.SSSOM: ("SSSOM", ":material/schema:", "sssom.tsv", "text/tab-separated-values"),
    CrosswalkFormat.JSON: ("JSON", ":material/data_object:", "json", "application/json"),
}


class Found(StrEnum):
    """How sure it is that a clause has a counterpart; the value is what people read."""

    CONFIRMED = "Counterpart, confirmed by a person"
    CLOSE = "Counterpart"
    LIKELY = "Probably a counterpart"
    NONE = "No counterpart"


_WHY = {
    Found.CONFIRMED: "somebody read both",
    Found.CLOSE: "close in what they speak of",
    Found.LIKELY: "less close: read both",
    Found.NONE: "the nearest speaks of something else",
}


_COLORS = {Found.CONFIRMED: ALIKE, Found.CLOSE: ALIKE, Found.LIKELY: "#b06f00", Found.NONE: STEM}
"""A colour beside the words, which alone would do."""


def found_of(row: Row) -> Found:
    """Return how sure it is that a clause and its nearest one are counterparts."""
    match row.pairing:
        case Pairing.CONFIRMED:
            return Found.CONFIRMED
        case Pairing.COUNTERPART:
            return Found.CLOSE if row.score is not None and row.score >= SURE else Found.LIKELY
        case Pairing.GAP:
            return Found.NONE


def crosswalk_of(pair: Pair) -> Crosswalk:
    """Return the crosswalk of two policies; made once for all visitors.

    Raises:
        ComparisonError: It is one policy twice, or the two are in different languages.
        EncoderError: The model is missing, damaged or unusable.
        OverloadedError: Too many wait for the model.
    """
    if pair.before is pair.after:
        message = f"Expected two policies, got {pair.before.spec} twice."
        raise ComparisonError(message)
    refuse_two_languages(pair.before.policy, pair.after.policy)
    return _crosswalk(pair.before, pair.after, decisions_here(pair), shared_encoder().fingerprint)


@lru_cache(maxsize=32)
def _crosswalk(
    a: PolicyPack,
    b: PolicyPack,
    decisions: tuple[Decision, ...],
    fingerprint: str,  # noqa: ARG001  # another encoder, another crosswalk
) -> Crosswalk:
    encoder = shared_encoder()
    vectors = {"a_vectors": clause_vectors(a, encoder), "b_vectors": clause_vectors(b, encoder)}
    return crosswalk(a, b, **vectors, decisions=decisions, space=encoder.name)


def show_crosswalk_summary(pair: Pair, found: Crosswalk) -> None:
    """Show in counts what the two share, and how that is known."""
    show_turn_round(pair)
    all_a, all_b = ({row.clause.id for row in rows} for rows in (found.rows, found.back))
    gaps_a, gaps_b = len(found.gaps_a), len(found.gaps_b)
    lines = [
        tag(
            "p",
            f"{len(all_a) - gaps_a:,} of {counted(len(all_a), 'clause')} of ",
            tag("strong", _name(pair, found.a)),
            f" have a counterpart in {_name(pair, found.b)}, {gaps_a:,} have none; {gaps_b:,} of "
            f"{counted(len(all_b), 'clause')} there have none here.",
            class_="upe-summary",
        ),
        tag(
            "p",
            "A counterpart speaks of the same thing; whether it allows or forbids the same, only reading tells. Found by a "
            f"language model ({found.space}) and by which of 150 topics each clause speaks of. On 115 clauses that we judged "
            "ourselves, 8 in 10 that are called counterparts were right and 6 in 10 that probably are, and about half of all "
            "there were was found: a help to read, neither a verdict nor legal advice.",
            class_="upe-soft",
        ),
    ]
    show_block(Block.of(*lines), key="crosswalk summary")


def show_crosswalk_downloads(pair: Pair, found: Crosswalk) -> None:
    """Offer the crosswalk in every format; each file is written when it is asked for."""
    today = datetime.now(UTC).date()
    with st.container(horizontal=True):
        for form, (name, icon, suffix, mime) in _FORMATS.items():
            st.download_button(
                name,
                partial(crosswalk_paper, found, form, made_on=today),
                file_name=f"{pair.before.id}-{pair.before.version}-to-{pair.after.id}-{pair.after.version}.{suffix}",
                mime=mime,
                icon=icon,
                key=f"download-{form.value}",
                on_click="ignore",
            )


def show_crosswalk(pair: Pair, found: Crosswalk) -> None:
    """Show each clause of the first policy with its nearest one, and below what only the second one has."""
    show_what_was_kept()
    own, missing = st.tabs(
        ["Clause by clause", f"Only in {plain(_name(pair, found.b))} ({len(found.gaps_b):,})"], key="crosswalk-side"
    )
    with own:
        _show_rows(pair, found)
    with missing:
        nearest = {row.clause.id: row for row in found.back}
        _show_gaps(pair, found, [nearest[clause.id] for clause in found.gaps_b])


def _show_rows(pair: Pair, found: Crosswalk) -> None:
    names = group_names(found.a)
    there = [each for each in Found if any(found_of(row) is each for row in found.rows)]
    kinds = st.pills(
        "Show",
        there,
        selection_mode="multi",
        format_func=lambda each: each.value,
        key="found",
        wrap=True,
        bind="query-params",
    )
    section = st.selectbox(
        "Only in",
        list(names),
        index=None,
        format_func=lambda each: names[each],
        key="section",
        bind="query-params",
        placeholder="Any category or section",
    )
    rows = [
        row
        for row in found.rows
        if (not kinds or found_of(row) in kinds)
        and (section is None or found.a.policy.group_of(row.clause.id).id == section)
    ]
    announce(f"{counted(len(rows), 'clause')} shown" if kinds or section else "", key="crosswalk")
    if not rows:
        st.info("No clause is of that kind in that part.", icon=":material/search_off:")
        return
    _show_paged(pair, found, rows, key=f"{sorted(kinds)} {section}", is_turned=False)


def _show_gaps(pair: Pair, found: Crosswalk, rows: Sequence[Row]) -> None:
    if not rows:
        st.markdown("Every clause has a counterpart.")
        return
    _show_paged(pair, found, rows, key="gaps", is_turned=True)


def _show_paged(pair: Pair, found: Crosswalk, rows: Sequence[Row], *, key: str, is_turned: bool) -> None:
    """Show a page of rows; turned ones are of the second policy, with the nearest of the first."""
    pages = -(-len(rows) // ROWS_A_PAGE)
    page = 1
    if pages > 1:
        page = st.pagination(pages, key=f"page {pair.before.spec} {pair.after.spec} {key}", max_visible_pages=5)
        st.caption(f"{counted(len(rows), 'clause')}, {ROWS_A_PAGE} a page")
    a, b = (pair.after, pair.before) if is_turned else (pair.before, pair.after)
    names = (_name(pair, a), _name(pair, b))
    shown = list(rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE])
    judges = not is_turned and can_judge(pair)
    drawn = [_row(a, b, names, row, judge_link(pair, row) if judges else None) for row in shown]
    show_block(Block.of(*drawn), key=f"rows {is_turned}")
    if judges and (judged := judged_row(shown)) is not None:
        show_judging(pair, found, judged)


def _row(a: PolicyPack, b: PolicyPack, names: tuple[str, str], row: Row, judging: Tag | None) -> Tag:
    found = found_of(row)
    name, other = names
    why = _WHY[found] + ("" if row.score is None else f" · similarity {row.score:.2f}")
    color = {"--kind": _COLORS[found]}
    sides = [
        _side(a, name, row.clause),
        tag("div", tag("p", other, class_="upe-which"), tag("p", "None.", class_="upe-none"))
        if row.nearest is None
        else _side(b, other, row.nearest),
    ]
    return tag(
        "section",
        tag(
            "div",
            tag("span", found.value, class_="upe-change", style=color),
            tag("span", why),
            *([judging] if judging is not None else []),
            class_="upe-change-head",
        ),
        tag("div", *sides, class_="upe-sides upe-crossed"),
        class_="upe-pair",
        aria_label=f"{found.value}: {row.clause.position}",
    )


def _side(pack: PolicyPack, name: str, clause: Clause) -> Tag:
    under = [tag("p", f"Under “{shortened(words)}”") for words in lead_ins(clause)[-1:]]
    return tag(
        "div",
        tag(
            "p",
            f"{name}: ",
            link("categories", clause.position, policy=pack.spec, clause=clause.id),
            class_="upe-which",
        ),
        card(tag("blockquote", clause.text), *under, lane=pack.lane_of(clause)),
    )


def _name(pair: Pair, pack: PolicyPack) -> str:
    """Return a short name that tells the two apart: the publisher, or the day where they are versions of one policy.

    The titles do where both have one publisher; where nobody has said who published one of them, it has its title alone.
    """
    if pair.is_one_policy:
        return pack.version
    publishers = {each.policy.provenance.publisher for each in (pair.before, pair.after)}
    provenance = pack.policy.provenance
    return provenance.publisher or provenance.title if len(publishers) > 1 else provenance.title
