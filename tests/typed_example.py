"""How a program uses the package; mypy checks it strictly, and `test_package.py` runs it."""

from policy_index import (
    Band,
    Brief,
    ClauseIndex,
    Lane,
    PolicyIndexError,
    PolicyPack,
    load_index,
    load_shelf,
    write_brief,
)


def answer(text: str, *, policy: str | None = None) -> list[tuple[str, Band | None]]:
    """Return the citations of the nearest clauses, each with its band; empty where the text cannot be used."""
    pack: PolicyPack = load_shelf().find(policy)
    index: ClauseIndex = load_index(pack)
    try:
        return [(match.clause.citation, match.likelihood.band) for match in index.search(text, top_k=3).matches]
    except PolicyIndexError:
        return []


def what_to_do(text: str) -> list[str]:
    """Return what our readings say to do about the clauses that stand in the way."""
    brief: Brief = write_brief(load_index(), text, facts=load_shelf().default.facts.chosen(["consumer-facing"]))
    entries = [*brief.lanes.get(Lane.NOT_ALLOWED, ()), *brief.lanes.get(Lane.ONLY_IF, ())]
    return [todo.text for entry in entries if entry.reading is not None for todo in entry.reading.todo]
