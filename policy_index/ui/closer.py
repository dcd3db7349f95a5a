"""A passage looked at closely: the nearest examples on both sides of a clause's line, and what another wording moves."""

from collections.abc import Sequence

from policy_index.brief import Brief, Change, Rewording
from policy_index.brief.margin import Stretch
from policy_index.brief.near_examples import ExamplePair
from policy_index.plots.palette import LANE_COLORS
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.policy.twins import Stance
from policy_index.server.service import service
from policy_index.ui.links import Tag, tag
from policy_index.ui.margin_data import how_sure
from policy_index.ui.rewording import not_seen
from policy_index.words import either, shortened

_MOST = 6
"""Clauses that are named; more of them are counted."""

_OTHER_SIDE = {
    Stance.HARMLESS: "does not touch it",
    Stance.REFUSES: "refuses it",
    Stance.PREVENTS: "prevents it",
    Stance.DOES: "does not touch it",
}


def examples_told(pack: PolicyPack, clause: Clause, pairs: Sequence[ExamplePair]) -> list[Tag]:
    """Return the nearest examples side by side, with the words that separate two of one family."""
    if not pairs:
        return [
            tag("p", "Nobody has written examples for this clause, so there are none to compare your passage with.")
        ]
    whose = "our examples" if pack is service().shelf.default else "the examples written for this policy"
    families = any(pair.taken_out or pair.put_in for pair in pairs)
    line = (
        " Each two differ by few words, which are marked: they show where we think that the line runs."
        if families
        else ""
    )
    return [
        tag("h4", f"The nearest of {whose} for “{shortened(clause.text, letters=90)}”"),
        tag("p", f"They are no texts of the policy.{line}", class_="soft"),
        tag("div", tag("p", "Touches the clause", class_="heads"), tag("p", "Does not", class_="heads"), class_="pair"),
        *(_pair(pair) for pair in pairs),
    ]


def _pair(pair: ExamplePair) -> Tag:
    separated = ""
    if pair.taken_out or pair.put_in:
        before, after = (_named(words) for words in (pair.taken_out, pair.put_in))
        separated = f"What separates them: {before or 'nothing'} → {after or 'nothing'}; the second one {_OTHER_SIDE[pair.stance]}."
    return tag(
        "div",
        tag("div", tag("span", "Touches the clause", class_="side"), _marked(pair.touches, pair.taken_out)),
        tag("div", tag("span", "Does not", class_="side"), _marked(pair.other, pair.put_in)),
        *([tag("p", separated, class_="soft")] if separated else []),
        class_="pair",
    )


def _named(stretches: Sequence[str]) -> str:
    return either([f"“{shortened(each, letters=60)}”" for each in stretches], word="and") if stretches else ""


def _marked(text: str, stretches: Sequence[str]) -> Tag:
    """Return a text with these stretches, in their order, made strong."""
    words, place = " ".join(text.split()), 0
    parts: list[str | Tag] = []
    for stretch in stretches:
        found = words.find(stretch, place)
        if found >= 0:
            parts += [words[place:found], tag("strong", stretch)]
            place = found + len(stretch)
    return tag("p", *parts, words[place:], dir="auto")


def moves_told(passage: Stretch, changes: Sequence[Change], rewording: Rewording, after: Brief) -> list[Tag]:
    """Return what becomes of the passage's clauses, and of others that move, under another wording."""
    if after.unfit is not None:
        return [tag("p", tag("strong", "With this wording the text cannot be judged. "), after.unfit)]
    if not rewording.changes_words:
        return [tag("p", "This is the wording that stands there.")]
    own = {each.entry.clause.id for each in passage.notes}
    shown = [change for change in changes if change.moved or (change.clause.id in own and change.is_seen)]
    still = [change for change in changes if change.clause.id in own and change not in shown]
    lines = [_line(change) for change in shown[:_MOST]]
    if len(shown) > _MOST:
        lines.append(tag("li", f"… and {len(shown) - _MOST} more"))
    lines += [_stays(change) for change in still[:_MOST]]
    head = _head(shown) if any(change.moved for change in shown) else _surer(shown)
    careful = [tag("p", *not_seen(rewording), class_="soft")] if rewording.unseen else []
    return [tag("p", tag("strong", head)), tag("ul", *lines), *careful]


def _head(shown: Sequence[Change]) -> str:
    gone = sum(change.lane_after is None for change in shown if change.moved)
    come = sum(change.lane_before is None for change in shown if change.moved)
    moved = sum(change.moved for change in shown) - gone - come
    said = [(gone, "no longer shown"), (come, "new"), (moved, "moved")]
    return f"{either([f'{count} {words}' for count, words in said if count], word='and')}."


def _surer(shown: Sequence[Change]) -> str:
    """Return what became of clauses that stay where they are."""
    if not shown:
        return "Nothing moves."
    fell = sum(change.difference < 0 for change in shown)
    if fell == len(shown):
        return "Less sure, but still there."
    return "Surer than before." if not fell else "Some surer, some less sure; all still there."


def _line(change: Change) -> Tag:
    lane = change.lane_after or change.lane_before
    color = "inherit" if lane is None else LANE_COLORS[lane]
    before = "not shown" if change.lane_before is None else how_sure(change.before)
    after = "not shown" if change.lane_after is None else how_sure(change.after)
    where = (
        f"{change.lane_before.value} → {change.lane_after.value}: "
        if change.moved and change.lane_before and change.lane_after
        else ""
    )
    return tag(
        "li",
        tag("span", f"“{shortened(change.clause.text, letters=90)}”", style={"--lane": color}),
        tag("span", f"{where}{before} → {after}", class_="go"),
    )


def _stays(change: Change) -> Tag:
    return tag(
        "li",
        f"“{shortened(change.clause.text, letters=90)}”",
        tag("span", f"stays: {how_sure(change.after)}", class_="go"),
    )
