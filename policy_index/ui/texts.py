"""The texts of a policy that are here: each revision with what it changed, and which text was in force on a day."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import streamlit as st

from policy_index.comparing.diff import ChangeKind
from policy_index.comparing.timeline import Revision, Timeline
from policy_index.errors import ComparisonError
from policy_index.plots.revisions import plot_revisions
from policy_index.policy.pack import PolicyPack
from policy_index.ui.charts import file_name
from policy_index.ui.compare_style import show_compare_style
from policy_index.ui.comparison import share_in_words, summary
from policy_index.ui.foreign import show_problem
from policy_index.ui.leading_chart import show_leading_chart
from policy_index.ui.links import Block, Tag, link, open_page, show_block, tag
from policy_index.ui.pair import OTHER
from policy_index.ui.versions import Packs, comparison_link, dated, timeline_of, versions_in_order
from policy_index.words import counted, either, long_day, shortened

_SECTIONS = 4
_DAY = "day"
_FIRST_DAY = date(1990, 1, 1)


def show_texts(pack: PolicyPack) -> None:
    """Say which texts of the policy are here; of several show what each changed, and which was in force on a day."""
    there = versions_in_order(pack)
    if len(there) == 1:
        _show_one(pack)
        return
    show_compare_style()
    st.header("The texts")
    packs = dated(there)
    undated = len(there) - len(packs)
    try:
        timeline = timeline_of(packs)
    except ComparisonError as error:
        show_problem(f"The texts cannot be put in a row. {error}")
        return
    if timeline is None:
        st.info("Fewer than two texts here have a date: there is no row of them.", icon=":material/event_busy:")
    else:
        _show_row(pack, packs, timeline)
    if undated:
        st.caption(f"{counted(undated, 'text')} without a date: in no row, but on the page Compare.")


def _show_one(pack: PolicyPack) -> None:
    """Say that one text is here, and that nothing is made up of the others."""
    day = "without a date" if pack.policy.updated is None else f"of {long_day(pack.policy.updated)}"
    notes = (
        " Of the other revisions only the policy’s notes are here; nothing is made up."
        if pack.history.revisions
        else ""
    )
    st.markdown(f"One text of this policy is here, the one {day}.{notes}")


def _show_row(pack: PolicyPack, packs: Packs, timeline: Timeline) -> None:
    clicked = show_leading_chart(
        plot_revisions(timeline),
        key="texts",
        name=file_name(pack, "texts"),
        alt=f"Timeline, to scale, of the {counted(len(timeline.revisions), 'revision')} between the texts that are here: a dot for "
        "each, the larger the more of its words came or went, as a whole and by section. The list below holds the same.",
    )
    for before, after in pairwise(packs):
        if [after.version] == clicked:
            open_page("compare", **{"policy": before.spec, OTHER: after.spec})
    st.caption(
        "The larger a dot, the more of the words came or went; a ring: no word did. A click opens the comparison, as its link below does."
    )
    _show_in_force(packs, timeline)
    show_block(Block.of(*_listed(packs, timeline.revisions)), key="revisions of texts")


def _show_in_force(packs: Packs, timeline: Timeline) -> None:
    """Say which text was in force on a day that a person chooses."""
    day = st.date_input(
        "Which text was in force on",
        value="today",
        min_value=_FIRST_DAY,
        key=_DAY,
        format="YYYY-MM-DD",
        bind="query-params",
        width=260,
    )
    if not isinstance(day, date):
        return
    policy = timeline.in_force(day)
    if policy is None:
        words = f"On {long_day(day)}: not known here. The oldest text is of {long_day(packs[0].policy.updated or day)}."
        show_block(Block.of(tag("p", words)), key="in force")
        return
    found = next(pack for pack in packs if pack.policy.updated == policy.updated)
    there = link("categories", f"the text of {long_day(policy.updated or day)}", policy=found.spec)
    show_block(Block.of(tag("p", f"On {long_day(day)}, as far as the texts here tell: ", there, ".")), key="in force")


def _listed(packs: Packs, revisions: Sequence[Revision]) -> list[Tag]:
    """Return the revisions, newest first, and the oldest text last."""
    rows = [
        _revision(before, after, revision) for (before, after), revision in zip(pairwise(packs), revisions, strict=True)
    ]
    first = tag(
        "section",
        tag("h3", long_day(packs[0].policy.updated or _FIRST_DAY)),
        tag("p", "The oldest text here; what stood before it is not known."),
        tag("p", link("categories", "Read this text", policy=packs[0].spec), class_="upe-steps"),
    )
    return [*reversed(rows), first]


def _revision(before: PolicyPack, after: PolicyPack, revision: Revision) -> Tag:
    day = long_day(revision.day)
    touched = sorted((each for each in revision.sections if each.touched), key=lambda each: -each.touched)
    named = [f"“{shortened(each.title, letters=60)}”" for each in touched[:_SECTIONS]]
    if len(touched) > _SECTIONS:
        named.append(counted(len(touched) - _SECTIONS, "more section"))
    sections = f" Sections touched: {either(named, word='and')}." if named else ""
    return tag(
        "section",
        tag("h3", day),
        tag("p", summary(revision.comparison)),
        tag("div", tag("span", style={"width": f"{revision.touched:.1%}"}), class_="upe-touched", aria_hidden="true"),
        tag("p", f"{share_in_words(revision.touched)}{sections}", class_="upe-soft"),
        tag(
            "p",
            comparison_link(before, after, _invitation(revision), label=f"{_invitation(revision)} on {day}"),
            link("categories", "Read this text", policy=after.spec, label=f"Read the text of {day}"),
            class_="upe-steps",
        ),
    )


def _invitation(revision: Revision) -> str:
    quiet = not revision.comparison.alters_words and not revision.counts[ChangeKind.COSMETIC]
    return "Compare the two" if quiet else "See what changed"
