"""What a suite of prompts covers of several policies, side by side; no prompt is encoded again for it."""

import streamlit as st

from policy_index.batch.covering import cover_under, coverage_rows
from policy_index.batch.suite import Suite
from policy_index.errors import PolicyIndexError
from policy_index.policy.pack import PolicyPack
from policy_index.server.service import service
from policy_index.ui.charts import show_download
from policy_index.ui.foreign import show_problem
from policy_index.ui.kept import choices

MOST = 12
"""Policies and versions beside the visit's."""


def show_under_several(suite: Suite, pack: PolicyPack) -> None:
    """Let a person choose policies and versions, and show how much of each the suite touches, as a table and a file."""
    others = {spec: title for spec, title in choices(pack).items() if spec != pack.spec}
    if not others:
        st.markdown("This is the only policy here. Add a second one, or another version, on the page Policies.")
        return
    specs = st.multiselect(
        "Other policies and versions",
        list(others),
        format_func=lambda spec: others[spec],
        max_selections=MOST,
        key="coverage-under",
        placeholder="Choose one or several",
    )
    try:
        packs = [pack, *(service().shelf.find(spec) for spec in specs)]
        with st.spinner("Counting under each …", show_time=True):
            covered = cover_under([service().index(each) for each in packs], suite)
    except PolicyIndexError as error:
        show_problem(error)
        return
    st.dataframe(
        [
            {
                "Policy": each.pack.title,
                "Clauses": len(each.coverage.clauses),
                "Touched": each.touched,
                "Untouched": len(each.coverage.untouched),
                "Over-tested": len(each.coverage.over_tested),
                "A prompt counts for": "its nearest clause" if each.uncalibrated else "all likely or possible ones",
            }
            for each in covered
        ],
        hide_index=True,
    )
    st.caption(
        "Counts of policies whose prompts count for their nearest clause, and of those where they count for all that are likely or "
        "possible, are not to be compared."
    )
    show_download(
        lambda: list(coverage_rows(covered)), key="coverage_under_csv", name="coverage-by-policy", what="Every clause"
    )
