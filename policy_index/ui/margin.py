"""The checked text with its clauses in the margin: shown, answered, worded anew."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

import streamlit as st

from policy_index.brief import Brief, Margin, Remark, Rewording, compare, restate, write_brief
from policy_index.brief.margin import with_passage
from policy_index.brief.near_examples import near_examples
from policy_index.errors import PolicyIndexError, public_words
from policy_index.server.service import service
from policy_index.ui.browser_parts import BrowserPart, front
from policy_index.ui.closer import examples_told, moves_told
from policy_index.ui.foreign import plain
from policy_index.ui.links import DRAW_JS, GO_JS, Tag
from policy_index.ui.margin_data import margin_data
from policy_index.ui.rewording import told
from policy_index.ui.visit import note, visit

_KEY = "margin"
_MARGIN = BrowserPart(
    name="margin",
    html='<div class="um"></div>',
    css="margin.css",
    script=f"{DRAW_JS}{GO_JS}{front('drawer.js')}",
    js="margin.js",
)


def show_margin(brief: Brief, sub: Sequence[Tag]) -> None:
    """Show the text with its clauses beside it; a person answers them, and words passages anew.

    Args:
        brief: The brief, with what was stated and remarked.
        sub: What stands below its summary.
    """
    data = json.dumps(margin_data(brief, sub), ensure_ascii=False, separators=(",", ":"))
    _show(brief, data, f"{crc32(data.encode()):x}")


@st.fragment
def _show(brief: Brief, data: str, version: str) -> None:
    """Show it by itself, so that what is typed into a passage runs nothing else of the page."""
    asked = st.session_state.get(_KEY, {}).get("closer") or None
    if asked is not None and asked.get("version") != version:
        asked = None
    side = {
        "arrive": visit().checks,
        "moved": _moved(brief),
        "remarks": {
            clause: {"answer": each.answer.value, "why": each.why, "words": each.words}
            for clause, each in visit().remarks.items()
        },
        "closer": None if asked is None else _closer(brief, asked),
    }
    main = f'{{"version":"{version}",{data[1:]}'
    _MARGIN.show(
        f'{{"main":{main},"side":{json.dumps(side, ensure_ascii=False)}}}',
        key=_KEY,
        on_act_change=lambda: _act(brief, version),
        on_closer_change=lambda: None,
    )
    if visit().turned:
        note(turned=False)
        st.rerun()


def _act(brief: Brief, version: str) -> None:
    """Do what a person asked for in the margin; what was asked of another text than the one that stands there is left alone."""
    asked = st.session_state[_KEY].get("act") or {}
    if asked.get("version") != version:
        return
    match asked.get("kind"):
        case "answer":
            remarks = {clause: each for clause, each in visit().remarks.items() if clause != asked["clause"]}
            if asked["answer"] is not None:
                remarks[asked["clause"]] = Remark.from_words(asked["answer"], asked["why"])
            note(remarks=remarks, turned=True)
        case "keep":
            _keep(brief, int(asked["part"]), str(asked["words"]))
        case "undo":
            if (before := visit().before) is not None:
                _turn_to(before, before=None)
        case _:
            note(before=None)


def _keep(brief: Brief, part: int, words: str) -> None:
    """Make a passage's new wording the text's; only what it changes is encoded."""
    text = with_passage(brief.text, Margin.of(brief).passages[part].span, words)
    try:
        after = write_brief(service().index(brief.pack), text, memory=visit().memory)
    except PolicyIndexError as error:
        st.toast(plain(public_words(error)), icon=":material/error:")
    else:
        _turn_to(after, before=visit().brief)


def _turn_to(brief: Brief, *, before: Brief | None) -> None:
    st.session_state["text"] = st.session_state["wording"] = brief.text
    note(
        text=brief.text,
        brief=brief,
        before=before,
        second=None,
        problem=None,
        checks=visit().checks + 1,
        turned=True,
    )


def _moved(brief: Brief) -> list[Tag] | None:
    """Return what the last new wording did; None where there was none."""
    before = visit().before
    if before is None or before.pack is not brief.pack:
        return None
    return told(Rewording.between(restate(before, brief.facts), brief), brief)


def _closer(brief: Brief, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands below a passage that is being worded anew: what the wording would move, and the nearest examples."""
    index = service().index(brief.pack)
    part, count = int(asked["part"]), int(asked["count"])
    passage = Margin.of(brief).passages[part]
    clause = brief.policy.clause(asked["clause"])
    found: dict[str, Any] = {"part": part, "count": count, "pairs": None, "live": None}
    try:
        if asked["words"] is None:
            words = " ".join(passage.span.slice(brief.text).split())
            found["pairs"] = examples_told(brief.pack, clause, near_examples(index, words, clause))
        else:
            text = with_passage(brief.text, passage.span, str(asked["words"]))
            after = restate(write_brief(index, text, memory=visit().memory), brief.facts)
            found["live"] = moves_told(passage, compare(brief, after), Rewording.between(brief, after), after)
    except PolicyIndexError as error:
        found["live"] = [["p", {}, [public_words(error)]]]
    return found
