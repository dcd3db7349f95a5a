"""Ids that stay from version to version where a clause stays the same."""

from collections import defaultdict, deque
from collections.abc import Collection, Mapping

from policy_index.policy.document import Clause, Policy, Span
from policy_index.policy.edits import Rename, apply_edits
from policy_index.policy.exemplars import folded_text


def with_ids_of(policy: Policy, older: Policy) -> Policy:
    """Return the policy in which every clause that the older one has too, word for word, has the id that it has there.

    Words are compared without capitals and white space. Of several clauses with the same words those in the section of the
    same title belong together, and then each to the next in order. A clause with other words keeps its own id; where
    that now is another's, it gets a number.
    """
    return apply_edits(policy, renames_of(policy, older)).policy


def renames_of(policy: Policy, older: Policy, *, kept: Collection[Span] = ()) -> tuple[Rename, ...]:
    """Return the edits that give the policy's clauses the ids of the older one, in an order in which each fits.

    Args:
        policy: The policy.
        older: Another version of it.
        kept: Spans of clauses whose ids somebody chose; they stay.
    """
    fixed = set(kept)
    held = {clause.id for clause in policy if clause.span in fixed}
    wanted = {
        clause.id: found for clause, found in _pairs(policy, older) if clause.span not in fixed and found not in held
    }
    taken = held | set(wanted.values())
    goals = dict(wanted)
    for clause in policy:
        if clause.id not in wanted and clause.span not in fixed:
            goals[clause.id] = _free(clause.id, taken)
            taken.add(goals[clause.id])
    return _in_order({now: goal for now, goal in goals.items() if now != goal}, policy)


def _pairs(policy: Policy, older: Policy) -> list[tuple[Clause, str]]:
    """Return the clauses that the older policy has too, each with its id there."""
    same_place: defaultdict[tuple[str, str], deque[str]] = defaultdict(deque)
    for clause in older:
        same_place[clause.section, folded_text(clause.text)].append(clause.id)
    found, left = [], []
    for clause in policy:
        ids = same_place[clause.section, folded_text(clause.text)]
        if ids:
            found.append((clause, ids.popleft()))
        else:
            left.append(clause)
    anywhere: defaultdict[str, deque[str]] = defaultdict(deque)
    used = {clause_id for _, clause_id in found}
    for clause in older:
        if clause.id not in used:
            anywhere[folded_text(clause.text)].append(clause.id)
    again = [(clause, anywhere[folded_text(clause.text)]) for clause in left]
    return found + [(clause, ids.popleft()) for clause, ids in again if ids]


def _free(wanted: str, taken: Collection[str]) -> str:
    chosen, number = wanted, 1
    while chosen in taken:
        number += 1
        chosen = f"{wanted}-{number}"
    return chosen


def _in_order(goals: Mapping[str, str], policy: Policy) -> tuple[Rename, ...]:
    """Return renames of which none takes an id that a clause still has; a ring of them is opened by a name for the while."""
    spans = {clause.id: clause.span for clause in policy}
    there = set(spans)
    waiting = dict(goals)
    steps: list[Rename] = []
    while waiting:
        now = next(iter(waiting))
        chain = [now]
        while waiting[chain[-1]] in waiting and waiting[chain[-1]] != now:
            chain.append(waiting[chain[-1]])
        if waiting[chain[-1]] == now:
            between = _free(f"{now}-moved", there | set(goals.values()))
            steps.append(Rename(clause=spans[now], id=between))
            last = chain[1:]
        else:
            last = chain
        steps += [Rename(clause=spans[each], id=waiting[each]) for each in reversed(last)]
        if last is not chain:
            steps.append(Rename(clause=spans[now], id=waiting[now]))
        for each in chain:
            del waiting[each]
    return tuple(steps)
