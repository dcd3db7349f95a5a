"""The reading room: the text of a policy, one picture of its clauses, and one chosen clause in both."""

import json
from datetime import date

import pytest
from looking import links, said, visit
from other_policies import long_pack, pack_of
from streamlit.testing.v1 import AppTest
from support import ACME, letter_service
from visiting import check, open_page, open_site, sent, served_by

from policy_index import PolicyPack
from policy_index.policy.document import PartRole
from policy_index.ui.reading import stretch_at, stretches_of
from policy_index.ui.room_view import By, Layout, RoomView, after_click, clicked


def picture(site: AppTest) -> dict[str, dict[str, object]]:
    """Return what the treemap draws of each clause or group, by its id."""
    tiles = json.loads(site.get("plotly_chart")[0].proto.spec)["data"][0]
    columns = zip(
        tiles["ids"], tiles["labels"], tiles["marker"]["colors"], tiles["marker"]["line"]["width"], strict=True
    )
    return {node: {"label": label, "color": color, "line": line} for node, label, color, line in columns}


def test_the_text_holds_every_part_of_the_source_in_its_order(pack: PolicyPack):
    """Headings, lead-ins, clauses with their kind in words, revisions; our words and examples with the clause they belong to."""
    shown = said(visit("read"))

    place = 0
    for part in pack.policy.parts:
        if part.role is not PartRole.DATE:
            place = shown.index(part.text[:40], place)
    for clause in pack.policy:
        assert pack.lane_of(clause).value in shown
    for reading in pack.readings.values():
        assert reading.about in shown
    assert "What it is about (our words)" in shown


def test_a_chosen_clause_is_marked_in_the_picture_and_told_with_what_leads_on():
    """The address chooses it; its neighbours and its page are a link away, and none of them loses the view."""
    site = visit("read", clause="privacy/tracking", by="closeness")
    shown = said(site)

    assert not site.exception
    assert [node for node, tile in picture(site).items() if tile["line"] == 4] == ["privacy/tracking"]
    assert "Disallowed usage 10.1" in shown
    assert "similarity to the chosen clause 1.00" in shown
    leads = links(site)
    assert "read?as=blocks&by=closeness&clause=privacy/facial-recognition" in leads
    assert "categories?clause=privacy/tracking" in leads
    assert "read?as=map&by=closeness&clause=privacy/tracking" in leads


@pytest.mark.parametrize(
    ("layout", "point", "asked"),
    [
        (Layout.BLOCKS, {"id": "privacy/tracking", "customdata": "words"}, {"clause": "privacy/tracking"}),
        (Layout.BLOCKS, {"id": "group:health"}, {"category": "health"}),
        (Layout.BLOCKS, {"id": "group:privacy"}, {}),
        (Layout.BLOCKS, {}, {"category": "privacy"}),
        (Layout.MAP, {"customdata": ["privacy/tracking"]}, {"clause": "privacy/tracking"}),
        (Layout.MAP, {"customdata": None}, {"category": "privacy"}),
        (Layout.ALIKE, {"customdata": "malware~health"}, {"clause": "malware", "beside": "health"}),
    ],
)
def test_a_click_chooses_a_clause_or_a_pair_or_opens_a_category(
    pack: PolicyPack, layout: Layout, point: dict[str, object], asked: dict[str, str]
):
    """The head of the opened category closes it; what is nothing of these leaves the address as it is."""
    (group,) = (each for each in pack.policy.groups if each.id == "privacy")
    view = RoomView(pack=pack, layout=layout, by=By.KIND, clause=None, group=group)

    assert (
        after_click(view, clicked(point), {"category": "privacy", "policy": "openai"}) == {"policy": "openai"} | asked
    )


def test_a_chosen_pair_stands_side_by_side():
    """Both clauses, with how alike they are."""
    site = visit("read", **{"as": "alike", "clause": "malware", "beside": "health"})

    assert not site.exception
    assert "The pair that you chose" in said(site)


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        ("text", "No text has been checked under this policy"),
        ("prompts", "No prompts have been checked yet"),
        ("version", "Only this version of the policy is here"),
        ("closeness", "No clause is chosen"),
        ("nonsense", "what a clause does to you"),
    ],
)
def test_a_view_without_data_says_so_and_what_to_do(by: str, sentence: str):
    """In one sentence; the picture stands, coloured by kind."""
    site = visit("read", by=by)

    assert not site.exception
    assert not site.error
    assert sentence in said(site)
    assert {tile["color"] for tile in picture(site).values()} >= {"#b3261e"}


def test_the_checked_text_colours_the_picture_and_the_table():
    """With its similarity to each clause."""
    site = check(open_site(), "A dating app")
    site.query_params["by"] = "text"
    open_page(site, "read")

    assert not site.exception
    assert "up to 0." in str(picture(site)["group:adult-content"]["label"])
    assert said(site).count("similarity to your text ") >= 71


def test_another_version_colours_what_changed():
    """And says which version it is compared with."""
    with served_by(letter_service()):
        site = visit("read", policy=ACME, by="version")

        assert not site.exception
        shown = said(site)
        assert "from 2025-01-15 to 2026-01-31" in shown
        assert "Reworded" in shown
        assert "word by word" in shown


@pytest.mark.parametrize("clauses", [1, 5000])
def test_a_policy_of_any_length_can_be_read_and_its_stretches_hold_each_clause_once(clauses: int):
    """At most 500 clauses at once; a chosen clause opens the stretch in which it stands, and each leads on to the next."""
    pack = long_pack(clauses)
    stretches = stretches_of(pack.policy)
    assert sum(len(each.clause_ids) for each in stretches) == clauses
    assert all(len(each.clause_ids) <= 500 for each in stretches)
    last = pack.policy.clauses[-1]
    assert stretch_at(pack.policy, place=last.id, asked=None) is stretches[-1]

    with served_by(letter_service(None, pack)):
        site = visit("read", policy=pack.id, clause=last.id)
        assert not site.exception
        assert last.text in said(site)
        assert len(said(site)) < 400_000
        if clauses > 1:
            assert f"Part {len(stretches)} of {len(stretches)}" in said(site)
            assert any(address.endswith("part=2") for address in links(visit("read", policy=pack.id)))


def test_links_in_a_clause_lead_out_and_words_of_others_stay_words():
    """A link of the source is one in the text; markup is text."""
    pack = pack_of(
        "# <b>Rules</b>\n\n- Do not <i>spy</i>, see [our guide](https://guide.example/x).\n", updated=date(2026, 1, 2)
    )
    with served_by(letter_service(None, pack)):
        site = visit("read", policy="other")
        (document,) = [each for each in sent(site) if "data-clause" in each]

        assert "our guide" in said(site)
        assert '"href":"https://guide.example/x"' in document
        assert "Nobody" not in said(site)
