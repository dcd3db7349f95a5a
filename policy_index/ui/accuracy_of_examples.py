"""The page Accuracy of a policy that nobody has measured: what to do about it, and what its own examples say meanwhile."""

from functools import lru_cache
from typing import Any

import streamlit as st

from policy_index.plots.accuracy import plot_reliability_diagram
from policy_index.policy.pack import PolicyPack
from policy_index.quality.nearness import known
from policy_index.quality.own_examples import measured_on_examples
from policy_index.search.example_calibration import examples_of
from policy_index.search.example_scorer import goes_by_places
from policy_index.server.service import service
from policy_index.ui.accuracy import block_of_rows, show_four
from policy_index.ui.accuracy_tables import HEADS
from policy_index.ui.charts import ReadyFigure, show_chart
from policy_index.ui.code import policy_option
from policy_index.ui.kept import is_own
from policy_index.ui.links import Block, link, show_block, tag


def show_not_measured(pack: PolicyPack) -> None:
    """Say that nothing has been measured for a policy, and what to do about it; then what its own examples say, if enough."""
    st.header("Not measured yet")
    st.markdown(
        "Nobody has measured how well the search does on this policy with texts that it has not learned from: do not lean on "
        "its results. What to do about it:"
    )
    counts = examples_of(pack)
    steps = []
    if is_own(pack):
        place = link("policies", "Add examples", view="examples")
        steps.append(tag("li", place, f" of what people here write. {counts.in_words()}"))
    writers = "Have people who have not seen its examples write texts that touch it, and harmless ones that only share its words"
    file = "a file" if is_own(pack) else "the file heldout.jsonl of the policy’s folder"
    steps += [
        tag("li", f"{writers}; have each labelled with the clauses that a careful reviewer would cite."),
        tag("li", f"Put them into {file}, one a line as below, and let the command measure."),
    ]
    show_block(Block.of(tag("ol", *steps)), key="what to do")
    clause = next((each for each in pack.policy if each.citable), pack.policy.clauses[0])
    st.code(
        f'{{"set": "ideas", "text": "…", "clause_ids": ["{clause.id}"]}}\n{{"set": "harmless", "text": "…", "clause_ids": []}}',
        language="json",
        wrap_lines=True,
    )
    command = "evaluate FILE.jsonl" if is_own(pack) else "measure"
    st.code(f"policy-index {command}{policy_option(pack)}", language="bash")
    if goes_by_places(pack):
        _show_nearness()
    if counts.are_enough:
        with st.spinner("Looking at its examples …"):
            record = _measured(pack)
        if record is not None:
            _show_own(pack, record)


def _show_nearness() -> None:
    """Show what “near”, “maybe” and “far” meant on other policies without examples."""
    meant = known()
    st.header("What “near”, “maybe” and “far” meant elsewhere", anchor="nearness")
    st.markdown(
        "While it has too few examples to learn from, its clauses are ranked by nearness alone. That was measured on "
        f"{sum(each.texts for each in meant):,} texts about three other policies without examples: a chat assistant’s, a picture "
        "generator’s, a company’s own rules for AI. Policies and texts were written for it by different people who saw nothing of "
        "this program; each text was read as a whole, and those that touch nothing are mostly everyday ones. On yours it may fare worse."
    )
    rows = [
        {
            "The first clause was": each.nearness.value,
            "Texts": each.texts,
            "touch the policy": each.touching,
            "right clause first": each.first,
            "within the first three": each.within_three,
        }
        for each in meant
    ]
    show_block(block_of_rows(rows, {}), key="nearness-table")


@lru_cache(maxsize=16)
def _measured(pack: PolicyPack) -> dict[str, Any] | None:
    return measured_on_examples(service().index(pack))


def _show_own(pack: PolicyPack, record: dict[str, Any]) -> None:
    """Show what was measured on a policy's own examples."""
    st.header("What its own examples say meanwhile", anchor="own-examples")
    st.markdown(
        f"Its **{int(record['touching'])} examples** of clauses and **{int(record['harmless'])} harmless texts**, each judged by a search "
        "that was made without it (leave-one-out). They were written by those who know the policy: other people’s texts may "
        "fare worse. In brackets: where the number would lie in 95 of 100 such samples."
    )
    show_four(*(record[name] for name in ("first", "within_three", "shown_touching", "shown_harmless")))
    st.markdown(
        f"Probabilities come from these examples. On the dotted line of the picture “80 %” is right in 80 of 100 cases; the "
        f"mean distance from it (expected calibration error) is **{record['error']:.3f}**."
    )
    show_chart(
        _reliability_figure(pack),
        key="own-reliability",
        name="reliability-of-examples",
        alt="Reliability diagram: stated probability against the share that was right. The table that unfolds below holds the same.",
    )
    if (fold := st.expander("The same as a table", key="own-reliability-fold", on_change="rerun")).open:
        with fold:
            show_block(block_of_rows(record["reliability"], {}), key="own-reliability-table")
    if record["confused"]:
        st.markdown("Clauses that took each other’s place:")
        show_block(block_of_rows(record["confused"], HEADS["confused"]), key="own-confused")


@lru_cache(maxsize=16)
def _reliability_figure(pack: PolicyPack) -> ReadyFigure:
    record = _measured(pack)
    return ReadyFigure(plot_reliability_diagram([] if record is None else record["reliability"]))
