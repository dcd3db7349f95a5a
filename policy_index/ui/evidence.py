"""What carries a clause: the words of a passage, the sentences of the text."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from policy_index.brief import Brief
from policy_index.brief.values import Matrix
from policy_index.brief.word_weights import WordWeight, carrying, word_weights
from policy_index.errors import PolicyIndexError
from policy_index.plots.evidence import plot_evidence_matrix
from policy_index.plots.labels import told_apart
from policy_index.policy.document import Clause
from policy_index.server.service import service
from policy_index.ui.charts import show_chart, show_download
from policy_index.ui.foreign import show_problem

_NEAREST = 3
"""Clauses that can be explained where none is likely or possible."""

_SENTENCES = 40
"""Rows of the matrix."""


def show_words_that_carry(brief: Brief) -> None:
    """Let a person choose a clause and a passage, and show on demand which words of it carry the clause."""
    entries = {entry.clause.id: entry for entry in brief.entries or brief.rest[:_NEAREST]}
    chosen = st.selectbox(
        "Clause", list(entries), format_func=lambda clause_id: entries[clause_id].clause.text, key="why-clause"
    )
    passages = entries[chosen].passages
    place = st.selectbox(
        "Passage", range(len(passages)), format_func=lambda each: passages[each].text, key=f"why-{chosen}"
    )
    st.caption(
        "Each word is left out once: where the number falls most without it, that word makes the passage touch the clause."
    )
    if st.button("Leave out each word in turn", key="why", icon=":material/highlight:"):
        try:
            weights = word_weights(service().index(brief.pack), passages[place].read_as, entries[chosen].clause)
        except PolicyIndexError as error:
            show_problem(error)
        else:
            _show_word_weights(passages[place].read_as, weights, entries[chosen].clause)


def _show_word_weights(passage: str, weights: Sequence[WordWeight], clause: Clause) -> None:
    """Show a passage with the words that carry its score marked, and those that the clause has too underlined."""
    heavy = carrying(weights)
    strongest = max((word.weight for word in heavy), default=1.0)
    pieces, place = [], 0
    for word in weights:
        pieces.append(escape(passage[place : word.span.start]))
        classes = " ".join(["upe-carries"] * (word in heavy) + ["upe-literal"] * word.literal)
        strength = f"{0.25 + 0.75 * word.weight / strongest:.2f}" if word in heavy else "0"
        inner = escape(word.span.slice(passage))
        pieces.append(f'<span class="{classes}" style="--strength:{strength}">{inner}</span>' if classes else inner)
        place = word.span.end
    pieces.append(escape(passage[place:]))
    named = ", ".join(f"“{escape(word.span.slice(passage))}”" for word in heavy) or "no single word"
    st.html(
        f'<p class="upe-text">{"".join(pieces)}</p>'
        '<p class="upe-legend"><span class="upe-carries" style="--strength:1">shaded</span> carries the score: without it, '
        'the score falls. <span class="upe-literal">underlined</span> stands in the clause too.</p>'
        f"<p>Together {named} carry at least half of what falls, for “{escape(clause.text)}”.</p>"
    )


def show_matrix(brief: Brief) -> None:
    """Show how strongly each sentence carries each clause, as a picture, a table and a file."""
    if not brief.entries:
        why = "No clause is likely or possible" if brief.unfit is None else "This text cannot be judged"
        st.info(f"{why}, so there is nothing to draw.", icon=":material/grid_off:")
        return
    cells = brief.matrix(most=_SENTENCES)
    st.markdown(
        "Sentences of your text below each other, clauses beside each other: the darker, the surer it is that the sentence touches "
        f"the clause.{f' The {_SENTENCES} strongest sentences are shown.' if len(brief.sentences) > _SENTENCES else ''}"
    )
    show_chart(
        plot_evidence_matrix(
            cells.sentences,
            cells.clauses,
            cells.values.tolist(),
            name="probability" if brief.made_with_probabilities else "similarity",
        ),
        key="matrix",
        name="sentences-and-clauses",
        alt="Matrix of sentences against clauses. The table that unfolds below holds the same.",
    )
    if (fold := st.expander("The same as a table", key="matrix-table", on_change="rerun")).open:
        fold.dataframe(_matrix_rows(cells), hide_index=True)
    show_download(lambda: _matrix_rows(cells), key="matrix_csv", name="sentences-and-clauses", what="Matrix")


def _matrix_rows(matrix: Matrix) -> list[dict[str, str | float]]:
    """Return the matrix as rows of a table: the sentence, then one column a clause."""
    names = told_apart(clause.text for clause in matrix.clauses)
    return [
        {"Sentence": f"{number}. {words}"}
        | {name: round(float(value), 3) for name, value in zip(names, row, strict=True)}
        for (number, words), row in zip(matrix.sentences, matrix.values, strict=True)
    ]
