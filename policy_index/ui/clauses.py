"""Clauses as cards: in their own words, where they stand, how near they are."""

from html import escape

import streamlit as st

from policy_index.document import Clause
from policy_index.index import Match
from policy_index.palette import LANE_COLORS
from policy_index.report import Lane
from policy_index.ui.frame import pages
from policy_index.ui.words import percent


def show_lane_title(lane: Lane) -> None:
    """Show the heading of a group of results."""
    st.html(f'<h3 class="upe-lane" style="--lane:{LANE_COLORS[lane]}">{escape(lane.value)}</h3>')


def show_match(match: Match) -> None:
    """Show one result: the clause in its own words, where it stands, how similar it is, and the nearest example."""
    clause = match.clause
    context = clause.category if clause.category and clause.text != clause.category else clause.section
    with st.container(border=True, gap="xsmall"):
        st.html(card(clause, f"<p>{escape(context)}</p>{score_html(match)}"))
        _link_to(clause, "Open in Categories")


def show_clause(clause: Clause, *, chosen: bool) -> None:
    """Show a clause without a score; the `chosen` one stands out."""
    with st.container(border=True, gap="xsmall"):
        st.html(card(clause, f"<p>{_links_html(clause)}</p>", chosen=chosen))
        _link_to(clause, "Link to this clause")


def _link_to(clause: Clause, label: str) -> None:
    st.page_link(pages()["categories"], label=label, icon=":material/link:", query_params={"clause": clause.id})


def _links_html(clause: Clause) -> str:
    return " · ".join(f'<a href="{escape(link.url)}">{escape(link.text)}</a>' for link in clause.links)


def card(clause: Clause, more: str, *, chosen: bool = False) -> str:
    """Return a clause as HTML, every value escaped; `more` is HTML already."""
    return (
        f'<div class="upe-card{" upe-chosen" if chosen else ""}" style="--lane:{LANE_COLORS[Lane.of(clause.kind)]}">'
        f"<blockquote>{escape(clause.text)}</blockquote>"
        f"<p>{escape(clause.citation)}</p>{more}</div>"
    )


def score_html(match: Match) -> str:
    """Return band, probability and similarity as a meter; only the similarity where there is no calibration."""
    if match.probability is None or match.band is None:
        name, value, words = "Similarity", max(0.0, match.score), f"Similarity {match.score:.2f}"
    else:
        name, value = "Probability", match.probability
        words = f"<strong>{match.band.capitalize()}</strong> · {percent(value)} · similarity {match.score:.2f}"
    close = f"<p>Close to: “{escape(match.closest_exemplar)}”</p>" if match.closest_exemplar else ""
    return (
        f'<div class="upe-meter" role="meter" aria-label="{name}" aria-valuemin="0" aria-valuemax="1" '
        f'aria-valuenow="{value:.2f}"><span>{words}</span>'
        f'<span class="upe-bar"><span style="width:{value:.0%}"></span></span></div>{close}'
    )
