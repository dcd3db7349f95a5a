"""The story of the revisions."""

from collections.abc import Sequence
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from policy_index.history import KIND_MEANINGS, Revision, bundled_revisions
from policy_index.landscape import bundled_landscape
from policy_index.lanes import Lane
from policy_index.palette import LANE_COLORS
from policy_index.plots.changelog import plot_changelog_timeline
from policy_index.tables import position, revision_rows
from policy_index.ui.charts import ReadyFigure, show_chart, show_download
from policy_index.ui.clause_page import FAINT_BELOW, meter
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.ui.words import long_day

_CLAUSES = 5


def show_timeline(chosen: Revision | None) -> None:
    """Draw the revisions on a time axis to scale; a click on one opens it."""

    def open_revision() -> None:
        points = st.session_state["timeline"]["selection"]["points"]
        for point in points[:1]:
            day = point.get("customdata")
            day = str(day[0] if isinstance(day, list) else day)
            if day in {each.id for each in bundled_revisions()}:
                st.query_params["revision"] = day

    show_chart(
        _timeline(chosen.id if chosen else None),
        key="timeline",
        name="usage-policies-changelog",
        on_select=open_revision,
        zoom=True,
        alt="Timeline of the policy's eleven revisions, to scale, one row a kind of change. The list below holds the same.",
    )
    show_block(_legend(), key="kinds")


def show_revision_alone(revision: Revision) -> None:
    """Show one revision with everything, and the way to the one before, the one after, and all."""
    show_block(_alone(revision.id), key=f"revision {revision.id}")


def show_revisions(revisions: Sequence[Revision]) -> None:
    """Show revisions below each other."""
    show_block(_listed(tuple(each.id for each in revisions)), key="revisions")


def show_changelog_download() -> None:
    """Offer the story as CSV."""
    show_download(
        lambda: revision_rows(bundled_revisions(), bundled_landscape()),
        key="csv",
        name="usage-policies-changelog",
        what="Changelog",
    )


@lru_cache(maxsize=16)
def _timeline(chosen: str | None) -> go.Figure:
    return ReadyFigure(plot_changelog_timeline(bundled_revisions(), chosen=chosen))


@lru_cache(maxsize=1)
def _legend() -> Block:
    words = "; ".join(f"{kind.value}: {meaning}" for kind, meaning in KIND_MEANINGS.items())
    return Block.of(
        tag(
            "p",
            f"The rows, kinds of change, are our reading of the notes, not the policy’s. {words}.",
            class_="upe-soft",
        )
    )


@lru_cache(maxsize=16)
def _alone(day: str) -> Block:
    all_of_them = bundled_revisions()
    place = next(row for row, each in enumerate(all_of_them) if each.id == day)
    before = all_of_them[place + 1] if place + 1 < len(all_of_them) else None
    after = all_of_them[place - 1] if place else None
    steps: list[str | Tag] = []
    if before:
        steps.append(link("changelog", f"← {long_day(before.entry.date)}", revision=before.id, label="Revision before"))
    if before and after:
        steps.append(" · ")
    if after:
        steps.append(link("changelog", f"{long_day(after.entry.date)} →", revision=after.id, label="Revision after"))
    return Block.of(
        tag(
            "nav",
            tag("span", link("changelog", "All revisions")),
            tag("span", *steps),
            class_="upe-crumbs",
            aria_label="Revisions",
        ),
        _card(all_of_them[place], is_open=True),
    )


@lru_cache(maxsize=64)
def _listed(days: tuple[str, ...]) -> Block:
    return Block.of(*(_card(each, is_open=False) for day in days for each in bundled_revisions() if each.id == day))


def _card(revision: Revision, *, is_open: bool) -> Tag:
    entry = revision.entry
    gap = (
        "The first revision that the policy tells of."
        if revision.days_since_last is None
        else f"{revision.days_since_last} days after the one before."
    )
    source = (
        "The policy’s own note at its head. The text of this version is the one in this explorer."
        if entry.from_head
        else "The policy’s own note. Only this note exists here: the text of that version does not, and nothing is made up."
    )
    return tag(
        "article",
        tag("h2", link("changelog", long_day(entry.date), revision=revision.id)),
        tag("blockquote", entry.text),
        tag("p", f"{gap} {source}"),
        tag(
            "p",
            *(tag("span", kind.value, class_="upe-badge") for kind in revision.kinds),
            f"Our reading: {revision.why}",
        ),
        _clauses(revision, is_open=is_open),
        class_="upe-card upe-revision",
        style={"--lane": LANE_COLORS[Lane.GOOD_TO_KNOW]},
    )


def _clauses(revision: Revision, *, is_open: bool) -> Tag:
    near = bundled_landscape().clauses_near_entry(revision.entry, limit=_CLAUSES)
    best = near[0][1]
    faint = " All are faint: today’s text may hold nothing of it." if best < FAINT_BELOW else ""
    opened = {"open": ""} if is_open else {}
    return tag(
        "details",
        tag("summary", "Clauses of today’s policy that it may bear on"),
        tag("p", f"Nearest by embedding, not named by the policy.{faint}"),
        tag(
            "ul",
            *(
                tag(
                    "li",
                    link("categories", clause.text, clause=clause.id),
                    tag("small", f" {position(clause)}"),
                    meter(score),
                )
                for clause, score in near
            ),
        ),
        **opened,
    )
