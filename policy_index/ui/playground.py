"""What the playground does around its results: it takes texts up, checks them, and says beforehand what comes."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

import streamlit as st

from policy_index.brief import write_brief
from policy_index.errors import PolicyIndexError
from policy_index.policy.facts import Fact
from policy_index.policy.lanes import Lane
from policy_index.policy.pack import PolicyPack
from policy_index.records.sharing import unpack_text
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM
from policy_index.server.service import service
from policy_index.ui.cards import card
from policy_index.ui.links import Block, Tag, show_block, tag
from policy_index.ui.samples import IDEAS
from policy_index.ui.visit import Visit, note, visit
from policy_index.words import counted, percent

_READING = "Reading …"

_LANES = {
    Lane.NOT_ALLOWED: "uses that the policy prohibits without a condition that you could meet",
    Lane.ONLY_IF: "uses that the policy prohibits unless a condition is met, such as a review or consent",
    Lane.YOU_MUST: "requirements for allowed uses, such as telling people that they talk with an AI",
    Lane.PLUGIN_RULES: "further rules for plugins",
    Lane.GOOD_TO_KNOW: "explanations, enforcement, resources",
}


def take_up_link() -> None:
    """Take up the text that the address holds, if it holds one, and take it out of the address."""
    packed = st.query_params.get("text")
    if packed is None:
        return
    del st.query_params["text"]
    try:
        _take_up(unpack_text(packed), typed=False)
    except PolicyIndexError as error:
        note(problem=str(error))


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
        format_func=lambda fact_id: known[fact_id].label,
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


def check(text: str, *, pressed: bool) -> Visit:
    """Check what is due, and return what the visit knows then.

    Due is the text in the box where the button was pressed, and a text that has no brief: one of a sample or of a link, and
    one that was checked under another policy.
    """
    if pressed:
        _take_up(text)
    known = visit()
    if pressed or (known.text and known.brief is None and known.problem is None):
        return _check(known)
    return known


def _take_up(text: str, *, typed: bool = True) -> None:
    """Make this the visit's text, with nothing found yet; one that was not typed is put into the box."""
    if not typed:
        st.session_state["text"] = text
    st.session_state["wording"] = text
    note(text=text, brief=None, second=None, problem=None)


def _check(known: Visit) -> Visit:
    loading = "Loading the language model: a few seconds, only after a start …"
    bar = st.progress(0.0, _READING if service().is_warm(known.pack) else loading)
    try:
        index = service().index(known.pack)
        brief = write_brief(index, known.text, on_progress=lambda share: bar.progress(share, _READING))
    except PolicyIndexError as error:
        return note(problem=str(error))
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
            " Similarity compares topics: it does not see intent, and it does not understand “never” or “not”. Read the "
            "clause and decide for yourself.",
        ),
        tag(
            "p",
            "Your text stays on this server: it is kept in memory for this visit, never stored, logged or put into the address.",
        ),
    )


def _sureness(pack: PolicyPack) -> list[str | Tag]:
    """Return how to read bands, or why there will be none."""
    if not pack.fitted("calibration.json").is_file():
        return ["Nothing has been measured for this policy yet: clauses are shown by nearness, without probabilities."]
    return [
        tag("strong", "Likely"),
        f" means that a careful reviewer would cite the clause for at least {percent(LIKELY_FROM)} of such texts, ",
        tag("strong", "possible"),
        f" for at least {percent(POSSIBLE_FROM)}.",
    ]
