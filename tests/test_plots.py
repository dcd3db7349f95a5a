"""Figures hold what the policy holds, in colours that can be read."""

import pytest

from policy_index import PolicyDocument
from policy_index.lanes import Lane
from policy_index.palette import LANE_COLORS
from policy_index.plots.evidence import plot_evidence_matrix
from policy_index.plots.policy import plot_policy_treemap


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


def test_the_matrix_has_a_row_a_sentence_and_a_column_a_clause(policy: PolicyDocument):
    """The first sentence on top, labelled with its number in the text; what can be hovered is whole and escaped."""
    clauses = policy.clauses[:3]
    sentences = [(2, "<b>We bake</b> bread and sell it to every village in the whole district"), (7, "Short")]

    figure = plot_evidence_matrix(sentences, clauses, [[0.1, 0.2, 0.3], [0.4, 0.5, 0.9]], name="probability")

    (heat,) = figure.data
    assert [list(row) for row in heat.z] == [[0.1, 0.2, 0.3], [0.4, 0.5, 0.9]]
    assert [label.split(".")[0] for label in heat.y] == ["2", "7"]
    assert list(heat.x) == [clause.name for clause in clauses]
    assert figure.layout.yaxis.autorange == "reversed"
    assert (heat.zmin, heat.zmax) == (0, 1)
    assert "probability" in heat.hovertemplate
    assert "<b>We bake" not in str(heat.y) + str(heat.customdata)
    assert "whole district" in heat.customdata[0][0].replace("<br>", " ")


@pytest.mark.parametrize("lane", list(Lane))
def test_white_words_on_a_lanes_colour_can_be_read(lane: Lane):
    """Contrast of at least 4.5 to 1, WCAG 2.2 success criterion 1.4.3."""

    def luminance(color: str) -> float:
        channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert (1 + 0.05) / (luminance(LANE_COLORS[lane]) + 0.05) >= 4.5
