"""A text under twenty policies against the same text under one: run with `pytest tests/benchmarks/test_speed_of_spread.py --no-cov`."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from ratios import Report, seconds

from policy_index import ClauseIndex, PolicyPack, Provenance, load_index, load_shelf, parse_policy, write_brief
from policy_index.batch.layout import Source
from policy_index.batch.matching import Memory, Plan, match_table
from policy_index.batch.several import Memories, match_under
from policy_index.batch.tables import look_through, windows
from policy_index.comparing.spread import spread

POLICIES = 20
PAIRS = 15

SENTENCE = "A dating app for farmers that checks whether its users are ill."
IDEA = (
    "We build an app for small lenders. It reads the bank statements and the messages of people who ask for a loan, and says who "
    "will pay back. Whoever is refused gets a letter that our model has written, with the reasons. A clerk may look at the decision, "
    "but need not. Later we want to sell the same scores to landlords and to employers, who ask us for them every week. People under "
    "eighteen are not served. The app also answers questions on how to get out of debt, in a voice that sounds like a friend's."
)


def invented(number: int) -> PolicyPack:
    """Return a policy of sixty clauses, no two policies alike."""
    own = texts()[number * 60 : number * 60 + 60]
    provenance = Provenance(publisher="Invented", title=f"Rules {number}", updated=date(2026, 1, 1))
    policy = parse_policy("# Rules\n\n" + "".join(f"- You must not: {text}\n" for text in own), provenance=provenance)
    return PolicyPack(id=f"invented-{number}", policy=policy, folder=Path("/no/such/folder"), settings={})


@pytest.fixture(scope="module")
def indexes() -> list[ClauseIndex]:
    """The bundled policy, and nineteen invented ones of sixty clauses without exemplars, all warm."""
    first = load_index()
    found = [first, *(ClauseIndex.from_pack(invented(number), first.encoder) for number in range(POLICIES - 1))]
    spread(SENTENCE, found)
    return found


def in_turn(
    one: Callable[[], object], many: Callable[[], object], pairs: int = PAIRS
) -> tuple[list[float], list[float]]:
    """Return seconds of both, measured in turn, after one of each."""
    one()
    many()
    first, other = [], []
    for _ in range(pairs):
        first.append(seconds(one))
        other.append(seconds(many))
    return other, first


@pytest.mark.parametrize(("name", "text"), [("a sentence", SENTENCE), ("an idea of 95 words", IDEA)])
def test_an_idea(indexes: list[ClauseIndex], report: Report, name: str, text: str):
    """Columns alone, as a text is held against policies; and with what differs between each and the first."""
    many, one = in_turn(lambda: spread(text, indexes[:1]), lambda: spread(text, indexes))
    report(f"{name} under {POLICIES} policies / under one", many, one, 1.3)
    many, one = in_turn(lambda: write_brief(indexes[0], text), lambda: spread(text, indexes).differences)
    report(f"{name} under {POLICIES} policies, compared / its brief under one", many, one, 1.3)


def test_a_batch(indexes: list[ClauseIndex], report: Report):
    """A window of 256 texts under twenty policies against one."""
    lines = "\n".join(f'{{"text": "{text}"}}' for text in list(texts())[:256])
    layout = look_through([Source.from_bytes("x.jsonl", lines.encode())])
    (window,) = windows(layout)
    alone = Plan.from_layout(layout, top=3)
    together = Plan.from_layout(layout, top=3, policies=[index.pack.spec for index in indexes])
    many, one = in_turn(
        lambda: match_table(indexes[0], window, alone, Memory()),
        lambda: match_under(indexes, window, together, Memories()),
        pairs=3,
    )
    report(f"batch of 256 texts under {POLICIES} policies / under one", many, one, 1.3)


def texts() -> list[str]:
    """Return exemplars without quotation marks."""
    own = [text for group in load_shelf().default.exemplars.by_clause.values() for text in group]
    return [text for text in own if '"' not in text and "\\" not in text]
