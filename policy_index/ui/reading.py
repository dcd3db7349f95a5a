"""The policy as a document to read: its text in order, its contents beside it, our words folded under each clause.

It is one element of the page, drawn by the browser node by node from data that is made once for everybody. Very long policies are
read in stretches, so that no page holds more than a bounded number of clauses.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from policy_index.plots.palette import LANE_COLORS
from policy_index.policy.contents import Heading, contents_of
from policy_index.policy.document import Clause, Part, PartRole, Policy
from policy_index.policy.lanes import KIND_NAMES
from policy_index.policy.pack import PolicyPack
from policy_index.ui.browser_parts import BrowserPart
from policy_index.ui.links import DRAW_JS, GO_JS, Tag, link, outside_link, tag
from policy_index.words import counted, long_day

AT_ONCE = 400
"""Clauses after which a stretch of a long policy ends at the next heading."""

_AT_MOST = 500
"""Clauses after which it ends in any case."""

_NAMED = 400
"""Lines of the contents; of a longer one only those of the stretch that is shown, and the first line of each other stretch."""

_EXAMPLES = 4
_DEEPEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of a policy that is read at once.

    Attributes:
        parts: Of the source, in order.
        number: Which it is, from 1.
        of: How many there are.
    """

    parts: tuple[Part, ...]
    number: int
    of: int

    @property
    def clause_ids(self) -> frozenset[str]:
        """The clauses that stand in it."""
        return frozenset(part.clause_id for part in self.parts if part.clause_id is not None)


@lru_cache(maxsize=64)
def stretches_of(policy: Policy) -> tuple[Stretch, ...]:
    """Return the stretches of a policy, in order; one for all but very long ones."""
    runs: list[list[Part]] = [[]]
    held = 0
    for part in policy.parts:
        if held >= _AT_MOST or (held >= AT_ONCE and part.role is PartRole.HEADING):
            runs.append([])
            held = 0
        runs[-1].append(part)
        held += part.clause_id is not None
    return tuple(Stretch(parts=tuple(run), number=number, of=len(runs)) for number, run in enumerate(runs, 1))


_DOCUMENT = BrowserPart(
    name="reading",
    html='<div class="upe-doc"></div>',
    css="reading.css",
    script=f"{DRAW_JS}{GO_JS}",
    js="reading.js",
    isolated=False,
)


def stretch_at(policy: Policy, *, place: str, asked: str | None) -> Stretch:
    """Return the stretch in which a clause stands; without one that which an address asks for by its number, or the first."""
    stretches = stretches_of(policy)
    if place:
        return next((each for each in stretches if place in each.clause_ids), stretches[0])
    return next((each for each in stretches if str(each.number) == asked), stretches[0])


def show_document(pack: PolicyPack, *, place: str, asked: str | None) -> None:
    """Show the policy's text, opened at a clause, or at a stretch that the address asks for."""
    stretch = stretch_at(pack.policy, place=place, asked=asked)
    _DOCUMENT.show(_document(pack, stretch.number), key="document")


@lru_cache(maxsize=32)
def _document(pack: PolicyPack, number: int) -> str:
    policy = pack.policy
    stretch = stretches_of(policy)[number - 1]
    body = [_part(pack, part) for part in stretch.parts]
    if not any(part.role is PartRole.TITLE for part in stretch.parts):
        body.insert(0, tag("h2", policy.title))
    keys = tag("span", "J and K go to the next clause and the one before; Enter chooses it.", class_="keys")
    hint = tag("p", keys, tag("a", "To the picture of the clauses ↓", href="#picture", class_="down"), class_="hint")
    return json.dumps(
        [
            tag(
                "nav",
                tag("details", tag("summary", "Contents"), tag("ul", *_contents(policy, stretch))),
                class_="contents",
                aria_label="Contents of the policy",
            ),
            tag("article", hint, *_steps(stretch), *body, *_steps(stretch), class_="text"),
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _steps(stretch: Stretch) -> Iterator[Tag]:
    """Yield the links to the stretches before and after, where there are several."""
    if stretch.of == 1:
        return
    links: list[str | Tag] = [f"Part {stretch.number} of {stretch.of}"]
    if stretch.number > 1:
        links.append(link("read", "← The part before", part=str(stretch.number - 1)))
    if stretch.number < stretch.of:
        links.append(link("read", "Read on: the next part →", part=str(stretch.number + 1), class_="on"))
    yield tag("p", *(each for pair in ((one, " ") for one in links) for each in pair), class_="steps")


def _contents(policy: Policy, stretch: Stretch) -> Iterator[Tag]:
    lines = [line for heading in contents_of(policy) for line in _lines(heading, 0)]
    if len(lines) <= _NAMED:
        yield from (line for _, line in lines)
        return
    for each in stretches_of(policy):
        yield tag("li", link("read", f"Part {each.number}: {_first_words(each)}", part=str(each.number)), class_="part")
        if each.number == stretch.number:
            own = each.clause_ids
            yield from (line for first, line in lines if first in own)


def _first_words(stretch: Stretch) -> str:
    first = next((part for part in stretch.parts if part.role is PartRole.HEADING), stretch.parts[0])
    return first.text[:60]


def _lines(heading: Heading, deep: int) -> Iterator[tuple[str, Tag]]:
    """Yield the lines of the contents, each with the id of the clause that it leads to; a lone group stands for its heading."""
    alone = len(heading.groups) == 1 and not heading.inside
    if not alone and heading.groups:
        first = heading.groups[0]
        yield first.clauses[0].id, _line(heading.title, first.id, first.clauses[0].id, deep)
    elif not alone:
        yield "", tag("li", heading.title, style={"--deep": str(min(deep, _DEEPEST))})
    leads = not alone and heading.groups[:1] and heading.groups[0].id == heading.id
    for group in heading.groups[1 if leads else 0 :]:
        words = heading.title if alone else group.name
        yield group.clauses[0].id, _line(words, group.id, group.clauses[0].id, deep if alone else deep + 1)
    for each in heading.inside:
        yield from _lines(each, deep + 1)


def _line(words: str, group_id: str, clause_id: str, deep: int) -> Tag:
    name, attributes, inside = link("read", words, category=group_id)
    return tag("li", [name, attributes | {"data-to": clause_id}, inside], style={"--deep": str(min(deep, _DEEPEST))})


def _part(pack: PolicyPack, part: Part) -> Tag:
    match part.role:
        case PartRole.CLAUSE:
            return _clause(pack, pack.policy.clause(part.clause_id or ""), part.level)
        case PartRole.TITLE:
            return tag("h2", part.text)
        case PartRole.HEADING:
            return tag("h3" if part.level <= 2 else "h4", part.text)  # noqa: PLR2004  # the title is the first level
        case PartRole.LEAD_IN:
            return tag("p", part.text, class_="lead")
        case PartRole.DATE:
            day = pack.policy.updated
            return tag("p", part.text if day is None else f"Version of {long_day(day)}", class_="entry")
        case PartRole.ENTRY | PartRole.SET_ASIDE:
            return tag("p", part.text, class_="entry")


def _clause(pack: PolicyPack, clause: Clause, level: int) -> Tag:
    lane = pack.lane_of(clause)
    heads = clause.category is not None and pack.policy.group_of(clause.id).id == clause.id
    chooser, attributes, words = link(
        "read", clause.short_position, class_="at", label=f"Choose {clause.position}", clause=clause.id
    )
    del attributes["data-inside"]
    permalink = [chooser, attributes | {"data-clause": clause.id}, words]
    kind = tag("span", lane.value, class_="upe-chip", title=KIND_NAMES[clause.kind])
    return tag(
        "section",
        tag("p", permalink, kind, class_="meta"),
        tag("p", *_with_links(clause), class_="words"),
        *_folded(pack, clause),
        class_="clause head" if heads else "clause",
        data_id=clause.id,
        style={"--lane": LANE_COLORS[lane], "--deep": str(min(max(level - 1, 0), _DEEPEST))},
    )


def _with_links(clause: Clause) -> list[str | Tag]:
    """Return the clause's words, those of them that are links in the source as links."""
    parts: list[str | Tag] = []
    rest = clause.text
    for each in clause.links:
        before, found, after = rest.partition(each.text) if each.text else (rest, "", "")
        if found:
            parts += [before, outside_link(each.url, each.text)]
            rest = after
    return [*parts, rest]


def _folded(pack: PolicyPack, clause: Clause) -> list[Tag]:
    """Return what is ours: a reading where there is one, and a few examples."""
    reading, texts = pack.readings.get(clause.id), pack.exemplars.by_clause.get(clause.id, ())
    if reading is None and not texts:
        return []
    names = [*(["our words"] if reading else []), *([counted(len(texts), "example")] if texts else [])]
    inside: list[Tag] = []
    if reading is not None:
        inside += [tag("p", tag("strong", "What it is about (our words)")), tag("p", reading.about)]
        if reading.todo:
            inside += [
                tag("p", tag("strong", "What to do (our words)")),
                tag("ul", *(tag("li", each.text) for each in reading.todo)),
            ]
    if texts:
        inside += _examples(texts)
    words = " and ".join(names)
    summary = tag("summary", words[0].upper() + words[1:], tag("span", f" for {clause.position}", class_="upe-unseen"))
    return [tag("details", summary, *inside, class_="ours")]


def _examples(texts: Sequence[str]) -> list[Tag]:
    left = len(texts) - _EXAMPLES
    more = [tag("li", f"and {counted(left, 'more', 'more')} on the clause’s page")] if left > 0 else []
    return [
        tag("p", tag("strong", "Examples that we wrote")),
        tag("ul", *(tag("li", f"“{text}”") for text in texts[:_EXAMPLES]), *more),
    ]
