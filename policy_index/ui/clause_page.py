"""The page of one clause: its words, what surrounds it, what is like it, how it came to be."""

from functools import lru_cache

import streamlit as st

from policy_index.plots.palette import LANE_COLORS
from policy_index.policy.document import Clause
from policy_index.policy.lanes import KIND_NAMES, Lane
from policy_index.policy.pack import PolicyPack
from policy_index.policy.readings import Reading
from policy_index.policy.twins import Stance, Twin
from policy_index.ui.cards import FAINT_BELOW, card, clause_item, lead_ins, likeness_meter
from policy_index.ui.clause_concepts import show_clause_concepts
from policy_index.ui.likeness import likenesses, why_none
from policy_index.ui.links import Block, Tag, link, outside_link, show_block, tag
from policy_index.ui.versions import wording_line
from policy_index.ui.visit import visit
from policy_index.words import counted, long_day

_NEAREST = 6
_ENTRIES = 3
_EXAMPLES = 5

_MOST_POINTS = 200
"""Points that are listed under a heading."""


def show_clause_page(pack: PolicyPack, clause: Clause) -> None:
    """Show everything about a clause."""
    show_block(_head(pack, clause.id), key=f"head {clause.id}")
    words, around = st.columns([7, 5], gap="large")
    with words:
        show_block(_words(pack, clause.id), key=f"words {clause.id}")
        st.code(clause.citation, language=None, wrap_lines=True)
        if (since := wording_line(pack, clause)) is not None:
            show_block(Block.of(since), key=f"since {clause.id}")
        scores = visit().checked_scores()
        if scores is not None and clause.id in scores:
            st.caption(f"Similarity of the text that you checked to this clause: {scores[clause.id]:.2f}")
        show_clause_concepts(pack, clause)
        show_block(_ours(pack, clause.id), key=f"ours {clause.id}")
    with around:
        show_block(_around(pack, clause.id), key=f"around {clause.id}")


@lru_cache(maxsize=256)
def _head(pack: PolicyPack, clause_id: str) -> Block:
    clause, group = pack.policy.clause(clause_id), pack.policy.group_of(clause_id)
    before, after = pack.policy.neighbours[clause_id]
    steps = [
        *([link("categories", f"← {before.position}", clause=before.id, label="Previous clause")] if before else []),
        " · " if before and after else "",
        *([link("categories", f"{after.position} →", clause=after.id, label="Next clause")] if after else []),
    ]
    crumbs: list[str | Tag] = [link("categories", "Categories"), " › "]
    if group.name != clause.section:
        crumbs += [clause.section, " › "]
    crumbs.append(link("categories", group.name, category=group.id))
    return Block.of(
        tag(
            "nav",
            tag("span", *crumbs, " · ", link("read", "In the whole text", clause=clause_id)),
            tag("span", *steps),
            class_="upe-crumbs",
            aria_label="Where this clause stands",
        )
    )


@lru_cache(maxsize=256)
def _words(pack: PolicyPack, clause_id: str) -> Block:
    clause, group = pack.policy.clause(clause_id), pack.policy.group_of(clause_id)
    lane = pack.lane_of(clause)
    guessed = ", guessed from its words" if pack.policy.kinds_are_guesses else ""
    kind = f"{lane} ({KIND_NAMES[clause.kind].lower()}{guessed})"
    parts = [
        tag("h2", clause.position),
        tag(
            "p",
            tag("span", kind, class_="upe-chip", style={"--lane": LANE_COLORS[lane]}),
            " · ",
            tag("span", group.name, class_="upe-chip", style={"--lane": pack.marks[group.id].color}),
        ),
        *(tag("p", f"Under “{words}”", class_="upe-soft") for words in lead_ins(clause)),
        card(tag("blockquote", *marked(pack, clause), class_="upe-words"), lane=lane, class_="upe-chosen"),
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
    if clause_id == group.id and under and clause.category is not None:
        parts += [
            tag("h3", "The points under this heading"),
            tag("ul", *(tag("li", link("categories", each.text, clause=each.id)) for each in under[:_MOST_POINTS])),
        ]
    return Block.of(*parts)


@lru_cache(maxsize=256)
def _ours(pack: PolicyPack, clause_id: str) -> Block:
    """Return what we add to a clause: a reading where there is one, and the examples."""
    reading = pack.readings.get(clause_id)
    parts = [*([_reading(pack, reading)] if reading else []), _examples(pack, clause_id)]
    if families := pack.twins.pairs(clause_id):
        parts.append(_line(families))
    return Block.of(*parts)


def _reading(pack: PolicyPack, reading: Reading) -> Tag:
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
                *(clause_item(pack.policy.clause(each)) for each in reading.related),
            ),
        ]
    return tag("section", *parts, class_="upe-aside")


def marked(pack: PolicyPack, clause: Clause) -> list[str | Tag]:
    """Return the clause's words with its conditions and exceptions marked; where marks meet, the first stands."""
    reading = pack.readings.get(clause.id)
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
def _around(pack: PolicyPack, clause_id: str) -> Block:
    landscape = likenesses(pack)
    if landscape is None:
        return Block.of(tag("h3", "Most similar clauses of the policy"), tag("p", why_none(pack), class_="upe-soft"))
    clause = pack.policy.clause(clause_id)
    nearest = landscape.nearest_clauses(clause, limit=_NEAREST)
    parts = [
        tag("h3", "Most similar clauses of the policy"),
        tag(
            "p",
            "How close in meaning they are, by a language model: 1 is the same, 0 is unrelated."
            if nearest
            else "The policy has no other clause.",
            class_="upe-soft",
        ),
        tag("ul", *(clause_item(other, likeness_meter(cosine)) for other, cosine in nearest)),
        tag("p", link("overlaps", "All pairs that are close to each other")),
    ]
    if pack.history.revisions:
        entries = landscape.entries_near_clause(clause, limit=_ENTRIES)
        parts += [
            tag("h3", "Changelog entries that may bear on it"),
            tag(
                "p",
                "The nearest notes, found by a language model. The policy itself does not say which clauses a revision touched."
                + (" All are faint: perhaps none is about it." if entries[0][1] < FAINT_BELOW else ""),
                class_="upe-soft",
            ),
            tag(
                "ul",
                *(
                    tag(
                        "li",
                        link("changelog", long_day(entry.date), revision=entry.date.isoformat()),
                        f": {entry.text}",
                        likeness_meter(cosine),
                    )
                    for entry, cosine in entries
                ),
            ),
        ]
    return Block.of(*parts)


def _examples(pack: PolicyPack, clause_id: str) -> Tag:
    texts = pack.exemplars.by_clause.get(clause_id, ())
    if not texts:
        return tag("p", "Nobody has written examples for this clause.", class_="upe-soft")
    first, rest = texts[:_EXAMPLES], texts[_EXAMPLES:]
    parts = [
        tag("h3", "Examples for this clause"),
        tag(
            "p",
            f"{counted(len(texts), 'text')} that we wrote, for which a careful reviewer would cite this clause first. "
            "The search learned from them; they are not the policy’s.",
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


def _line(families: tuple[tuple[Twin, ...], ...]) -> Tag:
    """Return pairs of texts that differ little, one on each side of the clause's line."""
    first, rest = families[:_FAMILIES], families[_FAMILIES : _FAMILIES + _MORE_FAMILIES]
    parts = [
        tag("h3", "Where the line runs"),
        tag(
            "p",
            f"{counted(len(families), 'pair')} of texts that we wrote: the first touches this clause, the others, as little "
            "changed as possible, do not. They are ours, not the policy’s, and reviewed by somebody else than their author.",
            class_="upe-soft",
        ),
        tag("ul", *(_family(family) for family in first)),
    ]
    if rest:
        parts.append(
            tag("details", tag("summary", f"{len(rest)} more"), tag("ul", *(_family(family) for family in rest)))
        )
    return tag("section", *parts, class_="upe-aside")


def _family(family: tuple[Twin, ...]) -> Tag:
    return tag("li", *(tag("p", tag("strong", f"{_STANCES[twin.stance]}: "), f"“{twin.text}”") for twin in family))


_FAMILIES = 3
_MORE_FAMILIES = 20

_STANCES = {
    Stance.DOES: "Touches it",
    Stance.HARMLESS: "Does not",
    Stance.REFUSES: "Refuses it",
    Stance.PREVENTS: "Prevents it",
}
