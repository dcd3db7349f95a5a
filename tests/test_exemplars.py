"""Exemplars are validated at load, and a wrong line is named."""

import json
import re
from collections import Counter

import numpy as np
import pytest

from policy_index import ClauseIndex, ExemplarError, ExemplarSet, Policy, SentenceEncoder, load_shelf
from policy_index.search.scorer import ClauseScorer

GOOD = '{"clause_id": "health", "text": "what is this rash"}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            '{"clause_id": "healthy", "text": "hm"}',
            "Line 2 of the exemplars: expected the id of a clause or null, got 'healthy'.",
        ),
        ('{"clause_id": "health", "text": " \\n"}', "Line 2 of the exemplars: expected a text, got a blank one."),
        (
            '{"clause_id": "malware", "text": "What is  this RASH"}',
            "Line 2 of the exemplars: expected a new text, got the one of line 1 again.",
        ),
        (
            "not JSON",
            'Line 2 of the exemplars: expected {"clause_id": id or null, "text": "..."}, got “not JSON”.',
        ),
        (
            '{"clause_id": "health"}',
            'Line 2 of the exemplars: expected {"clause_id": id or null, "text": "..."}, got “{"clause_id": "health"}”.',
        ),
        (
            '{"clause_id": "health", "text": 3}',
            'Line 2 of the exemplars: expected {"clause_id": id or null, "text": "..."}, got values of other types.',
        ),
        ("", 'Line 2 of the exemplars: expected {"clause_id": id or null, "text": "..."}, got “”.'),
    ],
)
def test_a_line_that_cannot_be_used_is_named(policy: Policy, line: str, message: str):
    """Unknown id, blank text, duplicate, wrong shape."""
    with pytest.raises(ExemplarError) as caught:
        ExemplarSet.from_jsonl(f"{GOOD}\n{line}\n", policy=policy)

    assert str(caught.value) == message


def test_exemplars_are_grouped_by_clause_and_harmless_ones_stand_apart(policy: Policy):
    """Every clause has an entry, in document order, be it empty."""
    lines = [GOOD, json.dumps({"clause_id": None, "text": "Boil an egg"})]
    lines.append(json.dumps({"clause_id": None, "text": "Kill a process", "hard": True}))

    exemplars = ExemplarSet.from_jsonl("\n".join(lines), policy=policy)

    assert list(exemplars.by_clause) == [clause.id for clause in policy]
    assert exemplars.by_clause["health"] == ("what is this rash",)
    assert exemplars.harmless == ("Boil an egg", "Kill a process")
    assert exemplars.hard == {"Kill a process"}
    assert exemplars.counts().total() == 1


def test_the_digest_changes_with_any_text(policy: Policy):
    """Stored vectors are taken only for the exemplars that they were made from."""
    first = ExemplarSet.from_jsonl(GOOD, policy=policy)
    second = ExemplarSet.from_jsonl(GOOD.replace("rash", "bump"), policy=policy)

    assert first.sha256 != second.sha256
    assert first.sha256 == ExemplarSet.from_jsonl(GOOD + "\n", policy=policy).sha256


# What a machine can check of the review checklist in the README


def content_words(text: str) -> set[str]:
    """Return the words of four letters and more that carry meaning."""
    common = {"that", "with", "this", "from", "such", "have", "they", "their", "other", "models", "content", "activity"}
    return set(re.findall(r"[a-z]{4,}", text.casefold())) - common


def citable(policy: Policy) -> list[str]:
    return [clause.id for clause in policy if clause.citable]


def test_every_citable_clause_has_thirty_exemplars_of_all_lengths(policy: Policy):
    """Six keywords, three long ones of 40 words and more, none above 80 words."""
    exemplars = load_shelf().default.exemplars

    for clause_id in citable(policy):
        lengths = [len(text.split()) for text in exemplars.by_clause[clause_id]]
        assert len(lengths) >= 30, clause_id
        assert sum(length <= 3 for length in lengths) >= 6, clause_id
        assert sum(length >= 40 for length in lengths) >= 3, clause_id
        assert max(lengths) <= 80, clause_id


def test_eight_hundred_harmless_texts_half_of_them_hard():
    """Short and long ones among them."""
    exemplars = load_shelf().default.exemplars
    lengths = [len(text.split()) for text in exemplars.harmless]

    assert len(exemplars.harmless) >= 800
    assert len(exemplars.hard) >= 400
    assert sum(length <= 3 for length in lengths) >= 40
    assert sum(length >= 40 for length in lengths) >= 20


def test_exemplars_are_no_paraphrase_of_their_clause(policy: Policy):
    """On average at most a quarter of an exemplar's content words are the clause's."""
    exemplars = load_shelf().default.exemplars

    for clause in policy:
        if clause.citable:
            words = content_words(clause.text)
            shares = [
                len(content_words(text) & words) / max(1, len(content_words(text)))
                for text in exemplars.by_clause[clause.id]
            ]
            assert np.mean(shares) <= 0.25, clause.id


def test_openings_vary():
    """No first three words begin more than one in fifty exemplars."""
    exemplars = load_shelf().default.exemplars
    texts = [text for own in exemplars.by_clause.values() for text in own if len(text.split()) > 3]
    openings = Counter(" ".join(text.casefold().split()[:3]) for text in texts)

    assert openings.most_common(1)[0][1] <= len(texts) / 50


def test_no_two_exemplars_are_near_duplicates_within_or_across_clauses(real_index: ClauseIndex):
    """Cosine of the published model's last layer below 0.95: no leakage between clauses, and none into the harmless texts.

    Only pairs that the adapted model finds alike too are encoded again; those above 0.9 had at least 0.91 there, so 0.8 is wide.
    """
    exemplars = real_index.exemplars
    texts = [*(text for own in exemplars.by_clause.values() for text in own), *exemplars.harmless]
    assert isinstance(real_index.scorer, ClauseScorer)
    known = real_index.scorer.vectors[: len(texts)].astype(np.float32)
    pairs = np.argwhere(np.triu(known @ known.T, k=1) > 0.8)
    some = np.unique(pairs)
    last = dict(zip(some, SentenceEncoder.plain().encode([texts[place] for place in some])[:, :384], strict=True))

    def cosine(a: int, b: int) -> float:
        return float(last[a] @ last[b] / np.linalg.norm(last[a]) / np.linalg.norm(last[b]))

    assert len(pairs) > 10
    assert [(texts[a], texts[b]) for a, b in pairs if cosine(a, b) > 0.95] == []
