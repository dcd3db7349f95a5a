"""The pages for those who come without a text, under other policies: each shows its own, and says what it has not got."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from looking import links, said, visit
from other_policies import long_pack, pack_of
from support import ACME, PACKS, letter_service
from visiting import check, open_page, open_site, served_by

from policy_index import PolicyPack, Shelf
from policy_index.landscape.landscape import FILE, Landscape
from policy_index.server.service import Service

PAGES = ["categories", "map", "overlaps", "changelog"]
EARLIER = "acme-aup@2025-01-15"


@pytest.fixture(scope="module")
def served() -> Iterator[Service]:
    """The bundled policy and two versions of another one, by letters."""
    service = letter_service()
    with served_by(service):
        yield service


@pytest.fixture
def own(served: Service) -> PolicyPack:
    """The other policy."""
    return served.shelf.find(ACME)


def charted(tmp_path: Path) -> Service:
    """The same with what `policy-index chart` computes for the other policy."""
    shutil.copytree(PACKS, tmp_path / "packs")
    service = letter_service(tmp_path / "packs")
    pack = service.shelf.find(ACME)
    pack.fitted(FILE).parent.mkdir()
    pack.fitted(FILE).write_text(Landscape.from_index(service.index(pack)).to_json(), encoding="utf-8")
    return service


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_about_the_policy_that_the_address_names(own: PolicyPack, page: str):
    """In its own words and numbers; nothing of the bundled one shows, no link loses it."""
    site = visit(page, policy=ACME)
    shown = said(site)

    assert not site.exception
    assert not site.error
    assert "Acme **Acceptable use policy** of 31 January 2026" in shown
    assert "guessed from their words" in shown
    for foreign in ("OpenAI", "23 March 2023", "Superseded", "71 clauses", "Disallowed usage"):
        assert foreign not in shown
    assert all("policy=acme-aup@" in address for address in links(site))
    for chart in site.get("plotly_chart"):
        assert "OpenAI" not in chart.proto.spec
        assert "71" not in chart.proto.alt
    if page in {"categories", "map"}:
        assert all(clause.text in shown for clause in own.policy)


def test_every_clause_has_a_page_with_what_there_is_of_it(served: Service, own: PolicyPack):
    """Its words, the lines that lead in to it, its citation; what was not made is said."""
    assert served.shelf.find(ACME) is own
    for clause in own.policy:
        site = visit("categories", policy=ACME, clause=clause.id)
        shown = said(site)

        assert not site.exception
        assert not site.error
        assert site.code[0].value == clause.citation
        assert clause.text in shown
        assert f"policy-index chart --policy {ACME}" in shown
        assert "Nobody has written examples for this clause." in shown
        assert "Our reading" not in shown
    nested = next(clause for clause in own.policy if clause.path and clause.path[-1] != clause.section)
    assert f"Under “{nested.path[-1]}”" in said(visit("categories", policy=ACME, clause=nested.id))


def test_every_section_has_a_permalink(served: Service, own: PolicyPack):
    """Its clauses stand in the text, and the picture is opened there."""
    assert len(served.shelf.packs) == 3
    for group in own.policy.groups:
        site = visit("categories", policy=ACME, category=group.id)

        assert not site.exception
        assert all(clause.text in said(site) for clause in group.clauses)
        assert json.loads(site.get("plotly_chart")[0].proto.spec)["data"][0]["level"] == f"group:{group.id}"


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("page", ["map", "overlaps"])
def test_without_likenesses_a_page_says_so_and_which_command_computes_them(page: str):
    """And shows what there is: the text, the table and its file."""
    site = visit(page, policy=ACME)

    assert [info.value.replace("\\", "") for info in site.info] == [
        "Likenesses of the clauses have not been computed for this policy: "
        f"the command “policy-index chart --policy {ACME}” does it."
    ]
    assert not site.get("plotly_chart")
    assert "Clauses as CSV" in [button.proto.label for button in site.get("download_button")]


def test_with_likenesses_every_page_shows_them(tmp_path: Path):
    """Without probabilities, examples and a comparison of projections, for which the policy is too short."""
    with served_by(charted(tmp_path)):
        site = check(open_site(policy=ACME), "Sell a list of addresses")
        for page in PAGES:
            open_page(site, page)
            assert not site.exception
            assert len(site.get("plotly_chart")) == (2 if page == "changelog" else 1)
            if page == "map":
                assert "The star is “Sell a list of addresses”" in said(site)
                assert "too few to measure" in said(site)
                assert not site.multiselect
            if page == "changelog":
                assert "Clauses of this text that it may bear on" in said(site)
        clause = visit("categories", policy=ACME, clause=Shelf.from_folder(PACKS).find(ACME).policy.clauses[0].id)
        assert said(clause).count("similarity ") >= 6


def test_a_broken_file_of_likenesses_is_one_sentence(tmp_path: Path):
    """On each page that would show them; the pages stand."""
    service = charted(tmp_path)
    service.shelf.find(ACME).fitted(FILE).write_text("{", encoding="utf-8")
    with served_by(service):
        for page in ("map", "overlaps"):
            site = visit(page, policy=ACME)
            assert not site.exception
            assert site.info[0].value.startswith("Expected what \\`policy-index chart\\` writes in ")


@pytest.mark.usefixtures("served")
def test_revisions_that_nobody_sorted_have_no_kinds_and_no_reasons(own: PolicyPack):
    """The notes are the policy's; a version that is here is linked."""
    shown = said(site := visit("changelog", policy=ACME))

    assert all(each.entry.text in shown for each in own.history.revisions)
    assert "Our reading" not in shown
    texts, notes = (chart.proto.alt for chart in site.get("plotly_chart"))
    assert "1 revision between the texts that are here" in texts
    assert f"{len(own.history.revisions)} revisions, to scale. " in notes
    assert any(address == f"categories?policy={EARLIER}" for address in links(site))


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("asked", ["*acme*", "acme-aup@1999-01-01", "<b>x</b>", "", "x" * 5000])
def test_an_unknown_policy_is_one_sentence_of_plain_text_and_the_visits_own_is_shown(asked: str):
    """Nothing of the address is read as Markdown."""
    site = visit("categories", policy=asked)

    (error,) = site.error
    assert not site.exception
    assert "Showing OpenAI Usage policies" in error.value
    assert "*acme*" not in error.value
    assert "<b>" not in error.value
    assert len(error.value) < 400
    assert "of 23 March 2023" in said(site)


@pytest.mark.usefixtures("served")
def test_a_visit_stays_with_its_policy_and_the_address_says_so():
    """Where an address names none, the visit's is shown, and put into the address to be shared; the default one is not."""
    site = open_site(policy="acme-aup")
    del site.query_params["policy"]
    open_page(site, "map")
    assert site.query_params["policy"] == ACME
    assert "31 January 2026" in said(site)

    fresh = open_page(open_site(), "map")
    assert "policy" not in fresh.query_params
    assert not any("policy=" in address for address in links(fresh))


@pytest.mark.usefixtures("served")
def test_the_chooser_turns_to_another_policy_and_leaves_what_the_address_asked_of_the_old_one():
    """It names each version, and stands at the one that is shown."""
    site = visit("categories", policy=ACME, clause="no-such-clause")
    assert site.error
    assert site.selectbox(key="policy-chooser").value == ACME
    assert site.selectbox(key="policy-chooser").options == [
        "OpenAI Usage policies (2023-03-23)",
        "Acme Acceptable use policy (2025-01-15)",
        "Acme Acceptable use policy (2026-01-31)",
    ]

    site.selectbox(key="policy-chooser").select(EARLIER).run()
    assert not site.error
    assert dict(site.query_params) == {"policy": EARLIER}
    assert "Superseded] Acme **Acceptable use policy** of 15 January 2025" in said(site)

    site.selectbox(key="policy-chooser").select("openai@2023-03-23").run()
    assert "of 23 March 2023" in said(site)


def test_a_shelf_of_one_policy_has_no_chooser():
    """There is nothing to choose."""
    with served_by(letter_service(None)):
        assert "policy-chooser" not in [box.key for box in open_site().selectbox]


@pytest.mark.parametrize("page", PAGES)
def test_an_undated_policy_of_one_clause_is_shown(page: str):
    """Without headings, changelog or address; what it has not got is said."""
    with served_by(letter_service(None, pack_of("Be *good*."))):
        site = visit(page, policy="other")

        assert not site.exception
        assert "Other **Rules** without a date." in said(site)
        if page == "changelog":
            assert site.info[0].value == "This policy tells of no revisions: its text has no changelog."


@pytest.mark.parametrize("page", PAGES)
def test_a_policy_of_5000_clauses_is_shown(page: str):
    """Its contents lead to its parts, each of which is read by itself."""
    pack = long_pack(5000)
    with served_by(letter_service(None, pack)):
        site = visit(page, policy=pack.id)
        assert not site.exception
        if page == "categories":
            part = pack.policy.groups[-1]
            assert f"read?policy={pack.spec}&category={part.id}" in links(site)
            assert len(links(site)) < 1000
            site = visit(page, policy=pack.id, category=part.id)
            assert all(clause.text in said(site) for clause in part.clauses)
