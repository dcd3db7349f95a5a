"""What a brief is made of: frozen values."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policy_index.brief.language import ForeignPart
from policy_index.policy.document import Clause, Policy, Span
from policy_index.policy.facts import Fact, Reason
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.policy.readings import Reading
from policy_index.search.likelihood import Band, Likelihood


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A passage that carries a clause.

    Attributes:
        span: Where it stands in the text.
        text: Its own words, white space folded.
        read_as: What the encoder read: before a list item the line that its list begins with.
        likelihood: How sure it is that the passage touches the clause.
        closest_exemplar: The clause's exemplar nearest to the passage; None where the clause has none.
    """

    span: Span
    text: str
    read_as: str
    likelihood: Likelihood
    closest_exemplar: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefEntry:
    """One clause of a brief.

    Attributes:
        clause: The clause.
        lane: The group that it is shown in.
        reading: What it is about and what to do, in our words; None where nobody has written one.
        passages: The passages that carry it, best first; at least the best one.
        reasons: Why it applies whatever the similarity says.
    """

    clause: Clause
    lane: Lane
    reading: Reading | None
    passages: tuple[Evidence, ...]
    reasons: tuple[Reason, ...] = ()

    @property
    def likelihood(self) -> Likelihood:
        """That of its best passage."""
        return self.passages[0].likelihood

    @property
    def band(self) -> Band | None:
        """The band of its best passage; None without calibration."""
        return self.likelihood.band


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of the text: a sentence, or what stands between two.

    Attributes:
        text: Its characters.
        band: The best band of the clauses that it carries; None where it carries none.
        clauses: These clauses, best first.
    """

    text: str
    band: Band | None = None
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Sentences against clauses.

    Attributes:
        sentences: Number in the text, counted from 1, and words of each row.
        clauses: The columns.
        values: The best probability (without calibration the best score) of the passages that cover the sentence, shape
            (sentences, clauses).
    """

    sentences: tuple[tuple[int, str], ...]
    clauses: tuple[Clause, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What a text touches, and what to do about it.

    Attributes:
        text: The text as it was read, to its end.
        pack: The policy, with what belongs to it.
        model: Name of the encoder.
        sentences: Where the sentences of the text stand.
        entries: The clauses that are likely, possible or follow from what was stated, in the order of their lanes, best
            first; without calibration the nearest ones.
        rest: All other clauses, best first.
        touch: Probability that the passage which touches the policy most touches it at all; None without calibration.
        unfit: One sentence on why the text as a whole cannot be judged; None where it can be.
        facts: The facts that were stated beside the text.
        safeguards: Words of the text that negate or safeguard, which similarity does not see.
        foreign: Parts of the text that seem to be in languages that the model does not know.
        grid: For each sentence and clause in document order the best probability (without calibration the best score) of the
            passages that cover it, shape (sentences, clauses); two sentences read together count for the stronger one. At
            least -1.
        uncalibrated: One sentence on why there are no probabilities; empty where there are.
    """

    text: str
    pack: PolicyPack
    model: str
    sentences: tuple[Span, ...]
    entries: tuple[BriefEntry, ...]
    rest: tuple[BriefEntry, ...]
    touch: float | None
    unfit: str | None
    facts: tuple[Fact, ...]
    safeguards: tuple[str, ...]
    foreign: tuple[ForeignPart, ...]
    grid: NDArray[np.float64]
    uncalibrated: str

    @property
    def policy(self) -> Policy:
        """The policy that the text was checked against."""
        return self.pack.policy

    @property
    def made_with_probabilities(self) -> bool:
        """Whether bands and probabilities are known."""
        return not self.uncalibrated

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The whole text in order, cut where sentences begin and end; joined they give the text back."""
        columns = self.policy.columns
        segments, place = [], 0
        for span, row in zip(self.sentences, self.grid, strict=True):
            carried = [
                (float(row[columns[entry.clause.id]]), entry.clause)
                for entry in self.entries
                if self.made_with_probabilities and Band.of(row[columns[entry.clause.id]]) is not Band.UNLIKELY
            ]
            carried.sort(key=lambda each: -each[0])
            segments += [
                Segment(text=self.text[place : span.start]),
                Segment(
                    text=span.slice(self.text),
                    band=Band.of(carried[0][0]) if carried else None,
                    clauses=tuple(clause for _, clause in carried),
                ),
            ]
            place = span.end
        return (*segments, Segment(text=self.text[place:]))

    def matrix(self, *, most: int) -> Matrix:
        """Return the sentences that carry most, against the clauses of the entries.

        Args:
            most: How many sentences at most; they keep their order in the text.
        """
        shown = self.grid[:, [self.policy.columns[entry.clause.id] for entry in self.entries]]
        strongest = np.argsort(-shown.max(axis=1, initial=-1.0), kind="stable")[:most]
        rows = tuple(sorted(int(row) for row in strongest))
        return Matrix(
            sentences=tuple((row + 1, " ".join(self.sentences[row].slice(self.text).split())) for row in rows),
            clauses=tuple(entry.clause for entry in self.entries),
            values=shown[list(rows)],
        )

    @property
    def lanes(self) -> dict[Lane, tuple[BriefEntry, ...]]:
        """The entries by lane, lanes without entries left out."""
        grouped = {lane: tuple(entry for entry in self.entries if entry.lane is lane) for lane in Lane}
        return {lane: entries for lane, entries in grouped.items() if entries}
