"""Results stand in lanes, and lanes in their order."""

from policy_index import ClauseIndex, ClauseKind
from policy_index.report import Lane, group_by_lane


def test_every_kind_has_a_lane_and_every_lane_a_kind():
    """Explanations and statements share one."""
    assert {Lane.of(kind) for kind in ClauseKind} == set(Lane)
    assert Lane.of(ClauseKind.EXPLANATION) is Lane.of(ClauseKind.STATEMENT) is Lane.GOOD_TO_KNOW


def test_the_best_matches_are_grouped_by_lane_without_reordering(real_index: ClauseIndex):
    """The limit counts over all lanes together; within a lane the best comes first."""
    result = real_index.search("a ChatGPT plugin that emails my contacts as if I had written", top_k=71)

    groups = group_by_lane(result, limit=8)

    shown = [match for group in groups for match in group.matches]
    assert sorted(shown, key=lambda match: -match.score) == list(result.matches[:8])
    assert [group.lane for group in groups] == [lane for lane in Lane if lane in {group.lane for group in groups}]
    for group in groups:
        assert [match.score for match in group.matches] == sorted((m.score for m in group.matches), reverse=True)


def test_only_chosen_lanes_are_shown_and_the_limit_is_filled_from_them(real_index: ClauseIndex):
    """Choosing one lane gives that many results of it."""
    result = real_index.search("a dating app", top_k=71)

    (only,) = group_by_lane(result, limit=5, lanes=[Lane.PLUGIN_RULES])

    assert only.lane is Lane.PLUGIN_RULES
    assert len(only.matches) == 5
    assert group_by_lane(result, limit=5, lanes=[]) == ()
