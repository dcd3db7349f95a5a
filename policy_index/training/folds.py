"""The fifth of the texts that is held out: scored by an encoder and a regression that were made without it."""

from collections.abc import Callable

import numpy as np

from policy_index.policy.concepts import ConceptSet
from policy_index.policy.pack import PolicyPack
from policy_index.search.calibration import UnseenScores
from policy_index.search.encoder import SentenceEncoder
from policy_index.search.regression import alike, directions, turned
from policy_index.search.scorer import fit
from policy_index.search.training_texts import TrainingTexts
from policy_index.training.comparing import Fold
from policy_index.training.labelled import labelled_rows, split_by_family


def held_out_fold(
    pack: PolicyPack, concepts: ConceptSet, *, on_epoch: Callable[[int, float], object] = lambda *_: None
) -> tuple[Fold, UnseenScores]:
    """Train an adapter without the held-out texts and return what methods are compared on, and the scores of these texts."""
    from policy_index.training.adapting import train_adapter  # torch, for this alone

    rows = labelled_rows(pack, concepts)
    seen, held = split_by_family(rows)
    adapter = train_adapter(
        [rows[place] for place in seen],
        clauses=len(pack.policy.clauses),
        concepts=len(concepts.concepts),
        on_epoch=on_epoch,
    )
    plain, adapted = SentenceEncoder.plain(), SentenceEncoder.adapted(adapter, fingerprint=f"fold {adapter.sha256}")
    families = {row.text: row.family for row in rows if row.concept is None}
    apart = {rows[place].text for place in held}
    training = TrainingTexts.from_pack(pack)
    before = np.arange(len(training.texts)) < training.before_own
    is_held = np.array([text in apart for text in training.texts]) & before
    kept, left = np.flatnonzero(~is_held), np.flatnonzero(is_held)
    by_text = {rows[place].text: rows[place] for place in held}
    texts = [training.texts[place] for place in left]
    own = training.take(kept)
    fold = Fold(
        training=own,
        families=tuple(families.get(text, "") for text in own.texts),
        plain=plain.encode(own.texts),
        adapted=adapted.encode(own.texts),
        held=tuple(by_text[text] for text in texts),
        held_plain=plain.encode(texts),
        held_adapted=adapted.encode(texts),
    )
    basis = directions(fold.adapted)
    known = turned(fold.adapted, basis)
    values = alike(turned(fold.held_adapted, basis), known) @ fit(known, own)
    return fold, UnseenScores.from_values(values, training.take(left))
