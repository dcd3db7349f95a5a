"""How far to trust the numbers."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from policy_index.accuracy import bundled_accuracy
from policy_index.parser import bundled_policy
from policy_index.plots.accuracy import plot_recall_by_category, plot_reliability_diagram, plot_score_distributions
from policy_index.ui.charts import ReadyFigure
from policy_index.ui.links import Block, show_block, tag

_TABLES: dict[str, Block] = {}
"""The tables of the page, which are the same for everyone, made once."""


@cache
def reliability_figure() -> go.Figure:
    """Return the reliability diagram of the committed record."""
    return ReadyFigure(plot_reliability_diagram(bundled_accuracy()["cross_validated"]["reliability"]))


@lru_cache(maxsize=64)
def distributions_figure(threshold: float) -> go.Figure:
    """Return the histogram of best probabilities with this threshold."""
    return ReadyFigure(plot_score_distributions(**bundled_accuracy()["heldout_probabilities"], threshold=threshold))


@cache
def recall_figure() -> go.Figure:
    """Return the bars of the categories."""
    names = {group.id: group.name for group in bundled_policy().groups}
    return ReadyFigure(plot_recall_by_category(bundled_accuracy()["heldout"]["all"]["by_category"], names))


def probability_rows(record: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return the best probability of every held-out text as rows."""
    return [
        {"texts": name, "best_probability": chance}
        for name, chances in record["heldout_probabilities"].items()
        for chance in chances
    ]


def show_rows(name: str, rows: Sequence[Mapping[str, object]], *, heads: Mapping[str, str] | None = None) -> None:
    """Show rows of the committed record as a table; `name` is the table's, `heads` says what its columns are called."""
    if name not in _TABLES:
        columns = heads or {key: key.replace("_", " ").capitalize() for key in rows[0]}
        _TABLES[name] = Block.of(
            tag(
                "table",
                tag("thead", tag("tr", *(tag("th", words, scope="col") for words in columns.values()))),
                tag("tbody", *(tag("tr", *(tag("td", _cell(row[key])) for key in columns)) for row in rows)),
            )
        )
    show_block(_TABLES[name], key=name)


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


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


def show_long_texts(record: Mapping[str, Any]) -> None:
    """Show how briefs of whole product ideas fare, and texts in other languages."""
    briefs = record["briefs"]
    found, strange = briefs["labelled_found"], briefs["shown_that_no_label_names"]
    st.header("Whole product ideas, and other languages")
    st.markdown(
        f"On **{briefs['ideas']} product ideas** of several paragraphs, written and labelled by people who had seen neither our "
        f"examples nor the results: **{found['value']:.0%}** ({found['low']:.0%} to {found['high']:.0%}) of the "
        f"{briefs['labelled']} clauses that a careful reviewer would certainly cite are shown as likely or possible, and "
        f"**{strange['value']:.0%}** ({strange['low']:.0%} to {strange['high']:.0%}) of the {briefs['shown']} clauses shown are "
        "ones that no reviewer's label names.\n\n"
        "The model knows English. Held-out texts, translated:"
    )
    rows = [
        {
            "language": each["language"],
            "texts": each["texts"],
            "right_clause_first": f"{each['recall_at_1']['value']:.0%}",
            "touching_texts_shown_a_clause": f"{each['shown_touching']['value']:.0%}",
            "harmless_texts_shown_one": f"{each['shown_harmless']['value']:.0%}",
        }
        for each in record["languages"]
    ]
    show_rows("languages", rows)


def show_where_it_fails() -> None:
    """Say in plain words what the numbers do not show."""
    st.header("Where it fails")
    st.markdown(
        "- It compares topics. “Never gives a diagnosis” looks like “gives a diagnosis”; it only warns when it sees such "
        "words.\n"
        "- A clause and the heading above it, or two neighbours, are easily swapped: see the mix-ups below.\n"
        "- Texts on a policy's own subject that are plainly fine (history, prevention, fiction) are its hardest cases. On "
        "our own example texts, chosen to be hard, more harmless ones are shown than on the held-out ones.\n"
        "- It knows English: see below for other languages.\n"
        "- A long text is read sentence by sentence. What no single sentence, and no two neighbours, say is not seen.\n"
        "- Labels are ours: another careful reviewer may cite another clause."
    )


def show_methods(record: Mapping[str, Any]) -> None:
    """Show how other ways of searching fared on the same texts."""
    st.header("What else was tried")
    st.markdown(
        "Right clause first / among the first three, in percent; in the last column the touching texts found where 5 % of "
        "the harmless ones may be shown by mistake."
    )
    sets = {"cross_validated": "Cross-validated", "ideas": "Ideas", "goals": "Harmful goals", "keywords": "Keywords"}
    show_rows(
        "methods",
        [
            {"Method": each["method"]}
            | {title: " / ".join(f"{100 * number:.1f}" for number in each[name]) for name, title in sets.items()}
            | {"At 5 % false alarms": f"{100 * each['recall_at_5_percent_false_alarms']:.1f}"}
            for each in record["methods"]
        ],
    )


def show_what_was_measured(record: Mapping[str, Any]) -> None:
    """Show model and hashes, so that the numbers can be traced."""
    st.header("What was measured")
    exemplars, cross = record["exemplars"], record["cross_validated"]
    st.markdown(
        f"Model: {record['model']}. Examples: {exemplars['clauses']:,} for clauses and {exemplars['harmless']} harmless "
        f"ones. Among these {cross['texts']:,} texts, each judged by a search made without it, the right clause comes first "
        f"for {cross['recall_at_1']:.1%} and among the first three for {cross['recall_at_3']:.1%}; "
        f"{cross['shown_touching']:.1%} of the touching and {cross['shown_harmless']:.1%} of the harmless ones are shown a "
        "clause. They were chosen to be hard and to cover rare cases; the held-out texts are closer to what people type."
    )
    hashes = {"policy": record["policy"]["sha256"], "examples": exemplars["sha256"], "fitted search": record["scorer"]}
    st.code("\n".join(f"{name:14}{value}" for name, value in hashes.items()), language=None, wrap_lines=True)
    st.caption("SHA-256. `policy-index measure` makes these numbers again.")
