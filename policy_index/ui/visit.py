"""What a visit knows: one frozen value, kept for the visit and replaced as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from policy_index.brief.memory import PassageMemory
from policy_index.brief.remarks import Remark
from policy_index.brief.values import Brief
from policy_index.policy.pack import PolicyPack
from policy_index.server.service import service
from policy_index.ui.closed_visits import KEY

if TYPE_CHECKING:  # with pyarrow, only where prompts are read
    from policy_index.batch.suite import Suite
    from policy_index.ui.suite_job import SuiteJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a person has done so far.

    Attributes:
        pack: The policy that every page shows.
        text: The text that was checked last; empty where none was.
        brief: Its brief under `pack`, before any facts are stated; None until it is made.
        checks: How many texts were checked: which result it is that comes into view.
        memory: The scores of the text's passages, so that an edit encodes only what it changes.
        before: The brief before a passage was worded anew; None where none was, or the person has seen what it did.
        remarks: What the person says of clauses, by clause id.
        turned: Whether what was done in the margin concerns the rest of the page, which has not been drawn since.
        second: The brief of a second wording of it.
        problem: Why the text could not be checked, in one sentence.
        suite: The prompts that were read last, scored under `pack`.
        suite_job: What is reading prompts now.
        suite_problem: Why prompts could not be read, in one sentence.
        help_hidden: Whether the person has read how to read results.
        jumped_to: The policy and clause that the box for finding led to, so that it is emptied once.
    """

    pack: PolicyPack
    text: str = ""
    brief: Brief | None = None
    checks: int = 0
    memory: PassageMemory = field(default_factory=PassageMemory)
    before: Brief | None = None
    remarks: Mapping[str, Remark] = field(default_factory=dict)
    turned: bool = False
    second: Brief | None = None
    problem: str | None = None
    suite: "Suite | None" = None
    suite_job: "SuiteJob | None" = None
    suite_problem: str | None = None
    help_hidden: bool = False
    jumped_to: str = ""

    def checked_scores(self) -> dict[str, float] | None:
        """Return for each clause id the best score of the checked text's passages, in [-1, 1]; None where none was checked."""
        if self.brief is None:
            return None
        return {entry.clause.id: entry.likelihood.score for entry in (*self.brief.entries, *self.brief.rest)}


def visit() -> Visit:
    """Return what this visit knows; at its first call that nothing has been done, under the default policy."""
    known: Visit | None = st.session_state.get(KEY)
    if known is None:
        known = st.session_state[KEY] = Visit(pack=service().shelf.default)
    return known


def note(**changes: Any) -> Visit:
    """Change what this visit knows, by `Visit`'s names, and return it."""
    changed: Visit = replace(visit(), **changes)
    st.session_state[KEY] = changed
    return changed


def turn_to(pack: PolicyPack) -> Visit:
    """Go on under another policy: what was checked is kept as text, what was found under the old one is not."""
    known = visit()
    if known.pack is pack:
        return known
    suite = None if known.suite is None else known.suite.under(service().index(pack))
    return note(pack=pack, brief=None, before=None, remarks={}, second=None, suite=suite)
