"""`policy-index compare` and `crosswalk`: two versions of a policy, and two policies side by side."""

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from policy_index.cli.options import model_option, shelf_option
from policy_index.comparing.accepting import refuse_two_languages
from policy_index.comparing.crosswalk import Decision, clause_vectors, decisions_of
from policy_index.comparing.crosswalk import crosswalk as walk_across
from policy_index.comparing.diff import ChangeKind, Comparison
from policy_index.comparing.diff import compare as compare_policies
from policy_index.errors import ComparisonError, InputError
from policy_index.library.doors import DoorShelf
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import PolicyShelf
from policy_index.records.comparisons import ComparisonFormat, comparison_paper
from policy_index.records.crosswalks import CrosswalkFormat, crosswalk_paper
from policy_index.search.encoder import load_encoder


@click.command()
@click.argument("before")
@click.argument("after")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in ComparisonFormat]),
    default=ComparisonFormat.MARKDOWN.value,
    show_default=True,
    help="How to write it.",
)
@model_option
@shelf_option
def compare(before: str, after: str, form: str, model: str | None, shelf: PolicyShelf) -> None:
    """Say what changed from the version BEFORE to AFTER, each ID[@VERSION]: clause by clause, word by word."""
    old, new = shelf.find(before), shelf.find(after)
    comparison = compare_policies(old.policy, new.policy)
    if _leaves_doubt(comparison):
        comparison = compare_policies(old.policy, new.policy, encoder=load_encoder(model))
    for sentence in comparison.notes:
        click.echo(f"policy-index: {sentence}", err=True)
    click.echo(comparison_paper(comparison, ComparisonFormat(form), before=old, after=new), nl=False)


@click.command()
@click.argument("a")
@click.argument("b")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in CrosswalkFormat]),
    default=CrosswalkFormat.CSV.value,
    show_default=True,
    help="How to write it; `sssom` is the table of the Simple Standard for Sharing Ontological Mappings.",
)
@click.option(
    "--pair", "confirmed", multiple=True, metavar="X=Y", help="Keep that clause X of A and Y of B are counterparts."
)
@click.option("--unpair", "rejected", multiple=True, metavar="X=Y", help="Keep that X of A and Y of B are none.")
@model_option
@shelf_option
def crosswalk(  # noqa: PLR0913  # one argument an option
    a: str,
    b: str,
    *,
    form: str,
    confirmed: tuple[str, ...],
    rejected: tuple[str, ...],
    model: str | None,
    shelf: DoorShelf,
) -> None:
    """Find for each clause of policy A, ID[@VERSION], the nearest of policy B, and what has no counterpart on either side.

    What people said of pairs, here or on the page Compare, comes before what is found; it is kept where the library keeps one of
    the two policies.
    """
    first, other = shelf.find(a), shelf.find(b)
    if first is other:
        message = f"Expected two policies, got {first.spec} twice."
        raise ComparisonError(message)
    refuse_two_languages(first.policy, other.policy)
    decisions = _decided(first, other, shelf, confirmed=confirmed, rejected=rejected)
    encoder = load_encoder(model)
    found = walk_across(
        first,
        other,
        a_vectors=clause_vectors(first, encoder),
        b_vectors=clause_vectors(other, encoder),
        decisions=decisions,
        space=encoder.name,
    )
    click.echo(crosswalk_paper(found, CrosswalkFormat(form), made_on=datetime.now(UTC).date()), nl=False)


def _decided(
    a: PolicyPack, b: PolicyPack, shelf: DoorShelf, *, confirmed: Sequence[str], rejected: Sequence[str]
) -> tuple[Decision, ...]:
    """Keep what is said of pairs now, all or none of it, and return all that people said."""
    said = [
        (_clauses(pair, a, b), is_pair) for pairs, is_pair in ((confirmed, True), (rejected, False)) for pair in pairs
    ]
    library = shelf.kept
    if library is None and not said:
        return ()
    from policy_index.library.pairing import keep_pairing, pairings_of  # with SQLAlchemy, where there is a library
    from policy_index.library.values import Pairing, PairVerdict

    library = shelf.library if library is None else library
    for (one, two), is_pair in said:
        verdict = PairVerdict.CONFIRMED if is_pair else PairVerdict.REJECTED
        pairing = Pairing(before_clause_id=one, after_clause_id=two, verdict=verdict)
        keep_pairing(library, a.spec, b.spec, pairing, beside=shelf.taken)
    return decisions_of(a, b, pairings_of(library, a.spec, b.spec, beside=shelf.taken))


def _clauses(pair: str, a: PolicyPack, b: PolicyPack) -> tuple[str, str]:
    """Return the ids that `X=Y` names."""
    one, sign, two = pair.partition("=")
    if not sign:
        message = f"Expected a pair of ids, X=Y, got {pair[:80]!r}."
        raise InputError(message)
    return a.policy.clause(one.strip()).id, b.policy.clause(two.strip()).id


def _leaves_doubt(comparison: Comparison) -> bool:
    """Whether a clause that is gone may have become one that is new: then only is a model worth its loading."""
    return bool(comparison.counts[ChangeKind.ADDED] and comparison.counts[ChangeKind.REMOVED])
