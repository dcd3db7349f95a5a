"""What every page shows a clause and a likelihood with: one card, one meter, one line of a list.

They are tags (see `links`): make a block of them, or put them into one.
"""

from policy_index.plots.palette import LANE_COLORS
from policy_index.policy.document import Clause
from policy_index.policy.lanes import Lane
from policy_index.search.likelihood import Likelihood
from policy_index.ui.links import Tag, link, tag
from policy_index.words import percent, shortened

FAINT_BELOW = 0.4
"""Below this cosine two texts hardly speak of the same thing; the page says so."""


def card(*inside: str | Tag, lane: Lane, class_: str = "") -> Tag:
    """Return a card with the colour of a lane along its side; `class_` names what else it is."""
    return tag("article", *inside, class_=f"upe-card {class_}".rstrip(), style={"--lane": LANE_COLORS[lane]})


def meter(likelihood: Likelihood) -> Tag:
    """Return how sure a match is as a bar with its words: band, probability and similarity, or only the similarity.

    Where there is no calibration the similarity stands alone, or, of a policy without examples, plain words.
    """
    if likelihood.nearness is not None:
        return _bar("Nearness", max(likelihood.score, 0.0), tag("strong", likelihood.nearness.capitalize()))
    if likelihood.probability is None or likelihood.band is None:
        return _bar("Similarity", max(likelihood.score, 0.0), f"Similarity {likelihood.score:.2f}")
    words = f" · {percent(likelihood.probability)} · similarity {likelihood.score:.2f}"
    return _bar("Probability", likelihood.probability, tag("strong", likelihood.band.capitalize()), words)


def likeness_meter(cosine: float) -> Tag:
    """Return how alike two texts of the policy are, the cosine of their embeddings, as a bar with its number."""
    faint = ", faint" if round(cosine, 2) < FAINT_BELOW else ""  # as it is shown
    return _bar("Similarity", max(cosine, 0.0), f"similarity {cosine:.2f}{faint}")


def clause_item(clause: Clause, *more: str | Tag) -> Tag:
    """Return a line of a list: the clause's words as a link to its page, its position, and what else belongs there.

    Few words of a list's item may say nothing without the line that leads in to the list: then it stands there too.
    """
    leads = lead_ins(clause)
    under = f", under “{shortened(leads[-1])}”" if leads and clause.category is None and _is_short(clause) else ""
    return tag(
        "li", link("categories", clause.text, clause=clause.id), tag("small", f" {clause.position}{under}"), *more
    )


def lead_ins(clause: Clause) -> tuple[str, ...]:
    """Return the lines that lead in to a clause, `You may not:`, the outermost first: what stands above it under its heading."""
    headings = [place for place, words in enumerate(clause.path) if words == clause.section]
    return clause.path[headings[-1] + 1 :] if headings else clause.path


def _is_short(clause: Clause) -> bool:
    return len(clause.text) < _SAYS_ENOUGH


_SAYS_ENOUGH = 60
"""Letters from which a clause's words mostly say enough by themselves."""


def _bar(name: str, value: float, *words: str | Tag) -> Tag:
    return tag(
        "div",
        tag("span", *words),
        tag("span", tag("span", style={"width": f"{value:.0%}"}), class_="upe-bar"),
        class_="upe-meter",
        role="meter",
        aria_label=name,
        aria_valuemin="0",
        aria_valuemax="1",
        aria_valuenow=f"{value:.2f}",
    )
