"""The pages for those who come without a text, run by Streamlit's own harness: every permalink, and what it costs."""

import json

import pytest
from looking import said, visit
from visiting import check, open_page, open_site

from policy_index import PolicyPack, load_shelf
from policy_index.ui.clause_page import marked
from policy_index.ui.links import Block, link, tag

BUNDLED = load_shelf().default


@pytest.mark.parametrize("clause_id", [clause.id for clause in BUNDLED.policy])
def test_every_clause_has_a_page_with_all_that_belongs_to_it(pack: PolicyPack, clause_id: str):
    """Its words, citation to copy, reading, examples, neighbours, likenesses with scores, revisions."""
    clause = pack.policy.clause(clause_id)
    site = visit("categories", clause=clause_id)
    shown = said(site)

    assert not site.exception
    assert not site.error
    assert site.code[0].value == clause.citation
    assert shown.count("similarity ") >= 6 + 3
    assert "Most similar clauses of the policy" in shown
    assert "Changelog entries that may bear on it" in shown
    assert "→" in shown or clause is pack.policy.clauses[-1]
    assert "←" in shown or clause is pack.policy.clauses[0]
    if clause_id in pack.readings:
        assert pack.readings[clause_id].about in shown.replace("&#x27;", "'").replace("&quot;", '"')


@pytest.mark.parametrize("group_id", [group.id for group in BUNDLED.policy.groups])
def test_every_category_has_a_permalink(pack: PolicyPack, group_id: str):
    """Its clauses stand in the text, and the picture is opened there."""
    site = visit("categories", category=group_id)
    group = next(each for each in pack.policy.groups if each.id == group_id)
    shown = said(site)

    assert not site.exception
    assert all(clause.text in shown for clause in group.clauses)
    assert json.loads(site.get("plotly_chart")[0].proto.spec)["data"][0]["level"] == f"group:{group_id}"


@pytest.mark.parametrize("day", [each.id for each in BUNDLED.history.revisions])
def test_every_revision_has_a_permalink(day: str):
    """With its note in full, and what is not known said plainly."""
    site = visit("changelog", revision=day)
    shown = said(site)

    assert not site.exception
    assert BUNDLED.history.revision(day).entry.text in shown
    assert ("nothing is made up" in shown) == (day != "2023-03-23")
    assert "Our reading: " in shown
    assert shown.count("similarity ") == 5


@pytest.mark.parametrize(
    ("page", "query", "sentence"),
    [
        ("categories", {"clause": "<b>helth</b>"}, "No clause has the id"),
        ("categories", {"category": "x" * 5000}, "No category or section has the id"),
        ("changelog", {"revision": "[x](https://x.example)"}, "No revision has the date"),
    ],
)
def test_an_unknown_id_is_one_sentence_and_the_page_shows_everything(page: str, query: dict[str, str], sentence: str):
    """Markup in it is escaped."""
    site = visit(page, **query)

    assert not site.exception
    (error,) = site.error
    assert error.value.startswith(sentence)
    assert "](http" not in error.value
    assert "<b>" not in error.value
    assert len(error.value) < 400
    assert site.get("plotly_chart")


@pytest.mark.parametrize("page", ["categories", "map", "overlaps", "changelog"])
def test_every_picture_has_words_and_its_data_to_take_away(page: str):
    """For those who do not see it, and for those who want the numbers."""
    site = visit(page)

    (chart,) = site.get("plotly_chart")
    assert len(chart.proto.alt) > 60
    assert any("CSV" in button.proto.label for button in site.get("download_button"))


def test_looking_around_encodes_and_projects_nothing(monkeypatch: pytest.MonkeyPatch, encodes: list[str]):
    """On every page, with filters, with a text checked before."""

    def refuse(*_: object) -> None:
        pytest.fail("a page projected something")

    monkeypatch.setattr("policy_index.landscape.projection.project", refuse)
    monkeypatch.setattr("policy_index.landscape.projection.projections", refuse)
    site = check(open_site(), "A dating app")
    spent = list(encodes)

    for page in ("categories", "map", "overlaps", "changelog"):
        open_page(site, page)
        assert not site.exception
        if page == "categories":
            site.query_params["by"] = "text"
            assert "Similarity 1" in said(site.run())
            del site.query_params["by"]
            site.pills(key="kinds").set_value([]).run()
            assert "choose at least one" in site.info[0].value
        if page == "map":
            site.multiselect(key="examples").set_value(["health"]).run()
            assert "The star is “A dating app”" in said(site)
        if page == "overlaps":
            site.selectbox(key="of").select("resources").run()
            assert "No pair of clauses is that close" in site.info[0].value
        if page == "changelog":
            site.text_input(key="search").input("instagarm").run()
            assert said(site).count("Our reading: ") == 1
            site.text_input(key="search").input("xyzzyq").run()
            assert "No note has such words" in site.info[0].value

    assert encodes == spent


def test_a_clauses_conditions_and_exceptions_are_marked_in_its_own_words(pack: PolicyPack):
    """With the marks taken out, the words are the clause's, character for character; every mark holds a phrase's words."""
    marks = 0
    for clause in pack.policy:
        parts = marked(pack, clause)
        inside = [part for part in parts if not isinstance(part, str)]
        reading = pack.readings.get(clause.id)
        phrases = () if reading is None else (*reading.conditions, *reading.exceptions)

        assert "".join(part if isinstance(part, str) else part[2][0] for part in parts) == clause.text
        assert {part[2][0] for part in inside} <= {phrase.words for phrase in phrases}
        assert bool(inside) == bool(phrases)
        marks += len(inside)
    assert marks > 40


def test_blocks_without_links_are_escaped_html_and_those_with_links_are_data():
    """Nothing in either is read as markup."""
    plain = Block.of(tag("p", "<script>alert(1)</script>", title='"><b>'))
    linked = Block.of(tag("p", link("map", "<b>", of="a&b")))

    assert plain.html == '<p title="&quot;&gt;&lt;b&gt;">&lt;script&gt;alert(1)&lt;/script&gt;</p>'
    assert linked.html is None
    assert json.loads(linked.data)[0][2][0] == ["a", {"href": "map?of=a%26b", "data-inside": ""}, ["<b>"]]
