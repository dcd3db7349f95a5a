"""The map of the clauses, what stands beside it, and the checked text in it."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from policy_index.landscape.landscape import Landscape
from policy_index.landscape.projection import IN_USE, NEIGHBOURS, place_among
from policy_index.plots.colouring import Colouring
from policy_index.plots.map import Checked, plot_clause_map
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.search.likelihood import Likelihood
from policy_index.ui.cards import clause_item, meter
from policy_index.ui.charts import ReadyFigure
from policy_index.ui.chosen import group_names
from policy_index.ui.foreign import plain
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.words import counted, quoted


def choose_groups(pack: PolicyPack) -> list[str]:
    """Let a person choose the categories whose examples the map shows; nothing where nobody wrote any."""
    names = group_names(pack, with_examples=True)
    if not names:
        return []
    return st.multiselect(
        "Show our examples for",
        list(names),
        format_func=lambda group_id: plain(names[group_id]),
        key="examples",
        bind="query-params",
        placeholder="Choose categories; each small dot is an example that we wrote",
    )


@lru_cache(maxsize=64)
def clause_map(  # noqa: PLR0913  # what belongs to a map, by name
    pack: PolicyPack,
    landscape: Landscape,
    colouring: Colouring,
    *,
    groups: tuple[str, ...],
    scores: tuple[tuple[str, float], ...] | None,
    chosen: str | None,
) -> go.Figure:
    """Return the map with the exemplars of `groups` and the checked text, where `scores` of one are known."""
    checked = None if scores is None else _placed(landscape, dict(scores))
    return ReadyFigure(
        plot_clause_map(pack, landscape, colouring=colouring, groups=groups, checked=checked, chosen=chosen)
    )


def show_about_map(
    pack: PolicyPack, landscape: Landscape | None, text: str, scores: Mapping[str, float] | None
) -> None:
    """Show what belongs to the map: its signs, the checked text among the clauses, and how far it can be trusted."""
    show_block(_legend(pack), key="legend")
    if landscape is None:
        return
    if scores is None:
        st.caption("Check a text in the playground, and it appears here among the clauses.")
    else:
        show_nearest(text, landscape, scores)
    show_what_it_distorts(landscape)
    if landscape.comparison:
        show_block(_comparison(landscape), key="comparison")


def show_nearest(text: str, landscape: Landscape, scores: Mapping[str, float]) -> None:
    """List the clauses to which the lines of the checked text lead, with their scores."""
    _, nearest = _placed(landscape, scores)
    show_block(
        Block.of(
            tag("h2", "Your text among them"),
            tag(
                "p",
                f"The star is {quoted(text)}. Lines lead to the clauses that the search finds nearest in the full space:",
            ),
            tag("ul", *(clause_item(clause, meter(Likelihood(score=score))) for clause, score in nearest)),
            tag(
                "p",
                "The star stands at the mean place of these clauses, each weighing as much as the square of its score. "
                "If they lie far apart, so does the star from all of them: trust the lines and the list, not the place.",
                class_="upe-soft",
            ),
        ),
        key="nearest",
    )


def show_what_it_distorts(landscape: Landscape) -> None:
    """Say in plain words how far such a map can be trusted, with the measure where there is one."""
    st.markdown(
        f"**What this map distorts.** The model describes each clause by {landscape.dimensions:,} numbers; a flat map has two. "
        "Clauses that are neighbours here are mostly neighbours there. How far apart two groups lie, how "
        f"large a group is, and what is left or right means nothing. {_trust(landscape)}"
    )


def _trust(landscape: Landscape) -> str:
    used = next((each for each in landscape.comparison if each.name == IN_USE), None)
    if used is None:
        count = counted(len(landscape.policy.clauses), "clause")
        return f"With {count} there are too few to measure how many of the neighbours here are true ones."
    examples = (
        ""
        if landscape.exemplar_trust is None
        else f"; for our examples, which are placed by their nearest clauses, only **{landscape.exemplar_trust:.2f}**"
    )
    return f"How many of the 5 neighbours here are true ones (trustworthiness: 1 is all, about 0.5 is chance): **{used.five:.2f}**{examples}."


@lru_cache(maxsize=16)
def _legend(pack: PolicyPack) -> Block:
    return Block.of(
        tag(
            "nav",
            *(
                tag(
                    "span",
                    f"{pack.marks[group.id].sign} ",
                    link("read", group.name, category=group.id),
                )
                for group in pack.policy.groups
            ),
            class_="upe-key",
            aria_label="Categories and sections on the map",
        )
    )


def _comparison(landscape: Landscape) -> Block:
    return Block.of(
        tag(
            "details",
            tag("summary", "How the map was made"),
            *_compared(landscape),
        )
    )


def _compared(landscape: Landscape) -> tuple[Tag, ...]:
    return (
        tag(
            "p",
            "The most trustworthy of those that scikit-learn offers, with a fixed seed; computed once and kept, so the "
            "map is the same every time. Trustworthiness for 5 and for 10 neighbours:",
        ),
        tag(
            "ul",
            *(
                tag("li", f"{each.name}{' (in use)' if each.name == IN_USE else ''}: {each.five:.3f}, {each.ten:.3f}")
                for each in landscape.comparison
            ),
        ),
    )


def _placed(landscape: Landscape, scores: Mapping[str, float]) -> Checked:
    """Return the place of the checked text and its nearest clauses with their scores."""
    clauses = landscape.policy.clauses

    def score(clause: Clause) -> float:
        return scores.get(clause.id, 0.0)

    nearest = sorted(clauses, key=score, reverse=True)[:NEIGHBOURS]
    place = place_among(np.array([[score(clause) for clause in clauses]]), landscape.places)
    return place, [(clause, score(clause)) for clause in nearest]
