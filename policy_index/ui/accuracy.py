"""How far to trust the numbers: what was measured for a policy, as figures, tables and plain words."""

from collections.abc import Mapping
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from policy_index.errors import PackError
from policy_index.plots.accuracy import plot_recall_by_category, plot_reliability_diagram, plot_score_distributions
from policy_index.policy.pack import PolicyPack
from policy_index.quality.record import accuracy_of, shares_shown
from policy_index.search.likelihood import POSSIBLE_FROM
from policy_index.ui.accuracy_tables import HEADS, SIDES, TABLES, Record, Rows, rate
from policy_index.ui.charts import ReadyFigure, show_chart, show_download
from policy_index.ui.code import policy_option
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.links import Block, show_block, tag

_FOUR = (
    "Right clause first",
    "Right clause among the first three",
    "Touching texts that are shown a clause",
    "Harmless texts shown one by mistake",
)
"""The numbers that matter most."""


def record_of(pack: PolicyPack) -> Record | None:
    """Return what was measured for a policy; None where nothing was, or where it cannot be read, which the page then says."""
    try:
        return accuracy_of(pack)
    except PackError as error:
        show_problem(error)
        return None


@lru_cache(maxsize=16)
def _reliability_figure(pack: PolicyPack) -> go.Figure:
    """Return the reliability diagram of a measured policy."""
    return ReadyFigure(plot_reliability_diagram(_measured(pack)["cross_validated"]["reliability"]))


@lru_cache(maxsize=64)
def _distributions_figure(pack: PolicyPack, threshold: float) -> go.Figure:
    """Return the histogram of best probabilities with this threshold."""
    return ReadyFigure(plot_score_distributions(**_measured(pack)["heldout_probabilities"], threshold=threshold))


@lru_cache(maxsize=16)
def _recall_figure(pack: PolicyPack) -> go.Figure:
    """Return the bars of the categories."""
    names = {group.id: group.name for group in pack.policy.groups}
    return ReadyFigure(plot_recall_by_category(_measured(pack)["heldout"]["all"]["by_category"], names))


def _measured(pack: PolicyPack) -> Record:
    record = accuracy_of(pack)
    if record is None:
        message = f"nothing was measured for {pack.spec}"
        raise ValueError(message)
    return record


def _probability_rows(record: Record) -> list[dict[str, object]]:
    """Return the best probability of every held-out text as rows."""
    return [
        {"texts": name, "best_probability": chance}
        for name, chances in record["heldout_probabilities"].items()
        for chance in chances
    ]


def show_table(pack: PolicyPack, name: str) -> None:
    """Show one of the record's tables, by its name in `TABLES`."""
    block = _table(pack, name)
    if block is None:
        st.caption("None.")
    else:
        show_block(block, key=name)


@lru_cache(maxsize=64)
def _table(pack: PolicyPack, name: str) -> Block | None:
    """Return a table, the same for everyone, made once; None without rows."""
    rows = TABLES[name](_measured(pack))
    if not rows:
        return None
    return block_of_rows(rows, HEADS.get(name, {}))


def block_of_rows(rows: Rows, heads: Mapping[str, str]) -> Block:
    """Return a table of rows, at least one, that scrolls by itself where its words have no room.

    Columns without a head of their own are called by their keys.
    """
    columns = {key: heads.get(key, key.replace("_", " ").capitalize()) for key in rows[0]}
    table = tag(
        "table",
        tag("thead", tag("tr", *(tag("th", words, scope="col") for words in columns.values()))),
        tag("tbody", *(tag("tr", *(tag("td", _cell(row[key])) for key in columns)) for row in rows)),
    )
    label = f"Table: {', '.join(columns.values())}"
    return Block.of(tag("div", table, class_="upe-scroll", tabindex="0", role="group", aria_label=label))


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def show_headline_numbers(record: Record) -> None:
    """Show the four numbers that matter most, with their intervals, in plain words; those that were measured."""
    everything = record["heldout"]["all"]
    clauses, detection = everything["clauses"] or {}, everything["detection"] or {}
    kinds = (
        f"{detection['touching']:,} that touch the policy and {detection['harmless']:,} harmless ones"
        if detection
        else ""
    )
    st.markdown(
        f"Measured on **{everything['texts']:,} texts** that were held out: the search has learned from none of them"
        f"{f': {kinds}' if kinds else ''}. In brackets: where the number would lie in 95 of 100 such samples."
    )
    show_four(
        clauses.get("recall_at_1"),
        clauses.get("recall_at_3"),
        detection.get("shown_touching"),
        detection.get("shown_harmless"),
    )


def show_section(title: str, *paragraphs: str) -> None:
    """Show Markdown of ours under a heading, as one element; empty paragraphs are left out."""
    st.markdown("\n\n".join([f"## {title}", *filter(None, paragraphs)]))


def show_four(*numbers: Mapping[str, float] | None) -> None:
    """Show the numbers of `_FOUR`, in this order, each with where it would lie in 95 of 100 samples."""
    for column, label, number in zip(st.columns(len(_FOUR)), _FOUR, numbers, strict=True):
        column.metric(
            label,
            "not measured" if number is None else f"{number['value']:.1%}",
            None if number is None else f"({number['low']:.1%} to {number['high']:.1%})",
            delta_color="off",
            delta_arrow="off",
            border=True,
        )


def show_long_texts(pack: PolicyPack, record: Record) -> None:
    """Show how briefs of whole product ideas fare, sentences of several uses, and texts in other languages."""
    if (briefs := record["briefs"]) is None:
        ideas = "Briefs of whole product ideas have not been measured under this policy."
    else:
        found, strange = briefs["labelled_found"], briefs["shown_that_no_label_names"]
        ideas = (
            f"On **{briefs['ideas']:,} product ideas** of several paragraphs, written and labelled by people who had seen "
            f"neither our examples nor the results: **{found['value']:.0%}** ({found['low']:.0%} to {found['high']:.0%}) of "
            f"the {briefs['labelled']:,} clauses that a careful reviewer would certainly cite are shown as likely or possible, "
            f"and **{strange['value']:.0%}** ({strange['low']:.0%} to {strange['high']:.0%}) of the {briefs['shown']:,} clauses "
            "shown are ones that no reviewer's label names."
        )
    uses = record.get("uses")  # records of older versions have none
    of_several = ""
    if uses is not None and uses["found"] is not None:
        of_several = (
            f"Of {uses['uses']:,} uses in {uses['texts']:,} sentences that name **several uses at once**, **{rate(uses['found'])}** "
            f"are shown a clause that is theirs; {rate(uses['wrong'])} of the clauses shown belong to none of the uses. Of such "
            f"sentences in which no use touches the policy {rate(uses['harmless_shown'])} are shown one by mistake."
        )
    languages = (
        "The model knows English. Held-out texts in other languages; those that are known as such are shown no clause:"
        if record["languages"]
        else "The model knows English. Other languages have not been measured under this policy."
    )
    show_section("Whole product ideas, and other languages", ideas, of_several, languages)
    if record["languages"]:
        show_table(pack, "languages")


def show_fitness(pack: PolicyPack, record: Record) -> None:
    """Show how well texts that cannot be judged are known, and which languages are read."""
    title = "Which texts can it judge?"
    what = (
        "It reads **English**, with a foreign word here and there, in the Latin alphabet. A text in another language or script, "
        "a greeting, a word or two without content, or nonsense is not judged, and the page says why."
    )
    measured = record.get("unfit")  # records of older versions have none
    if measured is None or not (measured["recognised"] and measured["judgeable_refused"]):
        show_section(title, what, "How well it knows such texts has not been measured under this policy.")
        return
    known, refused = measured["recognised"], measured["judgeable_refused"]
    show_section(
        title,
        what,
        f"Of **{known['texts']:,} held-out texts** that nobody could judge, **{known['value']:.1%}** ({known['low']:.1%} to "
        f"{known['high']:.1%}) were known as such; of {refused['texts']:,} keywords, short prompts and pieces of code that can "
        f"be judged, **{refused['value']:.1%}** ({refused['low']:.1%} to {refused['high']:.1%}) were refused by mistake.",
    )
    show_table(pack, "unfit")


def show_lines(pack: PolicyPack, record: Record) -> None:
    """Show how well both sides of a clause's line are told apart, and what a text that refuses the act is taken for."""
    families = record["families"]
    if not families:
        return
    stance = families["stance"]
    st.header("Does it see that a text refuses?", anchor="stance")
    st.markdown(
        f"Of {families['families']:,} held-out families of texts, each with one that touches a clause and twins that differ as "
        f"little as possible, the touching one stood above its harmless twin in **{rate(families['pairs_told_apart'])}**. A "
        f"text that does the act was recognised as such in **{rate(stance['does'])}**; one that refuses or prevents it was not "
        f"said to do it in **{rate(stance['not_does'])}**, and was said to keep clear of it in **{rate(stance['keeps_clear'])}**."
    )
    show_table(pack, "families")
    held = families["calibration"]
    st.markdown(
        f"Their probabilities are off by **{held['ece']:.3f}** on average (expected calibration error); with so few texts even "
        f"perfect ones would be by about {held['least']:.3f}. Texts that touch count as much as all others together."
    )
    everyday = record["everyday"]
    if everyday:
        st.markdown(
            f"Of {everyday['texts']:,} everyday texts about children, families and work **{rate(everyday)}** were shown a clause "
            "by mistake."
        )


def show_long_plans(pack: PolicyPack, record: Record) -> None:
    """Show how plans of several paragraphs fare, by how plainly they say what they do."""
    if not record["long_plans"]:
        return
    st.header("And long plans?", anchor="long-plans")
    st.markdown(
        "Plans of several paragraphs by writers who had seen none of our examples. A roundabout one names nothing: what is "
        "done is told by its effects."
    )
    show_table(pack, "long_plans")


def show_reliability(pack: PolicyPack, record: Record) -> None:
    """Show how far stated probabilities hold."""
    cross = record["cross_validated"]
    show_section(
        "Can I believe a probability?",
        "Each dot stands for one fifteenth of our example texts, each judged without having been seen before. On the dotted "
        "line, “80 %” is right in 80 of 100 cases. The mean distance from it (expected calibration error) is "
        f"**{cross['ece_of_best_match']:.3f}**. Harmless texts count as much as touching ones.",
    )
    show_chart(
        _reliability_figure(pack),
        key="reliability",
        name="reliability",
        alt="Reliability diagram: stated probability against the share that was right. The table that unfolds below holds the same.",
    )
    if (fold := st.expander("The same as a table", key="reliability-table", on_change="rerun")).open:
        with fold:
            show_table(pack, "reliability")
    show_download(lambda: cross["reliability"], key="reliability_csv", name="reliability", what="Reliability")


def show_thresholds(pack: PolicyPack, record: Record) -> None:
    """Show how many texts of both kinds would be shown a clause from another probability on."""
    st.header("What if the threshold were another one?")
    if not all(record["heldout_probabilities"].values()):
        st.markdown("That needs held-out texts that touch the policy and harmless ones.")
        return
    threshold = st.slider(
        "Show clauses from this probability on", 0.05, 0.95, POSSIBLE_FROM, 0.05, format="percent", key="threshold"
    )
    touching, harmless = shares_shown(record, threshold)
    st.markdown(
        f"From **{threshold:.0%}** on, **{touching:.1%}** of the held-out texts that touch the policy are shown a clause, "
        f"and **{harmless:.1%}** of the harmless ones are shown one by mistake. The explorer uses {POSSIBLE_FROM:.0%}."
    )
    show_chart(
        _distributions_figure(pack, threshold),
        key="distributions",
        name="best-probabilities",
        alt="Histogram of best probabilities of touching and of harmless texts. The sentence above says what follows.",
    )
    show_download(
        lambda: _probability_rows(record), key="distributions_csv", name="best-probabilities", what="Probabilities"
    )


def show_categories(pack: PolicyPack, record: Record) -> None:
    """Show how often the right category came first, category by category, and the same for clauses."""
    everything = record["heldout"]["all"]
    st.header("Which categories does it know best?")
    if not everything["by_category"]:
        st.markdown("No held-out text is labelled with a clause.")
        return
    show_chart(
        _recall_figure(pack),
        key="categories",
        name="recall-by-category",
        alt="Bars: how often the right category came first. The table that unfolds below holds the same.",
    )
    if (fold := st.expander("The same as a table, and for each clause", key="recall-table", on_change="rerun")).open:
        with fold:
            show_table(pack, "by_category")
            show_table(pack, "by_clause")
    show_download(lambda: everything["by_category"], key="recall_csv", name="recall-by-category", what="Categories")


def show_where_it_fails(record: Record | None) -> None:
    """Say in plain words what the numbers do not show; a record has mix-ups, languages and perhaps refusals to point at."""
    measured = record is not None
    shown = {} if record is None else (record["families"] or {"shown": {}})["shown"]
    rates = [
        f"{each['value']:.0%} of the texts that {SIDES[side]}"
        for side in ("refusing", "preventing")
        if (each := shown.get(side)) is not None
    ]
    refusals = f"; {' and '.join(rates)} are shown its clause all the same" if rates else ""
    below = (": see the mix-ups below", ": see below for other languages") if measured else ("", "")
    show_section(
        "Where it fails",
        "- Whether a text does what it speaks of, refuses it or prevents it, is told by its whole wording, and often wrongly: "
        f"“never gives a diagnosis” may be taken for “gives a diagnosis”{refusals}.\n"
        f"- A clause and the heading above it, or two neighbours, are easily swapped{below[0]}.\n"
        "- Texts on a policy's own subject that are plainly fine (history, prevention, fiction) are its hardest cases.\n"
        f"- It knows English{below[1]}.\n"
        "- A long text is read sentence by sentence. What no single sentence, and no two or three neighbours, say is not seen.\n"
        "- Labels and examples are people's: another careful reviewer may cite another clause.",
    )


def show_what_was_measured(pack: PolicyPack, record: Record) -> None:
    """Show model and hashes, so that the numbers can be traced."""
    exemplars, cross = record["exemplars"], record["cross_validated"]
    show_section(
        "What was measured",
        f"Model: {plain(record['model'])}. Examples: {exemplars['clauses']:,} for clauses and {exemplars['harmless']:,} harmless "
        f"ones. Among these {cross['texts']:,} texts, each judged by a search made without it, the right clause comes first "
        f"for {cross['recall_at_1']:.1%} and among the first three for {cross['recall_at_3']:.1%}; "
        f"{cross['shown_touching']:.1%} of the touching and {cross['shown_harmless']:.1%} of the harmless ones are shown a "
        "clause. They were chosen to be hard and to cover rare cases; the held-out texts are closer to what people type.",
    )
    hashes = {"policy": record["policy"]["sha256"], "examples": exemplars["sha256"], "fitted search": record["scorer"]}
    st.code("\n".join(f"{name:14}{value}" for name, value in hashes.items()), language=None, wrap_lines=True)
    st.caption(f"SHA-256. `policy-index measure{policy_option(pack)}` makes these numbers again.")
