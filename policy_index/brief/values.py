"""What a brief is made of: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policy_index.brief.language import ForeignPart
from policy_index.brief.remarks import Remark
from policy_index.policy.document import Clause, Policy, Span
from policy_index.policy.facts import Fact, Reason
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.policy.readings import Reading
from policy_index.policy.twins import Stance
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
        remark: What the person says of it, in their own words; None where they said nothing.
    """

    clause: Clause
    lane: Lane
    reading: Reading | None
    passages: tuple[Evidence, ...]
    reasons: tuple[Reason, ...] = ()
    remark: Remark | None = None

    @property
    def likelihood(self) -> Likelihood:
        """That of its best passage."""
        return self.passages[0].likelihood

    @property
    def band(self) -> Band | None:
        """The band of its best passage; None without calibration."""
        return self.likelihood.band

    @property
    def keeps_clear(self) -> bool:
        """Whether the text speaks of the clause only to refuse or prevent what it is about."""
        return self.likelihood.keeps_clear

    @property
    def said_instead(self) -> str:
        """What is said in place of a probability that would contradict why the entry is there; empty where it does not.

        The one is a clause that was stated to apply and that the text alone does not touch, the other one that the text seems
        to keep clear of.
        """
        if self.reasons and self.band is Band.UNLIKELY:
            return "Applies because you said so"
        if self.keeps_clear:
            return _KEPT_CLEAR[self.likelihood.stance]
        return ""

    @property
    def quoted(self) -> tuple[Evidence, ...]:
        """The passages that say why the entry is there, best first; none where it is unlikely, or was only stated to apply."""
        if self.keeps_clear and not self.reasons:
            return tuple(passage for passage in self.passages if passage.likelihood.keeps_clear)
        return () if self.band is Band.UNLIKELY else self.passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What of one policy a text touches, and nothing else of it: for a text under many policies.

    Attributes:
        pack: The policy, with what belongs to it.
        entries: The clauses that a brief shows, in the order of their lanes, best first.
        reached: Ids of all clauses that the text is not far from; of a policy without exemplars there may be more of them than
            a brief shows.
        touch: As in `Brief`.
        uncalibrated: As in `Brief`.
    """

    pack: PolicyPack
    entries: tuple[BriefEntry, ...]
    reached: frozenset[str]
    touch: float | None
    uncalibrated: str


_KEPT_CLEAR: Mapping[Stance | None, str] = {
    Stance.REFUSES: "Your text seems to refuse this",
    Stance.PREVENTS: "Your text seems to prevent this",
}


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
        values: As in `Brief.grid`, shape (sentences, clauses).
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
        touch: Probability that the passage which touches the policy most touches it at all; of a policy without exemplars the
            best score; None where there is neither.
        unfit: One sentence on why the text as a whole cannot be judged; None where it can be.
        facts: The facts that were stated beside the text.
        safeguards: Words of the text that negate or safeguard, which similarity does not see.
        foreign: Parts of the text that seem to be in languages that the model does not know.
        grid: For each sentence and clause in document order the probability (without calibration the score) of the sentence read
            alone, or, where that is higher, of a part of it, or of a passage that it is a part of and that carries the clause,
            shape (sentences, clauses). At least -1.
        uncalibrated: One sentence on why there are no probabilities; empty where there are.
        basis: What the probabilities rest on where that is the policy's own examples, in a sentence or two; else empty.
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
    basis: str = ""

    @property
    def policy(self) -> Policy:
        """The policy that the text was checked against."""
        return self.pack.policy

    @property
    def made_with_probabilities(self) -> bool:
        """Whether bands and probabilities are known."""
        return not self.uncalibrated

    @property
    def is_weak(self) -> bool:
        """Whether the best that the text itself gives is `possible`: no clause is likely, and some are possible."""
        bands = {entry.band for entry in self.entries}
        return Band.POSSIBLE in bands and Band.LIKELY not in bands

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

    def with_remarks(self, remarks: Mapping[str, Remark]) -> "Brief":
        """Return the brief with what a person says of its clauses, by clause id; what was said before is gone."""
        return replace(
            self, entries=tuple(replace(entry, remark=remarks.get(entry.clause.id)) for entry in self.entries)
        )

    @property
    def lanes(self) -> dict[Lane, tuple[BriefEntry, ...]]:
        """The entries by lane, lanes without entries left out."""
        grouped = {lane: tuple(entry for entry in self.entries if entry.lane is lane) for lane in Lane}
        return {lane: entries for lane, entries in grouped.items() if entries}
