"""The pages of versions and crosswalks, run by Streamlit's own harness: every address, every wrong one, and what is said."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from looking import links, said, visit
from other_policies import long_pack, pack_of
from streamlit.testing.v1 import AppTest
from support import ACME, LetterEncoder, few_exemplars, letter_service
from visiting import sent, served_by

from policy_index import Indexes, PolicyPack, Shelf
from policy_index.comparing.diff import ChangeKind, compare
from policy_index.errors import EncoderError
from policy_index.server.service import Service
from policy_index.ui.change_rows import name_of
from policy_index.ui.comparison import share_in_words, summary

EARLIER = "acme-aup@2025-01-15"
HOSTILE = "`<script>alert(1)</script>` *bold* $x$ :red[no]"


@pytest.fixture(scope="module")
def served() -> Iterator[Service]:
    """The bundled policy and two versions of another one, by letters."""
    service = letter_service()
    with served_by(service):
        yield service


@pytest.fixture
def warm() -> Iterator[Service]:
    """The same of its own, with the model at hand."""
    service = letter_service()
    service.index()
    with served_by(service):
        yield service


def serving(*packs: PolicyPack) -> Service:
    """A service with the bundled policy, of few exemplars, and these, by letters."""
    encoder = LetterEncoder()
    return Service(Shelf.from_packs((few_exemplars(Shelf.from_folder(None).default), *packs)), Indexes(lambda: encoder))


def seen(**query: str) -> AppTest:
    """The page at this address; `second` is what the address calls `with`."""
    return visit("compare", **{{"second": "with"}.get(name, name): value for name, value in query.items()})


def roles(site: AppTest, role: str) -> list[str]:
    """Words that the page's blocks give this role."""

    def inside(node: Any) -> list[str]:
        if isinstance(node, str):
            return []
        own = ["".join(child for child in node[2] if isinstance(child, str))] if node[1].get("role") == role else []
        return own + [words for child in node[2] for words in inside(child)]

    return [words for each in sent(site) if each.startswith("[") for node in json.loads(each) for words in inside(node)]


@pytest.mark.usefixtures("served")
def test_two_versions_are_told_in_counts_and_shown_side_by_side_with_their_edits():
    """What went has the role of a deletion, what came that of an insertion; what binds stands apart."""
    site = seen(policy=EARLIER, second=ACME)
    shown = said(site)

    assert not site.exception
    assert not site.error
    assert (
        "2 added, 2 removed, 2 reworded, 1 moved; 1 of these touches what binds; 1 only cosmetic, 12 unchanged."
        in shown
    )
    assert "Number: once a year → every three months" in shown
    assert "once a year." in roles(site, "deletion")
    assert {"every three months.", "or a weapon"} <= set(roles(site, "insertion"))
    assert "5 clauses unchanged" in shown
    assert "from “How we enforce this policy” to “Money and medicine”" in shown
    assert [button.proto.label for button in site.get("download_button")] == ["Markdown", "HTML to print", "JSON"]


def test_every_clause_of_both_versions_is_on_the_page(served: Service):
    """Folded, side by side, or alone."""
    shown = said(seen(policy=EARLIER, second=ACME))

    for spec in (EARLIER, ACME):
        assert all(clause.text in shown for clause in served.shelf.find(spec).policy)


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("query", [{"policy": ACME}, {"policy": EARLIER}, {"policy": "acme-aup"}])
def test_an_address_with_one_version_shows_it_with_its_neighbour(query: dict[str, str]):
    """The one before it, or of the oldest the one after."""
    site = seen(**query)

    assert [site.selectbox(key=key).value for key in ("compare-first", "compare-second")] == [EARLIER, ACME]
    assert "2 added, 2 removed" in said(site)


def test_every_change_has_an_address_that_shows_it_alone(served: Service):
    """With the way to its neighbours and back; removed clauses too."""
    before, after = served.shelf.find(EARLIER), served.shelf.find(ACME)
    changes = [each for each in compare(before.policy, after.policy).changes if each.kind is not ChangeKind.UNCHANGED]
    for place, change in enumerate(changes):
        site = seen(policy=EARLIER, second=ACME, change=name_of(change))
        shown = said(site)

        assert not site.error
        assert f"Change {place + 1} of {len(changes)}" in shown
        assert all(clause.text in shown for clause in change.clauses_after)
        assert f"compare?policy={EARLIER}&with={ACME}" in links(site)
        assert ("← Change before" in shown) == (place > 0)
    assert any(name_of(change).startswith("-") for change in changes)


@pytest.mark.usefixtures("served")
def test_filters_are_in_the_address_and_leave_what_is_asked_for():
    """A kind, a section, what binds; nothing found is said."""
    added = seen(policy=EARLIER, second=ACME, kind="Added")
    assert roles(added, "deletion") == ["once a year"]  # of what binds, on top
    assert "Label pictures that Pip has drawn." in said(added)
    assert "clauses unchanged" not in said(added)

    binding = said(seen(policy=EARLIER, second=ACME, binding="true"))
    assert "Keep the key to your account secret" in binding
    assert "Resell access to Pip" not in binding

    section = said(seen(policy=EARLIER, second=ACME, section="Money and medicine"))
    assert "ombudsperson" in section
    assert "Resell access to Pip" not in section

    nothing = seen(policy=EARLIER, second=ACME, kind="Added", section="Money and medicine")
    assert nothing.info[-1].value == "No change is of that kind in that part."


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"policy": ACME, "second": "*acme*"}, "No policy has the id"),
        ({"policy": ACME, "second": "acme-aup@1999-01-01"}, "Expected a version of acme"),
        ({"policy": EARLIER, "second": ACME, "change": "<b>x</b>"}, "No change of these two texts has the name"),
        ({"policy": ACME, "second": ACME, "view": "Crosswalk"}, "Expected two policies, got acme"),
    ],
)
def test_a_wrong_address_is_one_sentence_of_plain_text(query: dict[str, str], expected: str):
    """And the page shows what it can."""
    site = seen(**query)

    (error,) = site.error
    assert not site.exception
    assert error.value.replace("\\", "").startswith(expected)
    assert "<b>" not in error.value
    assert "*acme*" not in error.value


@pytest.mark.usefixtures("served")
def test_the_wrong_order_and_one_version_twice_are_said():
    """And compared all the same."""
    turned, same = seen(policy=ACME, second=EARLIER), seen(policy=ACME, second=ACME)

    assert "is the later one" in turned.info[0].value
    assert f"compare?policy={EARLIER}&with={ACME}" in links(turned)
    assert same.info[0].value == "Both texts are the same, letter for letter."
    assert "No clause changed a word; 18 unchanged." in said(same)


@pytest.mark.usefixtures("served")
def test_one_version_alone_says_what_is_missing_and_offers_policies_of_several_and_a_crosswalk():
    """The bundled policy is there once, another one twice."""
    site = seen()

    (info,) = site.info
    assert info.value.startswith("Only one version of this policy is here, of 23 March 2023. To see what")
    assert f"compare?policy={ACME}" in links(site)
    assert f"compare?policy=openai@2023-03-23&with={ACME}" in links(site)
    assert not site.error


def test_a_shelf_of_one_policy_says_that_there_is_nothing_to_lay_beside_it():
    """In a sentence."""
    with served_by(letter_service(None)):
        assert "Clauses are laid side by side with a second policy" in said(seen())
        assert "Clauses are laid side by side with a second policy" in said(seen(view="Crosswalk"))


def test_versions_without_a_date_are_compared_and_have_no_order():
    """On the page; in a row of texts they cannot stand."""
    dated = pack_of("# Rules\n\nBe good to all people.\n", updated=date(2026, 1, 1))
    with served_by(serving(pack_of("# Rules\n\nBe good.\n"), dated)):
        site = seen(policy="other@undated", second="other@2026-01-01")
        assert "One version has no date\\: which came first is not known." in [each.value for each in site.info]
        assert "1 reworded." in said(site)
        log = visit("changelog", policy="other")
        assert not log.exception
        assert "Fewer than two texts here have a date" in log.info[0].value


def test_two_languages_are_refused_in_a_sentence():
    """In both views, and where the texts would stand in a row."""
    german = "Es ist verboten, andere Menschen ohne ihre Zustimmung zu filmen oder ihre Gespräche aufzuzeichnen. " * 6
    english = (
        "You may not film other people without their consent, nor may you record what they say to each other. " * 6
    )
    packs = [pack_of(f"# R\n\n{text}\n", updated=date(year, 1, 1)) for text, year in ((english, 2025), (german, 2026))]
    with served_by(serving(*packs)):
        for view in ("What changed", "Crosswalk"):
            site = seen(policy="other@2025-01-01", second="other@2026-01-01", view=view)
            assert "Expected two texts in one language" in site.error[0].value
        assert "Expected two texts in one language" in visit("changelog", policy="other").error[0].value


def test_nothing_of_a_hostile_policy_is_markup():
    """Blocks are drawn node by node; sentences of Streamlit hold none of its words."""
    first = pack_of(f"# R\n\n## {HOSTILE}\n\nRead {HOSTILE} here.\n", updated=date(2025, 1, 1))
    second = pack_of(f"# R\n\n## {HOSTILE}\n\nWrite {HOSTILE} now.\n", updated=date(2026, 1, 1))
    with served_by(serving(first, second)):
        for site in (
            seen(policy="other@2025-01-01", second="other@2026-01-01"),
            seen(policy="other", second="other@2025-01-01", view="Crosswalk"),
            visit("changelog", policy="other"),
        ):
            assert not site.exception
            written = "\n".join([each.value for each in site.markdown] + [each.proto.body for each in site.get("html")])
            assert "<script>alert" not in written
            assert ":red[no]" not in written
            for chart in site.get("plotly_chart"):
                assert "<script>" not in chart.proto.spec


def test_a_comparison_of_5000_clauses_comes_in_pages():
    """Forty changes at a time, and what is folded is cut off."""
    long = long_pack(5000)
    rules = long.policy.source.replace("thing", "deed")
    packs = [pack_of(text, updated=date(year, 1, 1)) for text, year in ((long.policy.source, 2025), (rules, 2026))]
    with served_by(serving(*packs)):
        site = seen(policy="other@2025-01-01", second="other@2026-01-01")

        assert not site.exception
        assert "5,000 reworded." in said(site)
        assert len(links(site)) < 400


def test_while_the_model_is_loaded_or_broken_words_alone_align():
    """The page says so and does not wait; a crosswalk, which needs it, is one sentence."""

    def broken() -> LetterEncoder:
        message = "The model cannot be loaded."
        raise EncoderError(message)

    with served_by(Service(letter_service().shelf, Indexes(broken))):
        site = seen(policy=EARLIER, second=ACME)
        assert site.warning[0].value.startswith("Clauses are aligned by words alone. The model is still being loaded")
        assert "2 added, 2 removed" in said(site)
        assert seen(policy=ACME, second="openai").error[0].value == "The model cannot be loaded."


@pytest.mark.usefixtures("warm")
def test_a_crosswalk_has_every_clause_with_how_sure_in_words_and_the_gaps_of_both():
    """Counts on top, files below, and the way round."""
    site = seen(policy=ACME, second="openai")
    shown = said(site)

    assert not site.exception
    assert not site.error
    assert "</strong> have a counterpart in OpenAI, " in shown
    assert "of 71 clauses there have none here." in shown
    assert shown.count("similarity 0.") + shown.count("similarity 1.") >= 18
    assert "Counterpart" in shown
    assert [button.proto.label for button in site.get("download_button")] == ["CSV", "SSSOM", "JSON"]
    assert f"compare?policy=openai@2023-03-23&with={ACME}" in links(site)


def test_a_policy_whose_publisher_nobody_knows_is_called_by_its_title():
    """In the summary, in the tabs and beside each clause."""
    pack = pack_of("# House rules\n\n- Do not spy on anyone.\n- Do not gamble.\n", pack_id="house")
    policy = replace(pack.policy, provenance=replace(pack.policy.provenance, publisher="", title="House rules"))
    service = serving(replace(pack, policy=policy))
    service.index()
    with served_by(service):
        site = seen(policy="openai", second="house")

    assert not site.exception
    assert "<strong>OpenAI</strong> have a counterpart in House rules, " in said(site)
    assert site.tabs[1].label.startswith("Only in House rules (")


@pytest.mark.usefixtures("warm")
def test_the_view_turns_to_a_crosswalk_and_back_by_an_address_that_stays():
    """From two versions to another policy; back to the versions."""
    site = seen(policy=EARLIER, second=ACME)
    site.segmented_control(key="compare-view").set_value("Side by side").run()
    assert dict(site.query_params) == {"policy": ACME, "with": "openai@2023-03-23"}
    assert "have a counterpart in OpenAI" in said(site)

    site.segmented_control(key="compare-view").set_value("What changed").run()
    assert dict(site.query_params) == {"policy": ACME}
    assert site.selectbox(key="compare-second").value == ACME


@pytest.mark.usefixtures("served")
def test_the_boxes_turn_to_other_versions():
    """The address holds the two."""
    site = seen(policy=EARLIER, second=ACME)
    site.selectbox(key="compare-first").select(ACME).run()

    assert dict(site.query_params) == {"policy": ACME, "with": ACME}
    assert site.info[0].value == "Both texts are the same, letter for letter."


def test_words_that_bind_are_told_as_added_removed_or_replaced():
    """A new condition, a negation that is gone, another modal verb."""
    texts = ("You may share keys. Never sell them.", "You must share keys unless we object. Sell them.")
    first, second = (pack_of(f"# R\n\n{text}\n", updated=date(2025 + place, 1, 1)) for place, text in enumerate(texts))
    with served_by(serving(first, second)):
        shown = said(seen(policy="other@2025-01-01", second="other@2026-01-01"))

    assert "Must or may: may → must; Negation removed: never; Condition or exception added: unless" in shown


def test_the_summary_names_only_what_there_is():
    """A version twice, and shares of little."""
    policy = pack_of("# R\n\nBe good.\n").policy

    assert summary(compare(policy, policy)) == "No clause changed a word; 1 unchanged."
    assert [share_in_words(share).replace("\u202f", " ") for share in (0, 0.004, 0.123)] == [
        "No word came or went.",
        "Under 1 % of the words came or went.",
        "12 % of the words came or went.",
    ]


def test_with_a_model_at_hand_meaning_is_asked_where_words_leave_doubt(warm: Service):
    """Two clauses went and two came; what words have found is not asked."""
    encoder = warm.index().encoder
    assert isinstance(encoder, LetterEncoder)
    encoder.encoded.clear()

    site = seen(policy=EARLIER, second=ACME)

    assert not site.warning
    assert "Resell access to Pip" in encoder.encoded
    assert not any("ombudsperson" in text for text in encoder.encoded)
