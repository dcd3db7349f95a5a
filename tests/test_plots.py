"""Figures hold what the policy holds, in colours that can be read."""

import pytest

from policy_index import PolicyDocument
from policy_index.palette import LANE_COLORS
from policy_index.plots.policy import plot_policy_treemap
from policy_index.report import Lane


def test_the_treemap_holds_every_clause_once_under_its_group(policy: PolicyDocument):
    """71 leaves of area 1; groups in their 6 sections, without an area of their own."""
    tiles = plot_policy_treemap(policy).data[0]

    places = dict(zip(tiles.ids, zip(tiles.parents, tiles.values, strict=True), strict=True))
    assert len(places) == len(tiles.ids) == 1 + 6 + 20 + 71
    sections = {section.title: f"section:{section.id}" for section in policy.sections}
    for group in policy.groups:
        assert places[f"group:{group.id}"] == (sections[group.section], 0)
        assert places[sections[group.section]] == ("policy", 0)
        for clause in group.clauses:
            assert places[clause.id] == (f"group:{group.id}", 1)


@pytest.mark.parametrize("lane", list(Lane))
def test_white_words_on_a_lanes_colour_can_be_read(lane: Lane):
    """Contrast of at least 4.5 to 1, WCAG 2.2 success criterion 1.4.3."""

    def luminance(color: str) -> float:
        channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert (1 + 0.05) / (luminance(LANE_COLORS[lane]) + 0.05) >= 4.5
