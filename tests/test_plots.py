"""Figures hold what the policy holds, in colours that can be read."""

import itertools
from collections import Counter

import pytest
from other_policies import long_pack, pack_of

from policy_index import Policy, PolicyPack
from policy_index.plots.accuracy import plot_recall_by_category
from policy_index.plots.colouring import by_prompts
from policy_index.plots.evidence import plot_evidence_matrix
from policy_index.plots.labels import narrow, told_apart, wrapped
from policy_index.plots.palette import ALIKE, CHECKED, LANE_COLORS, NEUTRAL, similarity_color
from policy_index.plots.policy import ROOT, plot_policy_treemap
from policy_index.policy.contents import contents_of
from policy_index.policy.lanes import Lane


def test_the_treemap_holds_every_clause_once_under_its_group(pack: PolicyPack):
    """71 leaves of area 1; groups in their sections, without an area of their own; a section of one group is that group's tile."""
    tiles = plot_policy_treemap(pack).data[0]

    places = dict(zip(tiles.ids, zip(tiles.parents, tiles.values, strict=True), strict=True))
    groups = Counter(group.section for group in pack.policy.groups)
    several = {section.title: f"section:{section.id}" for section in pack.policy.sections if groups[section.title] > 1}
    assert len(places) == len(tiles.ids) == 1 + len(several) + 20 + 71
    for group in pack.policy.groups:
        assert places[f"group:{group.id}"] == (several.get(group.section, ROOT), 0)
        assert places.get(several.get(group.section, ""), (ROOT, 0)) == (ROOT, 0)
        for clause in group.clauses:
            assert places[clause.id] == (f"group:{group.id}", 1)


def test_the_treemap_of_a_policy_without_categories_is_nested_as_its_headings_are():
    """A heading without clauses of its own is a tile too; every parent is a tile, and no tile stands there twice."""
    pack = pack_of(
        "# Rules\n\n## Use\n\n### Never\n\n- Do not spy.\n\n### Always\n\n- Be kind.\n\n## End\n\nThat is all.\n"
    )

    tiles = plot_policy_treemap(pack).data[0]

    names = dict(zip(tiles.ids, (label.split(" · ")[0] for label in tiles.labels), strict=True))
    parents = dict(zip(tiles.ids, tiles.parents, strict=True))

    def path(node: str) -> list[str]:
        return [names[node], *path(parents[node])] if node else []

    assert len(names) == len(tiles.ids)
    assert set(tiles.parents) <= {"", *names}
    spying, kindness, end = (path(clause.id)[1:] for clause in pack.policy)
    assert spying == ["<b>Never</b>", "Use", "Rules"]
    assert kindness == ["<b>Always</b>", "Use", "Rules"]
    assert end == ["<b>End</b>", "Rules"]


def test_the_contents_hold_every_group_once_and_nest_nine_deep_at_most():
    """Deeper headings stand at the ninth level: no page or program has to follow them without end."""
    pack = pack_of("".join(f"{'#' * level} Level {level}\n\nDo not {level}.\n\n" for level in range(1, 40)))

    level, depth, seen = contents_of(pack.policy), 0, []
    while level:
        depth += 1
        seen += [group.id for heading in level for group in heading.groups]
        level = tuple(inside for heading in level for inside in heading.inside)

    assert depth == 9
    assert sorted(seen) == sorted(group.id for group in pack.policy.groups)


@pytest.mark.parametrize("clauses", [1, 5000])
def test_a_policy_of_any_length_is_drawn(clauses: int):
    """An area a clause; of a very long policy the clauses of the opened group alone have tiles, and the chosen one's group is marked."""
    pack = long_pack(clauses)

    tiles = plot_policy_treemap(pack).data[0]

    assert sum(tiles.values) == clauses
    assert len(tiles.ids) <= max(4, clauses // 10)
    chosen, group = pack.policy.clauses[-1], pack.policy.groups[-1]
    marked = plot_policy_treemap(pack, chosen=chosen.id).data[0]
    (place,) = (place for place, width in enumerate(marked.marker.line.width) if width == 4)
    assert marked.ids[place] == (chosen.id if clauses == 1 else f"group:{group.id}")
    opened = plot_policy_treemap(pack, group_id=group.id).data[0]
    assert {clause.id for clause in group.clauses} <= set(opened.ids)
    assert sum(opened.values) == clauses
    counts = tuple((clause.id, 1) for clause in pack.policy if clause.citable)
    assert sum(plot_policy_treemap(pack, colouring=by_prompts(pack, counts)).data[0].values) == clauses


def test_markup_in_a_policy_is_text_on_its_pictures():
    """In titles, headings and clauses."""
    pack = pack_of("# <b>Rules</b>\n\n## <i>Use</i>\n\n- Do not `<u>spy</u>` on <script>people</script>.\n")

    drawn = (
        plot_policy_treemap(pack).to_json()
        + plot_policy_treemap(pack, group_id=pack.policy.groups[0].id, chosen=pack.policy.clauses[0].id).to_json()
    )

    for markup in ("<i>", "<u>", "<script>", "\\u003cscript"):
        assert markup not in drawn


def test_the_matrix_has_a_row_a_sentence_and_a_column_a_clause(policy: Policy):
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
    assert "Probability" in heat.hovertemplate
    assert "<b>We bake" not in str(heat.y) + str(heat.customdata)
    assert "whole district" in heat.customdata[0][0].replace("<br>", " ")


def test_names_on_an_axis_are_told_apart():
    """Two clauses of one name have a column each."""
    assert told_apart(["Spam", "Fraud", "Spam", "Spam"]) == ["Spam", "Fraud", "Spam (2)", "Spam (3)"]
    assert len(set(told_apart(["a", "a (2)", "a", "a"]))) == 4


def test_words_on_figures_are_escaped_broken_and_cut_between_words():
    """A word without end is cut all the same."""
    assert wrapped("one <two> three", 9) == "one &lt;two&gt;<br>three"
    assert wrapped("one two three", 40, letters=9) == "one two …"
    assert len(wrapped("x" * 1000, 40, letters=100).replace("<br>", "")) == 100


def test_no_line_on_a_small_tile_is_longer_than_its_width():
    """Long words are broken with a hyphen, a few letters at least on the last line; nothing is markup."""
    assert narrow("Hate", 10, letters=26) == "Hate"
    assert narrow("Not a sole source", 10, letters=26) == "Not a sole<br>source"
    assert narrow("Protected characteristics", 10, letters=26) == "Protected<br>character-<br>istics"
    assert narrow("Astroturfing", 10, letters=26) == "Astroturf-<br>ing"
    assert narrow("a <b", 10, letters=26) == "a &lt;b"
    assert narrow("x" * 1000, 10, letters=26).replace("-<br>", "") == "x" * 25 + "…"


def test_a_measured_category_that_the_policy_no_longer_names_is_drawn_by_its_id():
    """Instead of an error."""
    (bars,) = plot_recall_by_category([{"label": "gone", "recall_at_1": 0.5, "texts": 2}], {}).data

    assert list(bars.y) == ["gone"]


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of `#rrggbb` or `rgb(r, g, b)`."""
    if color.startswith("#"):
        eighths = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    else:
        eighths = [int(each) for each in color.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (each / 255 for each in eighths)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("lane", list(Lane))
def test_white_words_on_a_lanes_colour_can_be_read(lane: Lane):
    """Contrast of at least 4.5 to 1, WCAG 2.2 success criterion 1.4.3."""
    assert contrast(LANE_COLORS[lane], "#ffffff") >= 4.5


def test_marks_can_be_told_from_a_light_and_a_dark_page(pack: PolicyPack):
    """Contrast of at least 3 to 1 with both backgrounds of the theme, WCAG 2.2 success criterion 1.4.11; dealt ones too."""
    marks = [*pack.marks.values(), *long_pack(400).marks.values()]

    for color in {CHECKED, ALIKE, *(mark.color for mark in marks)}:
        assert contrast(color, "#ffffff") >= 3
        assert contrast(color, "#12141a") >= 3


@pytest.mark.parametrize("score", [-1, 0, 0.25, 0.5, 0.75, 1, 2])
def test_white_words_can_be_read_on_every_colour_of_similarity(score: float):
    """Contrast of at least 4.5 to 1, WCAG 2.2 success criterion 1.4.3."""
    assert contrast(similarity_color(score), "#ffffff") >= 4.5


def test_the_scale_of_similarity_goes_from_neutral_to_its_own_colour():
    """Halfway stands the middle of both, (91, 98, 112) and (0, 127, 112); what lies outside has the colour of the end."""
    assert similarity_color(0.5) == "rgb(46, 112, 112)"
    for score, color in ((-0.5, NEUTRAL), (0.0, NEUTRAL), (1.0, ALIKE), (1.5, ALIKE)):
        assert luminance(similarity_color(score)) == pytest.approx(luminance(color))


def test_each_category_has_a_colour_of_its_own_and_neighbours_differ_in_symbol_too(pack: PolicyPack):
    """Of the bundled policy by its pack, of another one as they are dealt out: no meaning hangs on colour alone."""
    colors = {pack.marks[category.id].color for category in pack.policy.categories}
    assert len(colors) == len(pack.policy.categories) == 14

    for each in (pack, long_pack(400)):
        marks = [each.marks[group.id] for group in each.policy.groups]
        divided = [mark for mark in marks if mark.color != "#7d8594"]
        assert all(one.symbol != other.symbol for one, other in itertools.pairwise(divided))
