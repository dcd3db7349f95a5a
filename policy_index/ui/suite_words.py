"""What the Batch page calls things: clauses by their own words, how sure a touch is, what came of a row, a group's name."""

from policy_index.batch.findings import Findings, Outcome
from policy_index.batch.grouping import Grouping
from policy_index.plots.labels import cut
from policy_index.plots.palette import LANE_COLORS
from policy_index.policy.document import Clause
from policy_index.search.likelihood import Band, Nearness
from policy_index.ui.links import Tag, tag
from policy_index.words import counted, percent

OUTCOME_WORDS = {
    Outcome.TOUCHES: "touch a clause",
    Outcome.NOTHING: "touch nothing",
    Outcome.UNFIT: "cannot be judged",
    Outcome.ERROR: "could not be read",
}

_CLAUSE = 90
_GROUP = 40


def clause_words(clause: Clause, *, letters: int = _CLAUSE) -> str:
    """Return the beginning of a clause's own words."""
    return cut(clause.text, letters)


def group_words(grouping: Grouping, place: int) -> str:
    """Return what a group is called: the value of the person's column."""
    if place >= len(grouping.names):
        return f"{counted(grouping.beyond, 'more value')}"
    name = grouping.names[place]
    return "(empty)" if name is None else cut(name, _GROUP)


def sure_words(found: Findings, sureness: float) -> str:
    """Return how sure a touch is."""
    if found.has_probabilities:
        return f"{Band.of(sureness).capitalize()}, {percent(sureness)}"
    return Nearness.of(sureness).capitalize() if found.by_places else f"Similarity {sureness:.2f}"


def hit(found: Findings, column: int, sureness: float) -> Tag:
    """Return a clause that a text touches, with where it stands and how sure that is."""
    clause = found.pack.policy.clauses[column]
    return tag(
        "li",
        tag("div", clause_words(clause)),
        tag("small", f"{clause.position} · {sure_words(found, sureness)}"),
        class_="upe-hit",
        style={"--lane": LANE_COLORS[found.pack.lane_of(clause)]},
    )


def hits(found: Findings, place: int, error: str | None, *, most: int) -> list[Tag]:
    """Return what a row touches under a policy, or in its place why nothing is named.

    Args:
        found: What was found under the policy.
        place: The place of the row's text; -1 where it has none.
        error: What is wrong with the row.
        most: Clauses that are named; how many more there are is said.
    """
    if place < 0:
        return [tag("p", f"Could not be read: {error or 'no text'}", class_="upe-quiet")]
    if (reason := found.unfit[place]) is not None:
        return [tag("p", f"Not judged: {reason}", class_="upe-quiet")]
    touched = found.touched_by(place)
    if not touched:
        return [tag("p", "Nothing touched", class_="upe-quiet")]
    more = len(touched) - most
    items = [hit(found, column, sureness) for column, sureness in touched[:most]]
    return [tag("ul", *items), *([tag("small", f"and {more} more")] if more > 0 else [])]
