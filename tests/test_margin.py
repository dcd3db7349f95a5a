"""A brief beside its text: telling passages, what is remembered of them, what a person says of their clauses."""

import csv
import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import DAY, brief_of
from support import LetterEncoder, few_exemplars, letter_index

from policy_index import Brief, ClauseIndex, ExemplarSet, PolicyPack, load_shelf, write_brief
from policy_index.brief import Answer, Margin, PassageMemory, Remark
from policy_index.brief.margin import LONGEST_PASSAGE, paragraphs, with_passage
from policy_index.brief.near_examples import ExamplePair, near_examples
from policy_index.policy.document import Span
from policy_index.policy.twins import Stance
from policy_index.records.papers import PaperFormat, paper
from policy_index.search.score_table import ScoreTable

TEXT = "We bake bread. A dating app for farmers.\n\nIt never shows photos. We sell tote bags."


def telling(brief: Brief, *passages: tuple[int, int, int]) -> Brief:
    """Return the brief with one entry for each (clause, start, end), and no other."""
    entries = [
        replace(entry, passages=(replace(entry.passages[0], span=Span(start=start, end=end)),))
        for entry, (_, start, end) in zip((*brief.entries, *brief.rest), passages, strict=False)
    ]
    return replace(brief, entries=tuple(entries), rest=())


@cache
def _brief() -> Brief:
    return brief_of(TEXT)


@pytest.fixture
def brief() -> Brief:
    """A brief in which every clause is likely."""
    return _brief()


@given(
    cuts=st.lists(st.tuples(st.integers(0, len(TEXT) - 2), st.integers(1, 40)), max_size=6),
)
def test_stretches_give_the_text_back_and_no_two_telling_ones_overlap(cuts: list[tuple[int, int]]):
    """Whatever carries the clauses; and each clause stands beside one passage for each of its passages."""
    made = telling(_brief(), *((0, start, min(start + length, len(TEXT))) for start, length in cuts))
    margin = Margin.of(made)

    assert "".join(each.span.slice(TEXT) for each in margin.stretches) == TEXT
    assert sum(len(each.notes) for each in margin.passages) == len(made.entries)
    assert all(
        each.span.start <= note.evidence.span.start < each.span.end for each in margin.passages for note in each.notes
    )


def test_evidence_that_overlaps_stands_beside_one_passage(brief: Brief):
    """Two clauses of neighbouring sentences: one passage of both, two notes; the sentences that are left are clear."""
    margin = Margin.of(telling(brief, (0, 0, 14), (1, 5, 40)))

    (passage,) = margin.passages
    assert passage.span == Span(start=0, end=40)
    assert len(passage.notes) == 2
    assert (margin.sentences, margin.clear) == (4, 2)


def test_a_passage_ends_where_it_would_become_too_long():
    """In a paragraph without end, where each clause's words overlap the next one's."""
    text = "We bake bread. " * 100
    made = telling(brief_of(text), (0, 0, 500), (1, 300, 900), (2, LONGEST_PASSAGE - 10, 1200), (3, 1100, 1500))

    # The second one overlaps the first and is taken in; the third begins when 900 characters are reached, and ends the passage.
    assert [(each.span.start, each.span.end, len(each.notes)) for each in Margin.of(made).passages] == [
        (0, LONGEST_PASSAGE - 10, 2),
        (LONGEST_PASSAGE - 10, 1100, 1),
        (1100, 1500, 1),
    ]


def test_a_text_of_which_nothing_is_told_is_one_clear_stretch(brief: Brief):
    """All of its sentences are clear."""
    margin = Margin.of(replace(brief, entries=()))

    assert [each.span for each in margin.stretches] == [Span(start=0, end=len(TEXT))]
    assert (margin.sentences, margin.clear, margin.passages) == (4, 4, ())


@given(text=st.text(alphabet="ab \n", max_size=60))
def test_paragraphs_joined_are_the_span(text: str):
    """Blank lines stand at the end of the paragraph before them."""
    parts = paragraphs(text, Span(start=0, end=len(text)))
    assert "".join(part.slice(text) for part in parts) == text


def test_with_a_memory_only_what_an_edit_changes_is_encoded():
    """The sentence and its neighbours in the same paragraph; and the brief is the one that is written without a memory."""
    encoder = LetterEncoder()
    index = letter_index(load_shelf().default, encoder, probability=0.9)
    memory = PassageMemory()
    write_brief(index, TEXT, memory=memory)
    encoder.encoded.clear()
    changed = TEXT.replace("tote bags", "mugs")

    after = write_brief(index, changed, memory=memory)

    assert encoder.encoded == ["It never shows photos. We sell mugs."]  # three words alone say too little
    anew = write_brief(index, changed)
    assert [(each.clause.id, each.likelihood) for each in after.entries] == [
        (each.clause.id, each.likelihood) for each in anew.entries
    ]


def test_with_a_memory_only_what_an_edit_changes_is_compared_and_every_number_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
):
    """Edit after edit, back again, and under another policy; the whole table of sentences and clauses."""
    index = letter_index(load_shelf().default, LetterEncoder(), probability=0.9)
    other = letter_index(few_exemplars(load_shelf().default), LetterEncoder(), probability=0.9)
    compared: list[int] = []
    score = ClauseIndex.score_vectors

    def counted(self: ClauseIndex, texts: Sequence[str], *given: Any, **more: Any) -> ScoreTable:
        compared.append(len(texts))
        return score(self, texts, *given, **more)

    monkeypatch.setattr(ClauseIndex, "score_vectors", counted)
    memory = PassageMemory()
    wordings = [TEXT, TEXT.replace("tote bags", "mugs"), TEXT.replace("dating", "weather"), TEXT, "We sell mugs.", TEXT]

    for place, text in enumerate(wordings):
        under = other if place == 3 else index
        made, anew = write_brief(under, text, memory=memory), write_brief(under, text)
        np.testing.assert_allclose(made.grid, anew.grid, atol=1e-6)
        assert [each.clause.id for each in made.entries] == [each.clause.id for each in anew.entries]
        assert [each.passages[0].span for each in made.entries] == [each.passages[0].span for each in anew.entries]
        assert [each.likelihood.value for each in made.entries] == pytest.approx(
            [each.likelihood.value for each in anew.entries], abs=1e-6
        )

    # Of the first two edits only what they change: with a memory, and each anew.
    assert compared[2] < compared[3]
    assert compared[4] < compared[5]


def test_a_memory_forgets_what_there_is_no_room_for_and_other_encoders():
    """Never more than it may hold, those that were asked for last."""
    encoder = LetterEncoder()
    memory = PassageMemory(most=3).before(encoder)
    memory.encode(["one", "two"])
    found = memory.encode(["three", "four"])
    encoder.encoded.clear()

    assert (memory.encode(["three", "four"]) == found).all()
    assert encoder.encoded == []
    assert len(memory) == 3

    memory.before(LetterEncoder("letters-2"))
    assert len(memory) == 0


def test_a_new_wording_stands_where_the_passage_stood():
    """And nothing else moves."""
    assert with_passage("abc def ghi", Span(start=4, end=7), "x") == "abc x ghi"


def test_what_a_person_says_is_taken_along_as_their_own_words(brief: Brief):
    """In each format, marked as theirs; a formula or markup in it does nothing."""
    clause = brief.entries[0].clause.id
    remark = Remark.from_words("does-not-apply", "  =1+1 we <b>never</b>\n ship it ")
    said = brief.with_remarks({clause: remark, brief.entries[1].clause.id: Remark.from_words("done")})
    write = partial(paper, said, made_on=DAY)

    assert remark.words == "Does not apply, because =1+1 we <b>never</b> ship it"
    first, second, third = [
        entry for lane in json.loads(write(PaperFormat.JSON))["lanes"] for entry in lane["entries"]
    ][:3]
    assert first["remark"] == {"answer": "does-not-apply", "why": "=1+1 we <b>never</b> ship it"}
    assert second["remark"] == {"answer": "done", "why": ""}
    assert third["remark"] is None
    row = next(csv.DictReader(io.StringIO(write(PaperFormat.CSV))))
    assert (row["your_answer"], row["your_reason"]) == ("does-not-apply", "'=1+1 we <b>never</b> ship it")
    markdown, html = write(PaperFormat.MARKDOWN), write(PaperFormat.HTML)
    assert markdown.count("In the words of whoever took this brief along") == 2
    assert "we \\<b\\>never\\</b\\> ship it" in markdown
    assert "we &lt;b&gt;never&lt;/b&gt; ship it" in html
    assert html.count('class="remark"') == 2


def test_an_answer_that_is_none_is_refused():
    """What comes from a browser may be anything."""
    with pytest.raises(ValueError, match="yes"):
        Remark.from_words("yes")
    assert {each.words for each in Answer} == {"We do this already", "Does not apply"}


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> ClauseIndex:
    """An index of the bundled policy with one example a clause and four families of twins, by letters."""
    pack, folder = load_shelf().default, tmp_path_factory.mktemp("pack") / "few"
    folder.mkdir()
    for name in ("policy.md", "pack.toml", "names.json"):
        shutil.copy(pack.folder / name, folder / name)
    _write(
        folder / "exemplars.jsonl",
        [{"clause_id": each.id, "text": each.text[:40]} for each in pack.policy if each.citable],
    )
    _write(
        folder / "twins.jsonl", [asdict(twin) for family in pack.twins.pairs("illegal-activity")[:4] for twin in family]
    )
    return ClauseIndex.from_pack(PolicyPack.from_folder(folder), LetterEncoder())


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")


def test_the_nearest_families_show_both_sides_of_a_line_and_what_separates_them(fitted: ClauseIndex):
    """A twin is nearest to itself; the words that only one of the two has are named."""
    family = fitted.pack.twins.pairs("illegal-activity")[0]

    pairs = near_examples(fitted, family[0].text, fitted.policy.clause("illegal-activity"))

    assert pairs[0].touches == family[0].text
    assert pairs[0].other in {twin.text for twin in family if twin.stance is not Stance.DOES}
    assert pairs[0].taken_out or pairs[0].put_in
    assert all(words in " ".join(pairs[0].touches.split()) for words in pairs[0].taken_out)
    assert len(pairs) == 3


def test_where_no_twins_were_written_the_nearest_examples_of_either_side_stand_there():
    """A clause's own ones, and harmless ones, of which this policy has none."""
    index = ClauseIndex.from_pack(few_exemplars(load_shelf().default), LetterEncoder())
    clause = index.policy.clause("adult-content")

    assert near_examples(index, "A dating app", clause) == (ExamplePair(touches=clause.text[:40], other=""),)


def test_a_policy_without_examples_has_none_to_compare_with():
    """And the passage is not even encoded."""
    encoder = LetterEncoder()
    pack = load_shelf().default
    index = ClauseIndex.from_pack(pack.with_exemplars(ExemplarSet.empty(pack.policy)), encoder)
    encoder.encoded.clear()

    assert near_examples(index, "bread", index.policy.clauses[0]) == ()
    assert encoder.encoded == []
