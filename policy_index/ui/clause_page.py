"""The page of one clause: its words, what surrounds it, what is like it, how it came to be."""

from functools import cache, lru_cache
from itertools import pairwise

import streamlit as st

from policy_index.document import Clause
from policy_index.exemplars import bundled_exemplars
from policy_index.landscape import bundled_landscape
from policy_index.lanes import KIND_NAMES, Lane, lane_of
from policy_index.palette import LANE_COLORS, group_color
from policy_index.parser import bundled_policy
from policy_index.readings import bundled_readings
from policy_index.tables import position
from policy_index.ui.checked import checked_similarities
from policy_index.ui.links import Block, Tag, link, outside_link, show_block, tag
from policy_index.ui.words import long_day

_NEAREST = 6
_ENTRIES = 3
_EXAMPLES = 5
FAINT_BELOW = 0.4
"""Below this cosine two texts hardly speak of the same thing; the page says so."""


def show_clause_page(clause: Clause) -> None:
    """Show everything about a clause."""
    show_block(_head(clause.id), key=f"head {clause.id}")
    words, around = st.columns([7, 5], gap="large")
    with words:
        show_block(_words(clause.id), key=f"words {clause.id}")
        st.code(clause.citation, language=None, wrap_lines=True)
        if (scores := checked_similarities()) is not None:
            st.caption(f"Similarity of the text that you checked to this clause: {scores[clause.id]:.2f}")
        show_block(_ours(clause.id), key=f"ours {clause.id}")
    with around:
        show_block(_around(clause.id), key=f"around {clause.id}")


@lru_cache(maxsize=256)
def _head(clause_id: str) -> Block:
    policy = bundled_policy()
    clause, group = policy.clause(clause_id), policy.group_of(clause_id)
    before, after = _neighbours()[clause_id]
    steps = [
        *([link("categories", f"← {position(before)}", clause=before.id, label="Previous clause")] if before else []),
        " · " if before and after else "",
        *([link("categories", f"{position(after)} →", clause=after.id, label="Next clause")] if after else []),
    ]
    crumbs: list[str | Tag] = [link("categories", "Categories"), " › "]
    if group.name != clause.section:
        crumbs += [clause.section, " › "]
    crumbs.append(link("categories", group.name, category=group.id))
    return Block.of(
        tag(
            "nav",
            tag("span", *crumbs),
            tag("span", *steps),
            class_="upe-crumbs",
            aria_label="Where this clause stands",
        )
    )


@lru_cache(maxsize=256)
def _words(clause_id: str) -> Block:
    policy = bundled_policy()
    clause, group = policy.clause(clause_id), policy.group_of(clause_id)
    color = {"--lane": LANE_COLORS[lane_of(clause)]}
    parts = [
        tag("h2", position(clause)),
        tag(
            "p",
            tag("span", f"{lane_of(clause)} ({KIND_NAMES[clause.kind].lower()})", class_="upe-chip", style=color),
            " · ",
            tag("span", group.name, class_="upe-chip", style={"--lane": group_color(group.id)}),
        ),
        tag(
            "article",
            tag("blockquote", *marked(clause), class_="upe-words"),
            class_="upe-card upe-chosen",
            style=color,
        ),
    ]
    if clause.links:
        links = [outside_link(each.url, each.text) for each in clause.links]
        between: list[str | Tag] = [part for each in links for part in (each, " · ")][:-1]
        parts.append(tag("p", "Links in the clause: ", *between))
    if clause.verbatim != clause.text:
        parts.append(
            tag(
                "details",
                tag("summary", "The source’s own characters, with its markup"),
                tag("pre", clause.verbatim, style={"white-space": "pre-wrap"}),
            )
        )
    under = [each for each in group.clauses if each.id != clause_id]
    if clause_id == group.id and under:
        parts += [
            tag("h3", "The points under this heading"),
            tag("ul", *(tag("li", link("categories", each.text, clause=each.id)) for each in under)),
        ]
    return Block.of(*parts)


@lru_cache(maxsize=256)
def _ours(clause_id: str) -> Block:
    """Return what we add to a clause: a reading where there is one, and the examples."""
    reading = [_reading(clause_id)] if clause_id in bundled_readings() else []
    return Block.of(*reading, _examples(clause_id))


def _reading(clause_id: str) -> Tag:
    policy, reading = bundled_policy(), bundled_readings()[clause_id]
    parts = [
        tag("h3", "Our reading"),
        tag("p", "Ours, not the policy’s: a help to read the words above, which alone count.", class_="upe-soft"),
        tag("p", reading.about),
        tag("h4", "What to do"),
        tag("ol", *(tag("li", each.text) for each in reading.todo)),
    ]
    phrases = [("Condition", _CONDITION, each) for each in reading.conditions]
    phrases += [("Exception", _EXCEPTION, each) for each in reading.exceptions]
    if phrases:
        parts += [
            tag("h4", "Conditions and exceptions, marked in the words above"),
            tag(
                "ul",
                *(
                    tag("li", f"{name}: ", tag("mark", f"“{each.words}”", style=style), f" {each.meaning}")
                    for name, style, each in phrases
                ),
            ),
        ]
    if reading.related:
        parts += [
            tag("h4", "Read it with"),
            tag(
                "ul",
                *(tag("li", link("categories", policy.clause(each).text, clause=each)) for each in reading.related),
            ),
        ]
    return tag("section", *parts, class_="upe-aside")


def marked(clause: Clause) -> list[str | Tag]:
    """Return the clause's words with its conditions and exceptions marked; where marks meet, the first stands."""
    reading = bundled_readings().get(clause.id)
    if reading is None:
        return [clause.text]
    phrases = [(each, "condition", _CONDITION) for each in reading.conditions]
    phrases += [(each, "exception", _EXCEPTION) for each in reading.exceptions]
    # A phrase's span counts the source's characters; where these hold markup, its words are looked for in the plain text.
    plain = clause.text == clause.verbatim
    found = [
        (each.span.start if plain else clause.text.find(each.words), each.words, name, style)
        for each, name, style in phrases
    ]
    parts: list[str | Tag] = []
    place = 0
    for start, words, name, style in sorted(found, key=lambda each: each[0]):
        if start >= place:
            parts += [clause.text[place:start], tag("mark", words, style=style, title=f"{name}, marked by us")]
            place = start + len(words)
    return [*parts, clause.text[place:]]


_CONDITION = {"--mark": LANE_COLORS[Lane.ONLY_IF]}
_EXCEPTION = {"--mark": LANE_COLORS[Lane.GOOD_TO_KNOW], "--line": "dashed"}


@lru_cache(maxsize=256)
def _around(clause_id: str) -> Block:
    clause, landscape = bundled_policy().clause(clause_id), bundled_landscape()
    return Block.of(
        tag("h3", "Most similar clauses of the policy"),
        tag(
            "p",
            "By the cosine of their embeddings (lists of numbers that stand for meaning) in all "
            f"{landscape.dimensions} dimensions of the model: two views of 384 each. 1 is the same, 0 is unrelated.",
            class_="upe-soft",
        ),
        tag(
            "ul",
            *(
                tag(
                    "li",
                    link("categories", other.text, clause=other.id),
                    tag("small", f" {position(other)}"),
                    meter(score),
                )
                for other, score in landscape.nearest_clauses(clause, limit=_NEAREST)
            ),
        ),
        tag("p", link("overlaps", "All pairs that are close to each other")),
        tag("h3", "Changelog entries that may bear on it"),
        tag(
            "p",
            "Nearest by embedding, found by us. The policy itself does not say which clauses a revision touched.",
            class_="upe-soft",
        ),
        tag(
            "ul",
            *(
                tag(
                    "li",
                    link("changelog", long_day(entry.date), revision=entry.date.isoformat()),
                    f": {entry.text}",
                    meter(score),
                )
                for entry, score in landscape.entries_near_clause(clause, limit=_ENTRIES)
            ),
        ),
    )


def _examples(clause_id: str) -> Tag:
    texts = bundled_exemplars().by_clause[clause_id]
    if not texts:
        return tag("p", "We wrote no examples for this clause.", class_="upe-soft")
    first, rest = texts[:_EXAMPLES], texts[_EXAMPLES:]
    parts = [
        tag("h3", "Examples for this clause"),
        tag(
            "p",
            f"{len(texts)} texts that we wrote, for which a careful reviewer would cite this clause first. The search "
            "learned from them; they are not the policy’s.",
            class_="upe-soft",
        ),
        tag("ul", *(tag("li", f"“{text}”") for text in first)),
    ]
    if rest:
        parts.append(
            tag(
                "details",
                tag("summary", f"{len(rest)} more"),
                tag("ul", *(tag("li", f"“{text}”") for text in rest)),
            )
        )
    return tag("section", *parts, class_="upe-aside")


def meter(score: float) -> Tag:
    """Return a similarity as a bar with its number."""
    faint = ", faint" if round(score, 2) < FAINT_BELOW else ""  # as it is shown
    return tag(
        "div",
        tag("span", f"similarity {score:.2f}{faint}"),
        tag("span", tag("span", style={"width": f"{max(score, 0):.0%}"}), class_="upe-bar"),
        class_="upe-meter",
        role="meter",
        aria_label="Similarity",
        aria_valuemin="0",
        aria_valuemax="1",
        aria_valuenow=f"{max(score, 0):.2f}",
    )


@cache
def _neighbours() -> dict[str, tuple[Clause | None, Clause | None]]:
    """Return for each clause id the clause before it and the one after it."""
    clauses = bundled_policy().clauses
    before = {later.id: earlier for earlier, later in pairwise(clauses)}
    after = {earlier.id: later for earlier, later in pairwise(clauses)}
    return {clause.id: (before.get(clause.id), after.get(clause.id)) for clause in clauses}
