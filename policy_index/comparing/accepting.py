"""Whether two versions can be compared, and what a reader should know of the pair."""

from policy_index.comparing.wording import words_of
from policy_index.errors import ComparisonError
from policy_index.policy.document import Policy
from policy_index.search.languages import NAMES, likeliest
from policy_index.words import long_day

MOST_CLAUSES = 20_000
"""Clauses of the longest version that is compared."""

_SAMPLE = 20_000
"""Characters by which a version's language is told."""

_SURE = 0.95
"""Probability from which a version's language counts as known."""

_FEWEST_LETTERS = 200
"""Letters below which no language can be told."""

_ONE_LANGUAGE = 0.5
"""Share of the words of one version that the other has too, from which both are surely in one language, without asking."""


def accept_pair(before: Policy, after: Policy) -> tuple[str, ...]:
    """Return sentences on what a reader should know of this pair; often none.

    Raises:
        ComparisonError: A version has no clause or too many, or the two are in different languages.
    """
    for policy in (before, after):
        accept_size(policy)
    refuse_two_languages(before, after)
    notes = []
    if before.provenance.name != after.provenance.name:
        notes.append(
            f"These are two policies, {before.provenance.name} and {after.provenance.name}, not two versions of one."
        )
    if before.sha256 == after.sha256:
        notes.append("Both texts are the same, letter for letter.")
    elif before.updated is not None and before.updated == after.updated:
        notes.append(f"Both versions have one date, {long_day(before.updated)}: which came first is not known.")
    if before.updated is not None and after.updated is not None and before.updated > after.updated:
        notes.append(
            f"The first version, of {long_day(before.updated)}, is the later one: what reads as added was there and is gone."
        )
    return tuple(notes)


def accept_size(policy: Policy) -> None:
    """Refuse what has nothing to compare, or more than can be compared in time.

    Raises:
        ComparisonError: It has no clause, or more than `MOST_CLAUSES`.
    """
    number = len(policy.clauses)
    if not 1 <= number <= MOST_CLAUSES:
        message = f"Expected a version with 1 to {MOST_CLAUSES:,} clauses, got {number:,} in {policy.provenance.cite('the whole text')}."
        raise ComparisonError(message)


def refuse_two_languages(before: Policy, after: Policy) -> None:
    """Refuse two texts that are surely in different languages; where it is in doubt, they are taken for one.

    Raises:
        ComparisonError: They are.
    """
    own = {word for clause in before for word in words_of(clause.text)}
    words = [word for clause in after for word in words_of(clause.text)]
    if sum(word in own for word in words) > _ONE_LANGUAGE * len(words):
        return
    languages = [_language(policy) for policy in (before, after)]
    if None not in languages and languages[0] != languages[1]:
        message = (
            f"Expected two texts in one language, got {languages[0]} in {before.provenance.name} ({before.provenance.version}) and "
            f"{languages[1]} in {after.provenance.name} ({after.provenance.version})."
        )
        raise ComparisonError(message)


def _language(policy: Policy) -> str | None:
    text = " ".join(clause.text for clause in policy)[:_SAMPLE]
    if sum(map(str.isalpha, text)) < _FEWEST_LETTERS:
        return None
    code, probability = likeliest(text)
    return NAMES[code] if probability >= _SURE else None
