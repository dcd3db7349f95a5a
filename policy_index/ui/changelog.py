"""The story of the revisions."""

from collections.abc import Sequence
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from policy_index.plots.changelog import plot_changelog_timeline
from policy_index.policy.history import Revision
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.records.tables import revision_rows
from policy_index.server.service import service
from policy_index.ui.cards import FAINT_BELOW, card, clause_item, likeness_meter
from policy_index.ui.charts import ReadyFigure, file_name, show_chart, show_download
from policy_index.ui.foreign import plain
from policy_index.ui.likeness import likenesses, why_none
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.words import counted, long_day

_CLAUSES = 5


def show_timeline(pack: PolicyPack, chosen: Revision | None) -> None:
    """Draw the revisions on a time axis to scale; a click on one opens it."""

    def open_revision() -> None:
        points = st.session_state["timeline"]["selection"]["points"]
        for point in points[:1]:
            day = point.get("customdata")
            day = str(day[0] if isinstance(day, list) else day)
            if day in {each.id for each in pack.history.revisions}:
                st.query_params["revision"] = day

    rows = ", one row a kind of change" if pack.history.kinds else ""
    show_chart(
        _timeline(pack, chosen.id if chosen else None),
        key="timeline",
        name=file_name(pack, "changelog"),
        on_select=open_revision,
        zoom=True,
        alt=f"Timeline of the policy’s {counted(len(pack.history.revisions), 'revision')}, to scale{rows}. "
        "The list below holds the same.",
    )
    if pack.history.kinds:
        show_block(_legend(pack), key="kinds")


def show_revision_alone(pack: PolicyPack, revision: Revision) -> None:
    """Show one revision with everything, and the way to the one before, the one after, and all."""
    show_block(_alone(pack, pack.history.revisions.index(revision)), key=f"revision {revision.id}")


def show_revisions(pack: PolicyPack, revisions: Sequence[Revision]) -> None:
    """Show revisions below each other."""
    if likenesses(pack) is None:
        st.caption(plain(why_none(pack)))
    show_block(_listed(pack, tuple(map(pack.history.revisions.index, revisions))), key="revisions")


def show_changelog_download(pack: PolicyPack) -> None:
    """Offer the story as CSV."""
    show_download(
        lambda: revision_rows(pack.history.revisions, likenesses(pack)),
        key="csv",
        name=file_name(pack, "changelog"),
        what="Changelog",
    )


@lru_cache(maxsize=32)
def _timeline(pack: PolicyPack, chosen: str | None) -> go.Figure:
    return ReadyFigure(plot_changelog_timeline(pack.history, chosen=chosen))


@lru_cache(maxsize=16)
def _legend(pack: PolicyPack) -> Block:
    words = "; ".join(f"{kind.title}: {kind.meaning}" for kind in pack.history.kinds)
    return Block.of(
        tag(
            "p",
            f"The rows, kinds of change, are our reading of the notes, not the policy’s. {words}.",
            class_="upe-soft",
        )
    )


@lru_cache(maxsize=64)
def _alone(pack: PolicyPack, place: int) -> Block:
    revisions = pack.history.revisions
    before = revisions[place + 1] if place + 1 < len(revisions) else None
    after = revisions[place - 1] if place else None
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
        _card(pack, revisions[place], is_open=True),
    )


@lru_cache(maxsize=64)
def _listed(pack: PolicyPack, places: tuple[int, ...]) -> Block:
    return Block.of(*(_card(pack, pack.history.revisions[place], is_open=False) for place in places))


def _card(pack: PolicyPack, revision: Revision, *, is_open: bool) -> Tag:
    entry = revision.entry
    gap = (
        "The first revision that the policy tells of."
        if revision.days_since_last is None
        else f"{counted(revision.days_since_last, 'day')} after the one before."
    )
    ours: list[str | Tag] = [
        *(tag("span", kind.title, class_="upe-badge") for kind in revision.kinds),
        *([f"Our reading: {revision.why}"] if revision.why else []),
    ]
    return card(
        tag("h2", link("changelog", long_day(entry.date), revision=revision.id)),
        tag("blockquote", entry.text),
        tag("p", f"{gap} ", *_source(pack, revision, is_open=is_open)),
        *([tag("p", *ours)] if ours else []),
        *_clauses(pack, revision, is_open=is_open),
        lane=Lane.GOOD_TO_KNOW,
        class_="upe-revision",
    )


def _source(pack: PolicyPack, revision: Revision, *, is_open: bool) -> list[str | Tag]:
    """Return where the note comes from, and whether the text of that version can be read here.

    That it cannot holds of most notes: in a list of them the page says so once, above it.
    """
    if revision.entry.from_head:
        return ["The policy’s own note at its head. The text of this version is the one in this explorer."]
    kept = next((each for each in service().shelf.versions(pack.id) if each.version == revision.id), None)
    if kept is None and not is_open:
        return []
    if kept is None:
        return [
            "The policy’s own note. Only this note exists here: the text of that version does not, and nothing is made up."
        ]
    here = (
        "The text of this version is the one shown here." if kept is pack else "The text of that version is here too: "
    )
    there: list[str | Tag] = [] if kept is pack else [link("categories", kept.title, policy=kept.spec), "."]
    return [f"The policy’s own note. {here}", *there]


def _clauses(pack: PolicyPack, revision: Revision, *, is_open: bool) -> list[Tag]:
    landscape = likenesses(pack)
    if landscape is None:
        return []
    near = landscape.clauses_near_entry(revision.entry, limit=_CLAUSES)
    faint = " All are faint: this text may hold nothing of it." if near[0][1] < FAINT_BELOW else ""
    return [
        tag(
            "details",
            tag("summary", "Clauses of this text that it may bear on"),
            tag("p", f"The nearest ones, found by a language model, not named by the policy.{faint}"),
            tag("ul", *(clause_item(clause, likeness_meter(cosine)) for clause, cosine in near)),
            **({"open": ""} if is_open else {}),
        )
    ]
