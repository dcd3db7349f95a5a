"""The shared parts of the pages: the warm index, the line about the policy, cards."""

import textwrap
from base64 import b64encode
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import cache
from html import escape
from importlib import import_module
from typing import Any

import streamlit as st

from policy_index.calibration import LIKELY_FROM, POSSIBLE_FROM
from policy_index.document import ChangelogEntry, Clause
from policy_index.index import ClauseIndex, Match, load_index
from policy_index.palette import LANE_COLORS
from policy_index.parser import bundled_policy
from policy_index.report import Lane
from policy_index.webapp import app_root

_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    '<rect width="24" height="24" rx="5" fill="#1d4ed8"/>'
    '<path d="M6 7h12M6 12h7M6 17h5" stroke="#fff" stroke-width="2" stroke-linecap="round"/>'
    '<circle cx="16.5" cy="15.5" r="2.6" fill="none" stroke="#fff" stroke-width="1.8"/>'
    '<path d="m18.5 17.5 2 2" stroke="#fff" stroke-width="1.8" stroke-linecap="round"/></svg>'
)
"""The product's mark: lines of a policy under a magnifying glass."""

_TOUCHES_FROM = 0.5
"""Probability of touching the policy from which “no clause found” would mislead."""

_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding-top: 4.5rem; padding-bottom: 3rem; }
.upe-lane { display: flex; align-items: baseline; gap: .5rem; margin: 0; padding: .2rem 0 0; font-size: 1.1rem; }
.upe-lane::before { content: ""; width: .7rem; height: .7rem; border-radius: 50%; background: var(--lane); }
.upe-card { border-left: .3rem solid var(--lane); padding: .1rem 0 .1rem .8rem; }
.upe-card h3 { margin: 0; padding: 0 0 .2rem; font-size: 1.05rem; }
.upe-card blockquote { margin: 0; padding: 0; border: 0; font-size: 1.02rem; line-height: 1.4; color: inherit; }
.upe-card p { margin: .25rem 0 0; font-size: .875rem; line-height: 1.4; opacity: .86; overflow-wrap: anywhere; }
.upe-checked { margin: 0; overflow-wrap: anywhere; }
.upe-meter { display: flex; align-items: center; gap: .6rem; margin-top: .4rem; font-size: .875rem; }
.upe-meter span:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
.upe-bar { flex: 1; height: .5rem; border-radius: .25rem; overflow: hidden;
  background: color-mix(in srgb, currentColor 14%, transparent); }
.upe-bar > span { display: block; height: 100%; background: color-mix(in srgb, currentColor 62%, transparent); }
.upe-note { border: 1px solid color-mix(in srgb, currentColor 35%, transparent); border-radius: .5rem; padding: .6rem .8rem; }
.upe-chosen { background: color-mix(in srgb, var(--lane) 14%, transparent); padding-top: .4rem; padding-bottom: .4rem; }
</style>
"""


def pages() -> dict[str, st.Page]:
    """Return every page by its name, in the order of the menu."""
    folder = app_root() / "pages"
    return {
        "playground": st.Page(folder / "playground.py", title="Playground", icon=":material/search:", default=True),
        "categories": st.Page(folder / "categories.py", title="Categories", icon=":material/account_tree:"),
        "changelog": st.Page(folder / "changelog.py", title="Changelog", icon=":material/history:"),
        "accuracy": st.Page(folder / "accuracy.py", title="Accuracy", icon=":material/target:"),
    }


def show_frame(title: str) -> None:
    """Show what every page begins with: its title, and which policy this is and what it is not."""
    policy = bundled_policy()
    st.html(_STYLE)
    st.title(title)
    st.markdown(
        f":orange-badge[Superseded version] {policy.provenance.publisher} **{policy.title}** of "
        f"{_day(policy.updated)}. A newer version exists: "
        f"[read it at {policy.provenance.publisher}]({policy.provenance.url}). Results here show closeness of topic: "
        "no verdict, no legal advice.",
    )


def mark() -> str:
    """Return the product's mark as a data URL, so that no page fetches it from elsewhere."""
    return f"data:image/svg+xml;base64,{b64encode(_MARK.encode()).decode()}"


def start_warming() -> None:
    """Begin to load the index in the background, once a process; later calls do nothing.

    What pages and model both import is imported here first: two threads that import one package at the same time can
    see it half made.
    """
    for package in ("pandas", "pyarrow", "plotly.graph_objects"):
        import_module(package)
    _warm_index()


def is_warm() -> bool:
    """Whether `warm_index` answers at once."""
    return _warm_index().done()


def warm_index() -> ClauseIndex:
    """Return the index, the same for every visitor; waits while it is being loaded.

    Raises:
        EncoderError: The model is missing, damaged or unusable.
    """
    return _warm_index().result()


@cache
def _warm_index() -> "Future[ClauseIndex]":
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="load-index").submit(load_index)


def show_lane_title(lane: Lane) -> None:
    """Show the heading of a group of results."""
    st.html(f'<h3 class="upe-lane" style="--lane:{LANE_COLORS[lane]}">{escape(lane.value)}</h3>')


def show_match(match: Match) -> None:
    """Show one result: the clause in its own words, where it stands, how similar it is, and the nearest example."""
    clause = match.clause
    context = clause.category if clause.category and clause.text != clause.category else clause.section
    with st.container(border=True, gap="xsmall"):
        st.html(_card(clause, f"<p>{escape(context)}</p>{_score_html(match)}"))
        _link_to(clause, "Open in Categories")


def show_clause(clause: Clause, *, chosen: bool) -> None:
    """Show a clause without a score; the `chosen` one stands out."""
    with st.container(border=True, gap="xsmall"):
        st.html(_card(clause, f"<p>{_links_html(clause)}</p>", chosen=chosen))
        _link_to(clause, "Link to this clause")


def show_entry(entry: ChangelogEntry) -> None:
    """Show one revision with its full words, and where the policy says them."""
    source = "Note at the head of the policy" if entry.from_head else "The policy's own changelog"
    st.html(
        f'<div class="upe-card" style="--lane:{LANE_COLORS[Lane.GOOD_TO_KNOW]}"><h3>{_day(entry.date)}</h3>'
        f"<blockquote>{escape(entry.text)}</blockquote><p>{source}</p></div>"
    )


def show_checked(text: str) -> None:
    """Say which text the results belong to; nothing in it is read as Markdown or HTML."""
    shown = textwrap.shorten(text, 160, placeholder=" …") or text[:160]
    st.html(f'<p class="upe-checked">Nearest clauses for “{escape(shown)}”</p>')


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _link_to(clause: Clause, label: str) -> None:
    st.page_link(pages()["categories"], label=label, icon=":material/link:", query_params={"clause": clause.id})


def _links_html(clause: Clause) -> str:
    return " · ".join(f'<a href="{escape(link.url)}">{escape(link.text)}</a>' for link in clause.links)


def _card(clause: Clause, more: str, *, chosen: bool = False) -> str:
    """Return a clause as HTML, every value escaped; `more` is HTML already."""
    return (
        f'<div class="upe-card{" upe-chosen" if chosen else ""}" style="--lane:{LANE_COLORS[Lane.of(clause.kind)]}">'
        f"<blockquote>{escape(clause.text)}</blockquote>"
        f"<p>{escape(clause.citation)}</p>{more}</div>"
    )


def _score_html(match: Match) -> str:
    """Return band, probability and similarity as a meter; only the similarity where there is no calibration."""
    if match.probability is None or match.band is None:
        name, value, words = "Similarity", max(0.0, match.score), f"Similarity {match.score:.2f}"
    else:
        name, value = "Probability", match.probability
        words = f"<strong>{match.band.capitalize()}</strong> · {_percent(value)} · similarity {match.score:.2f}"
    close = f"<p>Close to: “{escape(match.closest_exemplar)}”</p>" if match.closest_exemplar else ""
    return (
        f'<div class="upe-meter" role="meter" aria-label="{name}" aria-valuemin="0" aria-valuemax="1" '
        f'aria-valuenow="{value:.2f}"><span>{words}</span>'
        f'<span class="upe-bar"><span style="width:{value:.0%}"></span></span></div>{close}'
    )


def _percent(probability: float) -> str:
    return "under 1 %" if probability < 0.01 else f"{min(probability, 0.99):.0%}".replace("%", " %")  # noqa: PLR2004


def show_nothing_found(touch: float | None, nearest: Sequence[Match]) -> None:
    """Say that no clause reaches the band `possible`, whether the text touches the policy all the same, and what is near."""
    if touch is not None and touch >= _TOUCHES_FROM:
        st.warning(
            f"**No single clause stands out, but the text seems to touch the policy** ({_percent(touch)}). "
            "Several clauses come near; read them.",
            icon=":material/join_inner:",
        )
        shown = nearest[:3]
    else:
        st.info(
            "**No clause of this policy seems to be about this.** That is what the measurements say, and they can be "
            "wrong: the page Accuracy says how often. This is what came closest.",
            icon=":material/search_off:",
        )
        shown = nearest[:1]
    for match in shown:
        show_match(match)


def show_safeguards(words: Sequence[str]) -> None:
    """Say that the text negates or safeguards, and that similarity does not see it."""
    quoted = ", ".join(f"“{escape(word)}”" for word in words[:4])
    st.html(
        f'<div class="upe-note" role="note">Your text says {quoted}. Similarity does not see that: it compares topics. '
        "Read the clause, with its conditions and exceptions, and decide for yourself.</div>"
    )


def show_how_to_read() -> None:
    """Show, before the first check, what a person will get and how to read it."""
    policy = bundled_policy()
    st.subheader("Which clauses does your text touch?")
    st.markdown(
        f"Paste a text on this page and press **Check**. You see the nearest of the policy's {len(policy.clauses)} "
        "clauses, in its own words, under four headings:"
    )
    for lane, words in {
        Lane.NOT_ALLOWED: f"uses that the policy prohibits, in {len(policy.categories)} categories",
        Lane.YOU_MUST: "requirements for allowed uses, such as telling people that they talk with an AI",
        Lane.PLUGIN_RULES: "further rules for ChatGPT plugins",
        Lane.GOOD_TO_KNOW: "explanations, enforcement, resources",
    }.items():
        st.html(
            f'<div class="upe-card" style="--lane:{LANE_COLORS[lane]}"><strong>{lane.value}</strong>: {words}</div>'
        )
    st.markdown(
        f"**Likely** means that a careful reviewer would cite the clause for at least {LIKELY_FROM:.0%} of such texts, "
        f"**possible** for at least {POSSIBLE_FROM:.0%}. Similarity compares topics: it does not see intent, and it does "
        "not understand “never” or “not”. Read the clause and decide for yourself.\n\n"
        "Your text stays on this server: it is kept in memory for this visit, never stored, logged or put into the address."
    )


def show_headline_numbers(record: Mapping[str, Any]) -> None:
    """Show the four numbers that matter most, with their intervals, in plain words."""
    everything = record["heldout"]["all"]
    clauses, detection = everything["clauses"], everything["detection"]
    st.markdown(
        f"Measured on **{everything['texts']} texts** that were written by people who had not seen our examples: "
        f"{detection['touching']} that touch the policy and {detection['harmless']} harmless ones, most of which share its "
        "words. In brackets: where the number would lie in 95 of 100 such samples."
    )
    for column, (label, number) in zip(
        st.columns(4),
        {
            "Right clause first": clauses["recall_at_1"],
            "Right clause among the first three": clauses["recall_at_3"],
            "Touching texts that are shown a clause": detection["shown_touching"],
            "Harmless texts shown one by mistake": detection["shown_harmless"],
        }.items(),
        strict=True,
    ):
        with column.container(border=True):
            st.metric(label, f"{number['value']:.1%}")
            st.caption(f"({number['low']:.1%} to {number['high']:.1%})")


def show_where_it_fails() -> None:
    """Say in plain words what the numbers do not show."""
    st.subheader("Where it fails")
    st.markdown(
        "- It compares topics. “Never gives a diagnosis” looks like “gives a diagnosis”; it only warns when it sees such "
        "words.\n"
        "- A clause and the heading above it, or two neighbours, are easily swapped: see the mix-ups below.\n"
        "- Texts on a policy's own subject that are plainly fine (history, prevention, fiction) are its hardest cases. On "
        "our own example texts, chosen to be hard, more harmless ones are shown than on the held-out ones.\n"
        "- It knows English, and reads only the beginning of a long text; the page says where it stopped.\n"
        "- Labels are ours: another careful reviewer may cite another clause."
    )


def show_methods(record: Mapping[str, Any]) -> None:
    """Show how other ways of searching fared on the same texts."""
    st.subheader("What else was tried")
    st.markdown(
        "Right clause first / among the first three, in percent; in the last column the touching texts found where 5 % of "
        "the harmless ones may be shown by mistake."
    )
    sets = {"cross_validated": "Cross-validated", "ideas": "Ideas", "goals": "Harmful goals", "keywords": "Keywords"}
    st.dataframe(
        [
            {"Method": each["method"]}
            | {title: " / ".join(f"{100 * number:.1f}" for number in each[name]) for name, title in sets.items()}
            | {"At 5 % false alarms": f"{100 * each['recall_at_5_percent_false_alarms']:.1f}"}
            for each in record["methods"]
        ],
        hide_index=True,
    )


def show_what_was_measured(record: Mapping[str, Any]) -> None:
    """Show model and hashes, so that the numbers can be traced."""
    st.subheader("What was measured")
    exemplars, cross = record["exemplars"], record["cross_validated"]
    st.markdown(
        f"Model: {record['model']}. Examples: {exemplars['clauses']:,} for clauses and {exemplars['harmless']} harmless "
        f"ones. Among these {cross['texts']:,} texts, each judged by a search made without it, the right clause comes first "
        f"for {cross['recall_at_1']:.1%} and among the first three for {cross['recall_at_3']:.1%}; "
        f"{cross['shown_touching']:.1%} of the touching and {cross['shown_harmless']:.1%} of the harmless ones are shown a "
        "clause. They were chosen to be hard and to cover rare cases; the held-out texts are closer to what people type."
    )
    hashes = {"policy": record["policy"]["sha256"], "examples": exemplars["sha256"], "fitted search": record["scorer"]}
    st.code("\n".join(f"{name:14}{value}" for name, value in hashes.items()), language=None)
    st.caption("SHA-256. `policy-index measure` makes these numbers again.")
