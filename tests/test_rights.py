"""Who may change what is kept: loopback, sign-in, tokens; everything else is refused with a sentence that says how to change it."""

import ast
from typing import Any

import pytest
from support import CLONE

from policy_index.errors import RightsError
from policy_index.server.rights import SHORTEST_TOKEN, Rights, Visitor, comes_from_elsewhere, is_loopback

ALL = "0.0.0.0"  # noqa: S104  # what a server is bound to that every machine reaches
TOKEN = "a-token-that-nobody-guesses"  # noqa: S105
ANN = {"is_logged_in": True, "email": "Ann@Example.org", "email_verified": True, "name": "Ann", "sub": "17"}


@pytest.fixture
def granting(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Rights under some settings."""

    def make(*, address: str | None = ALL, sign_in: bool = False, problem: str = "", **settings: str) -> Rights:
        for name, value in settings.items():
            monkeypatch.setenv(f"POLICY_INDEX_{name.upper()}", value)
        return Rights.from_environment(address=address, sign_in=sign_in, problem=problem)

    return make


def bearer(token: str) -> dict[str, str]:
    """The header of a program with a token."""
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("address", "is_own"),
    [("localhost", True), ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("[::1]", True), (None, False)]
    + [(each, False) for each in ("", ALL, "::", "192.168.1.4", "example.org", "localhost.example.org")],
)
def test_only_a_loopback_address_is_this_machine_alone(address: str | None, *, is_own: bool):
    """A name that is not known to be this machine's counts as any other."""
    assert is_loopback(address) is is_own


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({}, False),
        ({"Host": "localhost:8501"}, False),
        ({"host": "127.0.0.1:8501", "origin": "http://localhost:8501"}, False),
        ({"host": "[::1]:8501"}, False),
        ({"host": "policies.example.org"}, True),
        ({"host": "localhost:8501", "origin": "https://policies.example.org"}, True),
        ({"host": "localhost:8501", "origin": "null"}, True),
        ({"host": "localhost:8501", "x-forwarded-for": "192.0.2.1"}, True),
        ({"Forwarded": "for=192.0.2.1"}, True),
        ({"host": "[::1"}, True),
        ({"host": ""}, True),
        ({"host": "localhost.example.org"}, True),
    ],
)
def test_what_a_proxy_or_another_site_sends_on_is_not_this_machines(headers: dict[str, str], *, elsewhere: bool):
    """Capitals of the headers aside; what cannot be read is another's."""
    assert comes_from_elsewhere(headers) is elsewhere


def test_at_ones_own_machine_nothing_is_needed(granting: Any):
    """On pages and for programs; the journal calls it local."""
    rights = granting(address="localhost")

    assert rights.of_person({}, {"host": "localhost:8501"}).allowed() == "local"
    assert rights.of_program({"host": "localhost:8501"}).allowed() == "local"


def test_a_server_that_others_reach_is_read_only_and_says_how_to_change_that(granting: Any):
    """And so is one behind a proxy."""
    person, program = granting().of_person({}, {}), granting().of_program({})
    proxied = granting(address="localhost").of_program({"x-forwarded-for": "192.0.2.1"})

    assert [each.may_write for each in (person, program, proxied)] == [False] * 3
    assert "`--server.address=localhost`" in person.why_not
    assert "POLICY_INDEX_WRITERS" in person.why_not
    assert "POLICY_INDEX_TOKEN" in program.why_not
    assert "through a proxy" in proxied.why_not
    with pytest.raises(RightsError, match="read-only for programs") as caught:
        program.allowed()
    assert not caught.value.is_unknown


def test_a_token_lets_a_program_write_under_its_name(granting: Any):
    """One or several; capitals of `Bearer` aside."""
    rights = granting(token=TOKEN, tokens=f"ci:{TOKEN}-2, night:{TOKEN}-3")

    assert rights.of_program(bearer(TOKEN)).allowed() == "token default"
    assert rights.of_program({"authorization": f"bEARER {TOKEN}-2 "}).allowed() == "token ci"
    assert rights.of_program(bearer(f"{TOKEN}-3")).key == "token night"
    assert TOKEN not in repr(rights)


@pytest.mark.parametrize(
    "headers",
    [{}, bearer(""), bearer("x"), bearer(TOKEN[:-1]), bearer(TOKEN + "x"), {"authorization": f"Basic {TOKEN}"}],
)
def test_without_a_token_or_with_another_nothing_is_changed(granting: Any, headers: dict[str, str]):
    """On loopback too, for a proxy may stand before it."""
    for address in (ALL, "localhost"):
        visitor = granting(address=address, token=TOKEN).of_program(headers)

        assert (visitor.may_write, visitor.is_unknown) == (False, True)
        assert TOKEN not in visitor.why_not


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"token": "short"}, f"Expected tokens of at least {SHORTEST_TOKEN} characters, but that of default is shorter."),
        ({"tokens": TOKEN}, "Expected NAME:TOKEN each in POLICY_INDEX_TOKENS, but entry 1 has another shape."),
        ({"tokens": f"a:{TOKEN} a:{TOKEN}x"}, "Expected each name once in POLICY_INDEX_TOKENS, got a twice."),
        ({"tokens": f"{'n' * 41}:{TOKEN}"}, "Expected plain names of tokens in POLICY_INDEX_TOKENS, of at most 40 characters."),
    ],
)  # fmt: skip
def test_settings_that_are_wrong_grant_nothing(granting: Any, settings: dict[str, str], sentence: str):
    """To nobody, not at this machine either; the sentence repeats no token."""
    rights = granting(address="localhost", **settings)

    for visitor in (rights.of_program(bearer(TOKEN)), rights.of_program({}), rights.of_person({}, {})):
        assert (visitor.may_write, visitor.why_not) == (False, sentence)
    assert TOKEN not in sentence


@pytest.mark.parametrize(
    "writers", ["ann@example.org", "bob@x.example, ANN@example.org", "example.org", "@example.org", "*"]
)
def test_a_writer_who_signed_in_may_write_under_her_address(granting: Any, writers: str):
    """Named by address or domain, in any capitals."""
    assert granting(sign_in=True, writers=writers).of_person(ANN, {}).allowed() == "ann@example.org"


@pytest.mark.parametrize(
    ("writers", "user"),
    [
        ("", ANN),
        ("bob@example.org", ANN),
        ("ample.org", ANN),
        ("org", ANN),
        ("example.org", ANN | {"email": "ann@example.org.evil.example"}),
        ("example.org", ANN | {"email": "ann@evil.example@example.org"}),
        ("example.org", ANN | {"email_verified": False}),
        ("example.org", ANN | {"email_verified": "true"}),
        ("example.org", {name: value for name, value in ANN.items() if name != "email_verified"}),
        ("example.org", ANN | {"email": None}),
    ],
)  # fmt: skip
def test_to_be_signed_in_is_not_to_be_trusted(granting: Any, writers: str, user: dict[str, Any]):
    """Nobody is a writer unless named; an address that the provider did not verify is anybody's."""
    visitor = granting(sign_in=True, writers=writers).of_person(user, {})

    assert (visitor.may_write, visitor.is_unknown) == (False, False)
    assert "POLICY_INDEX_WRITERS" in visitor.why_not


@pytest.mark.parametrize("user", [{}, {"is_logged_in": False}, {"email": "ann@example.org", "email_verified": True}])
def test_where_people_can_sign_in_they_must(granting: Any, user: dict[str, Any]):
    """On loopback too; and programs need a token then."""
    rights = granting(address="localhost", sign_in=True, writers="*")
    visitor = rights.of_person(user, {"host": "localhost"})

    assert (visitor.may_write, visitor.is_unknown) == (False, True)
    assert not rights.of_program({"host": "localhost"}).may_write


def test_what_the_provider_says_is_kept_as_one_plain_line(granting: Any):
    """Where everybody may write, and the address was not verified, name and number say who it was."""
    user = ANN | {"email_verified": False, "name": "A\x1b[31m\nnn" + "x" * 500, "sub": "\ud800 17"}
    who = granting(sign_in=True, writers="*").of_person(user, {}).allowed()

    assert who.startswith("A[31m nn")
    assert who.endswith("17)")
    assert who.isprintable()
    assert len(who) <= 200


def test_a_fault_of_sign_in_grants_nothing(granting: Any):
    """And is said."""
    visitor = granting(address="localhost", sign_in=True, problem="No secret.", writers="*").of_person(ANN, {})

    assert visitor == Visitor(who="ann@example.org", may_write=False, why_not="No secret.", key="ann@example.org")


WRITES = {
    "add",
    "edit",
    "remove",
    "import_",
    "restate",
    "confirm",
    "pair",
    "add_examples",
    "remove_example",
    "keep_pairing",
}
"""What changes the library, called on it, on its notes, or with it."""


def _changes(source: str) -> list[ast.Call]:
    """The calls of a page's part that change the library."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            of_library = called.startswith(("library.", "library_to_keep_in()."))
            if called.split(".")[-1] in WRITES and (of_library or called == "keep_pairing"):
                found.append(node)
    return found


def test_whatever_a_page_changes_says_who_may():
    """`who=` of every change comes from `visitor().allowed()`, which refuses whoever may not."""
    sources = [file.read_text(encoding="utf-8") for file in (CLONE / "policy_index" / "ui").glob("*.py")]
    changes = [change for source in sources for change in _changes(source)]

    assert len(changes) >= 9
    assert [ast.unparse(each) for each in changes if "who" not in {word.arg for word in each.keywords}] == []
    assert sum(source.count("visitor().allowed()") for source in sources) >= len(changes)
