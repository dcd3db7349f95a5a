"""A policy while a person looks it over: what the grammar read, what the person changed, and what can be taken back.

A draft is a value; every change gives a new one. Nothing here knows of pages.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from policy_index.errors import PackError
from policy_index.policy.dialects.dialect import parse_policy
from policy_index.policy.document import Clause, Policy, Provenance, Span
from policy_index.policy.edits import ChangeKind, Edit, Rename, UnfitEdit, apply_edits
from policy_index.policy.identity import renames_of
from policy_index.policy.sources.values import SourceKind, SourceText

_ENOUGH_PLACES = 150
"""Words of a clause up to which it may be split before each of them; in a longer one where a sentence or a line begins."""

_MOST_PLACES = 400
_WORD = re.compile(r"\S+")
_BEGINS = re.compile(r"(?:(?<=[.;:!?])[ \t]+|\n\s*)(?=\S)")
_MARKUP = re.compile(r"[*_`#>|\\]+|^[-+•·]$|\]\([^)]*\)?|^!?\[")

KIND_OF_FILE = {
    SourceKind.MARKDOWN: "Markdown",
    SourceKind.HTML: "a web page",
    SourceKind.DOCX: "a Word document",
    SourceKind.PDF: "a PDF",
    SourceKind.TEXT: "plain text",
}
"""What people call a kind of file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change that a person made.

    Attributes:
        edit: The edit of the tree.
        words: What was done, `Joined clauses 3 and 4`.
    """

    edit: Edit
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The version of the library that a draft edits: what names it, and the revision that was read."""

    spec: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A policy that is looked over.

    Attributes:
        read: As the grammar reads it, without any edit.
        kept: The version that is edited; None for one that is not kept yet.
        older: The version whose ids clauses have that are the same; None where there is none.
        origin: What it was made of, `a PDF, aup.pdf`; empty for one that is kept.
        set_aside: What was left out of the file and why, a sentence each.
        guessed_title: What the file says that the policy is called; None where it does not say.
        guessed_day: The day that the file states; None where it states none.
        version_of: Id of the policy that this is to be a version of; empty for a new one.
        begun_with: The edits that it had when it was opened.
        steps: What the person changed, oldest first.
        undone: What was taken back, the latest last.
    """

    read: Policy
    kept: Kept | None = None
    older: Policy | None = None
    origin: str = ""
    set_aside: tuple[str, ...] = ()
    guessed_title: str | None = None
    guessed_day: date | None = None
    version_of: str = ""
    begun_with: tuple[Edit, ...] = ()
    steps: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()

    @classmethod
    def from_source(cls, source: SourceText, *, name: str = "") -> "Draft":
        """Read what a file became, `name` is the file's; empty for what was pasted.

        Raises:
            PolicyParseError: There is no clause in it.
        """
        title = source.title or _title_of(name) or "Untitled policy"
        kind = KIND_OF_FILE[source.kind]
        return cls(
            read=parse_policy(
                source.markdown, provenance=Provenance(publisher="", title=title, updated=source.updated)
            ),
            origin=f"{kind}, {name}" if name else f"what you pasted, read as {kind}",
            set_aside=source.set_aside,
            guessed_title=source.title,
            guessed_day=source.updated,
        )

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All edits of the tree, in order."""
        return (*self.begun_with, *(step.edit for step in self.steps))

    @property
    def policy(self) -> Policy:
        """The policy as it would be kept, ids of the older version included."""
        return _edited(self.read, self.edits, self.older)

    def change(self, edit: Edit, words: str) -> "Draft":
        """Return the draft with one more change.

        Raises:
            PackError: The edit does not fit; the message says why.
        """
        unfit = apply_edits(self.policy, (edit,)).unfit
        if unfit:
            raise PackError(unfit[0].reason)
        return replace(self, steps=(*self.steps, Step(edit=edit, words=words)), undone=())

    def undo(self) -> "Draft":
        """Return the draft without the last change."""
        return replace(self, steps=self.steps[:-1], undone=(*self.undone, *self.steps[-1:]))

    def redo(self) -> "Draft":
        """Return the draft with the change that was taken back last."""
        return replace(self, steps=(*self.steps, *self.undone[-1:]), undone=self.undone[:-1])

    def onto(self, now: "Draft") -> tuple["Draft", tuple[UnfitEdit, ...]]:
        """Return another state of the same version with this draft's changes made in it, and those that do not fit there."""
        brought, unfit = now, []
        for step in self.steps:
            try:
                brought = brought.change(step.edit, step.words)
            except PackError as error:
                unfit.append(UnfitEdit(edit=step.edit, reason=f"{step.words}: {error}"))
        return brought, tuple(unfit)

    def clause_at(self, place: int) -> Clause | None:
        """Return the clause that holds this character of the source, the innermost; None where none does."""
        inside = [clause for clause in self.policy if clause.span.start <= place < clause.span.end]
        return max(inside, key=lambda clause: clause.span.start, default=None)

    def is_guess(self, clause: Clause) -> bool:
        """Whether nobody has said of which kind a clause is."""
        said = any(isinstance(edit, ChangeKind) and edit.clause == clause.span for edit in self.edits)
        return self.policy.kinds_are_guesses and not said


def forget_drafts() -> None:
    """Let go of the policies that drafts became; one that is still looked over is made again."""
    _edited.cache_clear()


@lru_cache(maxsize=64)
def _edited(read: Policy, edits: tuple[Edit, ...], older: Policy | None) -> Policy:
    edited = apply_edits(read, edits).policy
    if older is None:
        return edited
    chosen = {edit.clause for edit in edits if isinstance(edit, Rename)}
    return apply_edits(edited, renames_of(edited, older, kept=chosen)).policy


def places_to_split(clause: Clause) -> dict[int, str]:
    """Return the characters of the source at which a clause can be split, each with the words that begin there."""
    verbatim = clause.verbatim
    words = list(_WORD.finditer(verbatim))
    starts = [word.start() for word in words]
    if len(starts) > _ENOUGH_PLACES:
        starts = [match.end() for match in _BEGINS.finditer(verbatim)]
    found = {}
    for start in starts:
        following = _bare(verbatim[start : start + 60])
        if start > 0 and any(map(str.isalnum, following)):
            shown = following.split()[: 1 if len(words) <= _ENOUGH_PLACES else 6]
            found[clause.span.start + start] = " ".join(shown)
    return dict(list(found.items())[:_MOST_PLACES])


def span_at(policy: Policy, start: int) -> Span | None:
    """Return the span of the clause that begins at a character of the source; None where none does."""
    return next((clause.span for clause in policy if clause.span.start == start), None)


def _bare(verbatim: str) -> str:
    return " ".join(bare for word in verbatim.split() if (bare := _MARKUP.sub("", word)))


def _title_of(name: str) -> str:
    """Return a title made of a file's name."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    words = re.sub(r"[\W_]+", " ", stem).strip()
    return words[:1].upper() + words[1:200]
