"""A policy as a tree of what was recognised: headings, lead-ins, numbered clauses with their kinds, and what was set aside."""

from collections.abc import Sequence
from dataclasses import dataclass

from policy_index.plots.palette import LANE_COLORS
from policy_index.policy.document import Clause, Part, PartRole, Policy, Span
from policy_index.policy.lanes import KIND_NAMES, Lane
from policy_index.ui.draft import Draft
from policy_index.ui.links import Block, Tag, link, show_block, staying, tag
from policy_index.ui.policy_source import AT
from policy_index.words import counted, shortened

ROWS = 150
"""Lines of the tree that are shown at once."""

PAGE = "rows"
"""What names the stretch of a long tree in an address, from 1."""

_LONGEST_ROW = 320
_NAMES = {
    PartRole.TITLE: "title",
    PartRole.DATE: "date",
    PartRole.LEAD_IN: "leads in",
    PartRole.ENTRY: "history",
    PartRole.SET_ASIDE: "set aside",
}
_QUIET = frozenset({PartRole.TITLE, PartRole.DATE, PartRole.ENTRY, PartRole.SET_ASIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The lines of a tree that are shown.

    Attributes:
        parts: They.
        number: Which stretch it is, from 1.
        of: How many there are.
        within: Where they stand in the source.
    """

    parts: tuple[Part, ...]
    number: int
    of: int
    within: Span


def stretch_of(policy: Policy, *, asked: str | None, chosen: Clause | None) -> Stretch:
    """Return the stretch that an address asks for, or that holds the chosen clause; else the first."""
    parts = policy.parts
    of = max(1, -(-len(parts) // ROWS))
    number = int(asked) if asked is not None and asked.isascii() and asked.isdigit() and len(asked) < 8 else 1  # noqa: PLR2004
    if chosen is not None:
        place = next((place for place, part in enumerate(parts) if part.clause_id == chosen.id), 0)
        number = place // ROWS + 1
    number = min(max(number, 1), of)
    own = parts[(number - 1) * ROWS : number * ROWS]
    start = own[0].span.start if number > 1 else 0
    end = max(part.span.end for part in own) if number < of else len(policy.source)
    return Stretch(parts=own, number=number, of=of, within=Span(start=start, end=end))


def show_rows(draft: Draft, parts: Sequence[Part], *, key: str, view: str, can_edit: bool) -> None:
    """Show lines of the tree; a click on a clause chooses it."""
    rows = [_row(draft, part, view=view, can_edit=can_edit) for part in parts]
    if rows:
        show_block(Block.of(tag("ol", *rows, class_="upe-tree")), key=f"tree {key}")


def show_turning(stretch: Stretch, *, view: str, key: str) -> None:
    """Lead to the stretches before and after this one, where a policy is long."""
    if stretch.of == 1:
        return
    steps: list[str | Tag] = []
    if stretch.number > 1:
        steps += [link("policies", "← Earlier", view=view, **{PAGE: str(stretch.number - 1)}), " · "]
    steps.append(f"Part {stretch.number} of {stretch.of}")
    if stretch.number < stretch.of:
        steps += [" · ", link("policies", "Later →", view=view, **{PAGE: str(stretch.number + 1)})]
    show_block(Block.of(tag("nav", *steps, aria_label=f"Parts of the policy, {key}")), key=f"turning {key}")


def recognised(policy: Policy) -> str:
    """Return what was recognised, in counts: `42 clauses under 9 headings, 31 of them bind; 3 lines set aside`."""
    roles = [part.role for part in policy.parts]
    binding = sum(clause.citable for clause in policy)
    headings = roles.count(PartRole.HEADING)
    under = f" under {counted(headings, 'heading')}" if headings else ""
    aside = roles.count(PartRole.SET_ASIDE)
    left = f"; {counted(aside, 'line')} of the text set aside" if aside else ""
    return f"{counted(len(policy.clauses), 'clause')}{under}, {binding} of them {'binds' if binding == 1 else 'bind'} the reader{left}"


def kind_in_words(draft: Draft, clause: Clause) -> str:
    """Return the kind of a clause, and whether it is a guess."""
    return f"{KIND_NAMES[clause.kind]}{' (a guess)' if draft.is_guess(clause) else ''}"


def why_aside(draft: Draft, part: Part) -> str:
    """Return why a line is no clause, as far as it shows."""
    if all(part.span.start != each.span.start for each in draft.read.parts if each.role is PartRole.SET_ASIDE):
        return "dropped by a person"
    words = " ".join(part.text.split()).casefold()
    if not any(map(str.isalnum, words)):
        return "set aside: no words in it, a rule or a picture"
    before = (
        each for each in draft.read.parts if each.span.start < part.span.start and each.role is not PartRole.SET_ASIDE
    )
    if any(" ".join(each.text.split()).casefold() == words for each in before):
        return "set aside: it stands there already, word for word"
    return "set aside: links, a picture or page furniture, no rule"


def _row(draft: Draft, part: Part, *, view: str, can_edit: bool) -> Tag:
    if part.clause_id is not None:
        return _clause_row(draft, part, view=view, can_edit=can_edit)
    words = shortened(part.text or "(no words)", letters=_LONGEST_ROW)
    if part.role is PartRole.HEADING:
        return tag("li", words, class_="upe-heading", style={"--deep": str(max(part.level - 1, 0))})
    name = why_aside(draft, part) if part.role is PartRole.SET_ASIDE else _NAMES.get(part.role, "")
    class_ = "upe-apart-row" if part.role in _QUIET else "upe-lead"
    return tag("li", words, tag("span", f" {name}", class_="upe-role"), class_=class_)


def _clause_row(draft: Draft, part: Part, *, view: str, can_edit: bool) -> Tag:
    clause = draft.policy.clause(part.clause_id or "")
    number = draft.policy.columns[clause.id] + 1
    words = shortened(clause.text, letters=_LONGEST_ROW)
    where = link(
        "policies",
        words,
        label=f"{'Change' if can_edit else 'See'} clause {number}: {shortened(clause.text)}",
        view=view,
        **{AT: str(clause.span.start)},
    )
    kind = tag(
        "span",
        kind_in_words(draft, clause),
        class_="upe-chip",
        style={"--lane": LANE_COLORS[Lane.of(clause.kind, can_be_lifted=False)]},
    )
    small = tag("small", kind, " · ", tag("span", clause.id.rpartition("/")[2], class_="upe-id"))
    return tag(
        "li",
        tag("div", tag("span", str(number)), tag("div", staying(where), small), class_="upe-row"),
        style={"--deep": str(max(part.level - 1, 0))},
    )
