"""Pictures that people take along: a brief as a card, and what a chart's picture says of itself."""

import json
import re
from dataclasses import replace
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from looking import visit
from papers import DAY, HOSTILE, TEXT, hostile_brief
from streamlit.testing.v1 import AppTest
from visiting import check, open_site, open_view, sent

from policy_index import Brief, PolicyPack
from policy_index.plots.share_card import HEIGHT, WIDTH, plot_share_card
from policy_index.plots.svg import element, lines, width_of

SVG = "{http://www.w3.org/2000/svg}"
SAID = "2 uses not allowed as described, 1 duty, 6 of 8 sentences touch none."


@cache
def hostile() -> Brief:
    """A brief of a hostile text in which every clause is likely."""
    return hostile_brief()


def words_of(svg: str) -> list[str]:
    """Return each line of words of a picture, which must be well-formed XML."""
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314  # our own


def pictures(site: AppTest) -> list[dict[str, Any]]:
    """Return what the browser is given of each picture that is offered to be saved."""
    return [found for each in sent(site) if each.startswith("{") and "view" in (found := json.loads(each))]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("with_text", [False, True])
def test_a_card_says_which_policy_version_and_day_the_counts_the_first_clauses_and_what_it_is_not(
    *, dark: bool, with_text: bool
):
    """In both looks, 1200 by 630; how many clauses there are besides."""
    brief = hostile()
    svg = plot_share_card(brief, SAID, made_on=DAY, dark=dark, with_text=with_text)
    words = words_of(svg)

    assert "OpenAI Usage policies, version of 23 March 2023 (superseded since)" in words
    assert " ".join(words).count(SAID.split(",", maxsplit=1)[0]) == 1
    assert "Not legal advice" in words
    assert any(line.startswith("Made on 5 March 2026.") and "legal advice" in line for line in words)
    shown = [
        entry
        for entry in brief.entries
        if any(
            line == entry.clause.text or (line.endswith(" …") and entry.clause.text.startswith(line[:-2]))
            for line in words
        )
    ]
    assert brief.entries[0] in shown
    assert brief.entries[0].lane.value in words
    (more,) = [line for line in words if line.startswith("and ")]
    assert 1 <= len(brief.entries) - int(more.split()[1]) <= 4
    root = ET.fromstring(svg)  # noqa: S314  # our own
    assert (root.get("width"), root.get("height")) == (str(WIDTH), str(HEIGHT)) == ("1200", "630")


def test_a_card_holds_no_word_of_the_text_unless_that_was_asked_for():
    """Neither in its words nor in what nobody sees."""
    brief = replace(hostile(), text="Zanzibar " * 40)

    assert "Zanzibar" not in plot_share_card(brief, SAID, made_on=DAY)
    assert "Zanzibar" in " ".join(words_of(plot_share_card(brief, SAID, made_on=DAY, with_text=True)))


def test_hostile_words_on_a_card_are_words(acme: PolicyPack):
    """Of the text, the policy's title and its clauses: no element of theirs, no script, nothing that leads anywhere."""
    provenance = replace(acme.policy.provenance, title=HOSTILE[1], publisher=HOSTILE[2])
    entries = tuple(
        replace(entry, clause=replace(entry.clause, text=text))
        for entry, text in zip(hostile().entries, HOSTILE, strict=False)
    )
    for text in (TEXT, *HOSTILE):
        pack = replace(acme, policy=replace(acme.policy, provenance=provenance))
        svg = plot_share_card(
            replace(hostile(), text=text, pack=pack, entries=entries), text, made_on=DAY, with_text=True
        )

        made = list(ET.fromstring(svg).iter())  # noqa: S314  # our own
        assert {each.tag.removeprefix(SVG) for each in made} <= {"svg", "title", "rect", "g", "circle", "text"}
        assert not [name for each in made for name in each.attrib if name.startswith("on") or name.endswith("href")]
        assert "<script" not in svg
    assert any("<script>alert(1)</script>" in line for line in words_of(svg))


@settings(max_examples=60)
@given(text=st.text(max_size=200))
def test_any_text_at_all_makes_a_well_formed_card(text: str):
    """Control characters, lone surrogates, both directions, combining marks; nothing is wider than the card."""
    brief = replace(hostile(), text=text, entries=hostile().entries[:2])

    svg = plot_share_card(brief, text, made_on=DAY, with_text=True)

    for each in ET.fromstring(svg).iter(f"{SVG}text"):  # noqa: S314  # our own
        if each.get("text-anchor") is None:
            assert float(each.get("x", 0)) + width_of(each.text or "", float(each.get("font-size", 0))) <= WIDTH


@given(words=st.text(alphabet="ab …W漢\u0301", max_size=80), most=st.integers(1, 4))
def test_lines_fit_are_not_too_many_and_lose_no_word_but_behind_an_ellipsis(words: str, most: int):
    """One sign wider than the room stands alone."""
    broken = lines(words, 60, 20, most=most)

    assert len(broken) <= most
    assert all(width_of(line, 20) <= 60 for line in broken)
    if not broken[-1].endswith(" …"):
        assert "".join(broken).replace(" ", "") == "".join(words.split())


def test_what_is_no_xml_becomes_the_sign_for_what_cannot_be_read():
    """And quotation marks end no attribute."""
    assert element("text", "a\x00b\ud800<", fill='"red"') == '<text fill="&quot;red&quot;">a\ufffdb\ufffd&lt;</text>'


@pytest.mark.parametrize("page", ["categories", "map", "overlaps", "changelog", "accuracy"])
def test_every_chart_can_be_saved_with_its_policy_version_day_and_view(page: str):
    """Each under a name of its own, and found by its key."""
    site = visit(page)
    offered = pictures(site)

    assert len(offered) == len(site.get("plotly_chart")) > 0
    assert len({each["name"] for each in offered}) == len(offered)
    for each in offered:
        assert each["policy"] == "OpenAI Usage policies, version of 23 March 2023 (superseded since)"
        assert each["name"].startswith("openai-2023-03-23-")
        assert each["chart"].startswith("st-key-")
        assert re.match(r"Made on \d+ \w+ \d{4} by Usage Policy Explorer\. .*not legal advice\.$", each["made"])
        assert re.fullmatch(r"[A-Z][a-z ]+", each["view"])
        assert each["says"].endswith(".")


def test_a_brief_is_offered_as_a_card_without_the_text_until_that_is_ticked():
    """In the look that is chosen."""
    site = check(open_site(), "A dating app for zebra farmers")
    open_view(site, "Take away")
    (card,) = pictures(site)
    assert "zebra" not in json.dumps(card)
    assert "1 use not allowed as described." in card["card"]
    assert card["name"].startswith("openai-2023-03-23-card-")

    site.checkbox(key="card-text").check()
    site.segmented_control(key="card-look").set_value("Dark").run()

    (dark,) = pictures(site)
    assert "zebra" in dark["card"]
    assert 'fill="#12141a"' in dark["card"]
    assert 'fill="#12141a"' not in card["card"]
