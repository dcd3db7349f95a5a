"""A library of 1,000 policies against one of ten: run with `pytest tests/benchmarks/test_speed_of_library.py --no-cov`."""

from collections.abc import Callable
from datetime import date

import pytest
from ratios import Report, seconds
from support import LetterEncoder
from visiting import open_page, open_site, served_by

from policy_index import Indexes, Provenance
from policy_index.library.library import Library
from policy_index.library.shelf import LibraryShelf
from policy_index.library.values import pack_texts
from policy_index.policy.shelf import Shelf
from policy_index.search.encoder import load_encoder
from policy_index.server.service import Service

FEW, MANY = 10, 1000
CLAUSES = 100
TURNS = 15


def filled(url: str, policies: int) -> str:
    """Keep so many policies of a hundred clauses each."""
    with Library.open(url) as library:
        for number in range(policies):
            lines = "".join(f"- You must not do thing {place} of {number} to others.\n" for place in range(CLAUSES))
            provenance = Provenance(publisher="Maker", title=f"Rules {number}", updated=date(2026, 1, 1))
            library.add(pack_texts(f"rules-{number:04}", f"# Rules {number}\n\n{lines}", provenance=provenance))
    return url


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A small library and a large one."""
    folder = tmp_path_factory.mktemp("libraries")
    return filled(f"sqlite:///{folder / 'few.sqlite3'}", FEW), filled(f"sqlite:///{folder / 'many.sqlite3'}", MANY)


def in_turn(
    urls: tuple[str, str], work: Callable[..., object], *, opened: bool = True
) -> tuple[list[float], list[float]]:
    """Return seconds of some work in the large library and in the small one, each opened anew for it."""
    taken: dict[str, list[float]] = {url: [] for url in urls}
    for _ in range(TURNS):
        for url in urls:
            if opened:
                with Library.open(url) as library:
                    library.cards(limit=1)
                    taken[url].append(seconds(lambda library=library: work(library)))
            else:
                taken[url].append(seconds(lambda url=url: work(url)))
    return taken[urls[1]], taken[urls[0]]


def start(url: str) -> None:
    """What a program does at its start."""
    with Library.open(url) as library:
        assert LibraryShelf(Shelf.from_folder(None), library).default


def test_starting(urls: tuple[str, str], report: Report):
    """A shelf over the library."""
    report(f"library of {MANY} policies / of {FEW}: a start", *in_turn(urls, start, opened=False), 1.3)


def test_listing(urls: tuple[str, str], report: Report):
    """A page of ten cards."""
    report(f"library of {MANY} policies / of {FEW}: ten cards", *in_turn(urls, lambda each: each.cards(limit=10)), 1.3)


def test_opening_one(urls: tuple[str, str], report: Report):
    """A policy that nobody opened before: read and parsed."""
    report(f"library of {MANY} policies / of {FEW}: opening", *in_turn(urls, lambda each: each.pack("rules-0007")), 1.3)


def test_searching_one(urls: tuple[str, str], report: Report):
    """Find it on the shelf, have its index, search: beside what else the library holds."""
    encoder = load_encoder(None)
    indexes = Indexes(lambda: encoder)

    def search(library: Library) -> None:
        shelf = LibraryShelf(Shelf.from_folder(None), library)
        for _ in range(5):
            assert indexes.of(shelf.find("rules-0007")).search("do thing 12 to others").matches

    for url in urls:  # the index of each is made before
        with Library.open(url) as library:
            search(library)
    report(f"library of {MANY} policies / of {FEW}: searching one, five times", *in_turn(urls, search), 1.3)


@pytest.mark.parametrize("page", ["playground", "policies", "categories"])
def test_opening_a_page(urls: tuple[str, str], report: Report, page: str):
    """The script's run under a policy of the library, on a warm server."""
    taken: dict[str, list[float]] = {}
    for url in urls:
        with Library.open(url) as library:
            encoder = LetterEncoder()
            shelf = LibraryShelf(Shelf.from_folder(None), library)
            with served_by(Service(shelf, Indexes(lambda encoder=encoder: encoder))):
                site = open_page(open_site(policy="rules-0007"), page)
                assert not site.exception
                taken[url] = [seconds(site.run) for _ in range(TURNS)]
    report(f"library of {MANY} policies / of {FEW}: the page {page}", taken[urls[1]], taken[urls[0]], 1.3)


def test_finding_one_again(urls: tuple[str, str], report: Report):
    """A policy that is held in memory."""

    def again(library: Library) -> None:
        for _ in range(50):
            library.pack("rules-0007@2026-01-01")

    report(f"library of {MANY} policies / of {FEW}: opening and finding 50 times", *in_turn(urls, again), 1.3)


def test_keeping_one_more(urls: tuple[str, str], report: Report):
    """Add a policy, and remove it."""
    provenance = Provenance(publisher="Maker", title="More", updated=date(2026, 1, 1))

    def keep(library: Library) -> None:
        library.add(pack_texts("more", "# More\n\n- You must not.\n", provenance=provenance))
        library.remove("more")

    report(f"library of {MANY} policies / of {FEW}: adding and removing one", *in_turn(urls, keep), 1.5)
