"""What a visit knows: one frozen value, kept for the visit and replaced as a whole."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from policy_index.batch.suite import Suite
from policy_index.brief.values import Brief
from policy_index.policy.pack import PolicyPack
from policy_index.server.service import service
from policy_index.ui.suite_job import SuiteJob

_KEY = "visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a person has done so far.

    Attributes:
        pack: The policy that every page shows.
        text: The text that was checked last; empty where none was.
        brief: Its brief under `pack`, before any facts are stated; None until it is made.
        second: The brief of a second wording of it.
        problem: Why the text could not be checked, in one sentence.
        suite: The prompts that were read last, scored under `pack`.
        suite_job: What is reading prompts now.
        suite_problem: Why prompts could not be read, in one sentence.
        help_hidden: Whether the person has read how to read results.
        jumped_to: The clause that the jump box led to, so that it is emptied once.
    """

    pack: PolicyPack
    text: str = ""
    brief: Brief | None = None
    second: Brief | None = None
    problem: str | None = None
    suite: Suite | None = None
    suite_job: SuiteJob | None = None
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
    known: Visit | None = st.session_state.get(_KEY)
    if known is None:
        known = st.session_state[_KEY] = Visit(pack=service().shelf.default)
    return known


def note(**changes: Any) -> Visit:
    """Change what this visit knows, by `Visit`'s names, and return it."""
    changed: Visit = replace(visit(), **changes)
    st.session_state[_KEY] = changed
    return changed


def turn_to(pack: PolicyPack) -> Visit:
    """Go on under another policy: what was checked is kept as text, what was found under the old one is not."""
    known = visit()
    if known.pack is pack:
        return known
    suite = None if known.suite is None else known.suite.under(service().index(pack))
    return note(pack=pack, brief=None, second=None, suite=suite)
