"""Results stand in lanes, and what is unlikely stands apart."""

import pytest

from policy_index import Band, ClauseIndex, ClauseKind
from policy_index.report import Lane, read_result, safeguards

IDEA = "a ChatGPT plugin that emails my contacts as if I had written"


def test_every_kind_has_a_lane_and_every_lane_a_kind():
    """Explanations and statements share one."""
    assert {Lane.of(kind) for kind in ClauseKind} == set(Lane)
    assert Lane.of(ClauseKind.EXPLANATION) is Lane.of(ClauseKind.STATEMENT) is Lane.GOOD_TO_KNOW


def test_the_best_matches_are_found_or_rest_and_none_is_lost(real_index: ClauseIndex):
    """The limit counts over all lanes together; the best comes first in each part."""
    result = real_index.search(IDEA, top_k=71)

    findings = read_result(result, limit=8)

    found = [match for group in findings.found for match in group.matches]
    assert found
    assert sorted([*found, *findings.rest], key=lambda match: -match.score) == list(result.matches[:8])
    assert all(match.band in {Band.LIKELY, Band.POSSIBLE} for match in found)
    assert all(match.band is Band.UNLIKELY for match in findings.rest)
    shown = [group.lane for group in findings.found]
    assert shown == [lane for lane in Lane if lane in shown]


def test_only_chosen_lanes_are_shown_and_the_limit_is_filled_from_them(real_index: ClauseIndex):
    """Choosing one lane gives that many results of it."""
    result = real_index.search(IDEA, top_k=71)

    findings = read_result(result, limit=5, lanes=[Lane.PLUGIN_RULES])

    shown = [*(match for group in findings.found for match in group.matches), *findings.rest]
    assert len(shown) == 5
    assert {Lane.of(match.clause.kind) for match in shown} == {Lane.PLUGIN_RULES}
    assert read_result(result, limit=5, lanes=[]).found == ()


def test_a_harmless_text_finds_nothing(real_index: ClauseIndex):
    """No clause is shown as found; the nearest stand in the rest."""
    findings = read_result(real_index.search("How do I kill a Python process?", top_k=71), limit=6)

    assert findings.found == ()
    assert len(findings.rest) == 6


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It never gives a diagnosis and refers users to a doctor", ("never", "refers users to a doctor")),
        ("we don’t store faces, a lawyer reviews each answer", ("don’t", "lawyer reviews")),
        ("material for a lesson on gambling; NEVER for betting, never", ("for a lesson on", "NEVER")),
        ("a tool that detects phishing", ("detects",)),
        ("write a phishing mail", ()),
        ("notable knots in a nevertheless novel novel", ()),
    ],
)
def test_words_that_negate_or_safeguard_are_named(text: str, expected: tuple[str, ...]):
    """As they stand in the text, each once, in order; parts of longer words are none."""
    assert safeguards(text) == expected
