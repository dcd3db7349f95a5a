"""Clauses as cards: in their own words, where they stand, how near they are."""

from html import escape

import streamlit as st

from policy_index.document import Clause
from policy_index.lanes import Lane
from policy_index.palette import LANE_COLORS
from policy_index.ui.frame import pages


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
