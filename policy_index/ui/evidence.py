"""Where in the text a clause is carried: the marked text, the words, the matrix."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from policy_index.brief import Brief, Change, Matrix
from policy_index.document import Clause
from policy_index.evidence import WordWeight

_LEGEND = (
    '<p class="upe-legend"><mark class="likely">likely</mark> <mark class="possible">possible</mark> '
    "Sentences by the best band of the clauses that they carry; point at one to read which.</p>"
)

_SHOWN_CHARACTERS = 30_000
"""Longest marked text on the page; the papers hold all of it."""


def show_marked_text(brief: Brief) -> None:
    """Show the text with the sentences that carry a clause marked by band."""
    pieces, shown = [], 0
    for segment in brief.segments:
        shown += len(segment.text)
        if shown > _SHOWN_CHARACTERS:
            break
        words = escape(segment.text)
        if segment.band is None:
            pieces.append(words)
        else:
            cited = escape("; ".join(clause.text for clause in segment.clauses), quote=True)
            pieces.append(
                f'<mark class="{segment.band}" title="{cited}">{words}'
                f'<span class="upe-unseen"> [{segment.band}: {cited}]</span></mark>'
            )
    more = "" if shown <= _SHOWN_CHARACTERS else "<p>The rest is in the files to take away.</p>"
    st.html(f'{_LEGEND}<div class="upe-text">{"".join(pieces)}</div>{more}')


def show_word_weights(
    passage: str, weights: Sequence[WordWeight], carrying: Sequence[WordWeight], clause: Clause
) -> None:
    """Show a passage with the words that carry its score marked, and those that the clause has too underlined."""
    strongest = max((word.weight for word in carrying), default=1.0)
    pieces, place = [], 0
    for word in weights:
        pieces.append(escape(passage[place : word.span.start]))
        classes = " ".join(["upe-carries"] * (word in carrying) + ["upe-literal"] * word.literal)
        strength = f"{0.25 + 0.75 * word.weight / strongest:.2f}" if word in carrying else "0"
        inner = escape(word.span.slice(passage))
        pieces.append(f'<span class="{classes}" style="--strength:{strength}">{inner}</span>' if classes else inner)
        place = word.span.end
    pieces.append(escape(passage[place:]))
    named = ", ".join(f"“{escape(word.span.slice(passage))}”" for word in carrying) or "no single word"
    st.html(
        f'<p class="upe-text">{"".join(pieces)}</p>'
        '<p class="upe-legend"><span class="upe-carries" style="--strength:1">shaded</span> carries the score: without it, '
        'the score falls. <span class="upe-literal">underlined</span> stands in the clause too.</p>'
        f"<p>Together {named} carry at least half of what falls, for “{escape(clause.text)}”.</p>"
    )


def show_changes(changes: Sequence[Change]) -> None:
    """Show what rose and fell between two wordings, as a table that screen readers read."""
    rows = "".join(
        f"<tr><td>{escape(change.clause.text)}</td><td>{_value(change.before, change.band_before)}</td>"
        f"<td>{_value(change.after, change.band_after)}</td><td>{_arrow(change)}</td></tr>"
        for change in changes
    )
    st.html(
        '<div class="upe-scroll" tabindex="0" role="region" aria-label="Changes from the first wording to the second">'
        '<table class="upe-table"><thead><tr><th scope="col">Clause</th><th scope="col">First wording</th>'
        f'<th scope="col">Second wording</th><th scope="col">Change</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def matrix_table(matrix: Matrix) -> list[dict[str, str | float]]:
    """Return the matrix as rows of a table: the sentence, then one column a clause."""
    return [
        {"Sentence": f"{number}. {words}"}
        | {clause.text: round(float(value), 3) for clause, value in zip(matrix.clauses, row, strict=True)}
        for (number, words), row in zip(matrix.sentences, matrix.values, strict=True)
    ]


def _value(value: float, band: str | None) -> str:
    return f"{value:.2f}" if band is None else f"{value:.0%} {band}".replace("%", " %")


def _arrow(change: Change) -> str:
    difference = change.after - change.before
    if abs(difference) < 0.005:  # noqa: PLR2004  # what would be shown as 0
        return "no change"
    points = f"{abs(difference):.2f}" if change.band_before is None else f"{100 * abs(difference):.0f} points"
    return f"▲ rose by {points}" if difference > 0 else f"▼ fell by {points}"
