"""What the playground does around its results: it takes texts up, checks them, and says beforehand what comes."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_tab_container import TabContainer

from policy_index.brief import Brief, write_brief
from policy_index.errors import PolicyIndexError, public_words
from policy_index.policy.facts import Fact
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.records.sharing import unpack_text
from policy_index.search.example_calibration import examples_of
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM
from policy_index.search.text import accept_long_text
from policy_index.server.service import service
from policy_index.ui.cards import card
from policy_index.ui.foreign import plain
from policy_index.ui.links import Block, Tag, show_block, tag
from policy_index.ui.samples import IDEAS
from policy_index.ui.visit import Visit, note, visit
from policy_index.ui.waiting import while_open
from policy_index.words import counted, percent

_READING = "Reading …"

_LANES = {
    Lane.NOT_ALLOWED: "uses that the policy prohibits without a condition that you could meet",
    Lane.ONLY_IF: "uses that the policy prohibits unless a condition is met, such as a review or consent",
    Lane.YOU_MUST: "requirements for allowed uses, such as telling people that they talk with an AI",
    Lane.PLUGIN_RULES: "further rules for plugins",
    Lane.KEEPS_CLEAR: "clauses that your text speaks of, and whose act it seems to refuse or to prevent",
    Lane.GOOD_TO_KNOW: "explanations, enforcement, resources",
}


EMPTY = "Paste or type something first."
"""What is said where there is nothing to check."""


def take_up_link() -> None:
    """Take up the text that the address holds, if it holds one, and take it out of the address."""
    packed = st.query_params.get("text")
    if packed is None:
        return
    del st.query_params["text"]
    try:
        _take_up(unpack_text(packed), typed=False)
    except PolicyIndexError as error:
        note(problem=public_words(error))


def take_up_kept(text: str) -> None:
    """Take up the text that the browser kept over a reload."""
    _take_up(text, typed=False)


def places() -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Return where the text is asked for, where facts are stated, and where the answer stands.

    Before there is a result the box is the main thing. Then the result is, and the other two fold away, one line each.
    """
    known = visit()
    if known.text and not known.problem:
        ask, facts = st.columns(2, gap="small")
        stated = len(st.session_state.get("contexts") or ())
        question = "What is true of the product?"
        line = f"{question} {counted(stated, 'thing')} stated" if stated else question
        number = known.checks  # another one is another fold: closed, whatever was done to the one before
        return (
            ask.expander("Change the text, or try another one", icon=":material/edit_note:", key=f"ask-{number}"),
            facts.expander(line, icon=":material/checklist:", key=f"facts-{number}"),
            st.container(),
        )
    left, right = st.columns([7, 6], gap="large")
    return left.container(), left.container(), right


VIEWS = ("What to do", "Words that carry it", "Matrix", "Two wordings", "Under other policies", "Take away")
"""Further views of a brief."""


def views() -> Sequence[TabContainer]:
    """Return the further views of a brief as tabs, of which only the open one need be made; who comes back finds the one they left."""
    if "view" not in st.session_state and st.session_state.get("view left") in VIEWS:
        st.session_state["view"] = st.session_state["view left"]
    tabs = st.tabs(VIEWS, key="view", on_change="rerun")
    st.session_state["view left"] = st.session_state["view"]
    return tabs


def ask_for_text() -> None:
    """Let a person type or paste a text and have it checked."""
    with st.form("check", border=False):
        st.text_area(
            "Your prompt or product idea, in English",
            key="text",
            height=200,
            placeholder="For example: an app that reads a photo of a rash and says what it is",
            persist_state="session",
        )
        st.form_submit_button(
            "Check", type="primary", icon=":material/search:", shortcut="Ctrl+Enter", on_click=_take_up_typed
        )


def _take_up_typed() -> None:
    _take_up(st.session_state["text"] or "")


def show_samples() -> None:
    """Offer texts to try; one is checked by a click."""
    st.pills("Or try a sample", list(IDEAS), key="sample", on_change=_use_sample, wrap=True)


def _use_sample() -> None:
    if (name := st.session_state["sample"]) is not None:
        _take_up(IDEAS[name], typed=False)


def ask_for_facts(pack: PolicyPack, text: str) -> tuple[Fact, ...]:
    """Let a person say what is true of the product, and return it; none where no clause of the policy depends on it.

    Words of the text that suggest a fact which has not been stated are pointed at; nothing is assumed.
    """
    known = {fact.id: fact for fact in pack.facts.facts}
    if not known:
        return ()
    stated = st.pills(
        "What is true of the product? Some requirements follow from that alone",
        list(known),
        selection_mode="multi",
        format_func=lambda fact_id: plain(known[fact_id].label),
        key="contexts",
        wrap=True,
        persist_state="session",
    )
    facts = pack.facts.chosen(stated)
    _show_hint(pack, text, facts)
    return facts


def _show_hint(pack: PolicyPack, text: str, stated: Sequence[Fact]) -> None:
    hints = [
        f"“{escape(words)}” → {escape(fact.label)}"
        for fact, words in pack.facts.signs(text).items()
        if fact not in stated
    ]
    if hints:
        st.html(f'<p class="upe-hint">Your text says {"; ".join(hints)}. Tick what is true.</p>')


def check() -> Visit:
    """Check the visit's text where it has no brief yet, and return what the visit knows then.

    It has none where it was just taken up, and where it was checked under another policy. What cannot be checked is said beside the
    box, which stands open again.
    """
    known = visit()
    if not known.text or known.brief is not None or known.problem is not None:
        return known
    known = _check(known)
    if known.problem is not None:
        st.rerun()
    return known


def _take_up(text: str, *, typed: bool = True) -> None:
    """Make this the visit's text, with nothing found yet; one that was not typed is put into the box."""
    if not typed:
        st.session_state["text"] = text
    st.session_state["wording"] = text
    known = visit()
    problem = None
    try:
        accept_long_text(text)
    except PolicyIndexError as error:
        problem = public_words(error) if text.strip() else EMPTY
    note(
        text=text,
        brief=None,
        before=None,
        second=None,
        problem=problem,
        checks=known.checks + 1,
        remarks=known.remarks if known.brief is not None and _is_same_product(known.brief, text) else {},
    )


def _is_same_product(before: Brief, text: str) -> bool:
    """Return whether a text is another version of the one before: then what was said of its clauses still stands."""
    same = sum(span.slice(before.text) in text for span in before.sentences)
    return 2 * same >= len(before.sentences)


def _check(known: Visit) -> Visit:
    loading = "Loading the language model: a few seconds, only after a start …"
    bar = st.progress(0.0, _READING if service().is_warm(known.pack) else loading)
    try:
        index = service().index(known.pack)
        with while_open():
            brief = write_brief(
                index, known.text, on_progress=lambda share: bar.progress(share, _READING), memory=known.memory
            )
    except PolicyIndexError as error:
        return note(problem=public_words(error))
    else:
        return note(brief=brief)
    finally:
        bar.empty()


def show_how_to_read(pack: PolicyPack) -> None:
    """Show, before the first check, what a person will get and how to read it."""
    if visit().help_hidden:
        st.caption("Paste a text and press Check: its clauses appear here.")
        return
    show_block(_how_to_read(pack), key="how to read")
    st.button(
        "Got it, hide this",
        key="hide-how-to-read",
        icon=":material/close:",
        type="tertiary",
        on_click=_hide_help,
    )


def _hide_help() -> None:
    note(help_hidden=True)


@lru_cache(maxsize=16)
def _how_to_read(pack: PolicyPack) -> Block:
    used = {pack.lane_of(clause) for clause in pack.policy}
    if _is_measured(pack):
        used.add(Lane.KEEPS_CLEAR)
    cards = [
        card(tag("strong", lane.value), f": {words}", lane=lane, class_="upe-apart")
        for lane, words in _LANES.items()
        if lane in used
    ]
    guessed = " Which heading a clause stands under is guessed from its words." if pack.policy.kinds_are_guesses else ""
    return Block.of(
        tag("h2", "Which clauses does your text touch?"),
        tag(
            "p",
            "Paste a prompt, an idea or a whole plan, and press ",
            tag("strong", "Check"),
            ". It is read sentence by sentence, to its end, and you see the nearest of the policy's "
            f"{counted(len(pack.policy.clauses), 'clause')}, in its own words, by what they do to you:{guessed}",
        ),
        *cards,
        tag(
            "p",
            *_sureness(pack),
            *([] if _is_measured(pack) else [" Similarity compares topics: it does not understand “never” or “not”."]),
            " Intent it does not see, and what a text refuses it often takes for what the text does. Read the clause and decide "
            "for yourself.",
        ),
        tag(
            "p",
            "Your text stays on this server: it is kept in memory for this visit, never stored, logged or put into the address.",
        ),
    )


def _is_measured(pack: PolicyPack) -> bool:
    return pack.fitted("calibration.json").is_file() or examples_of(pack).are_enough


def _sureness(pack: PolicyPack) -> list[str | Tag]:
    """Return how to read bands, or why there will be none."""
    if not _is_measured(pack):
        return ["Nothing has been measured for this policy yet: clauses are shown by nearness, without probabilities."]
    return [
        tag("strong", "Likely"),
        f" means that a careful reviewer would cite the clause for at least {percent(LIKELY_FROM)} of such texts, ",
        tag("strong", "possible"),
        f" for at least {percent(POSSIBLE_FROM)}.",
    ]
