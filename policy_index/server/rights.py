"""Who may change what is kept. Reading is open to everybody who reaches the server; this is the one place that decides on writing.

    who asks                                             may write
    the person at this machine, nothing being configured  yes: nobody else reaches a server bound to loopback
    a person who signed in (pages)                        if POLICY_INDEX_WRITERS names them
    a program with a token (HTTP, MCP)                    if it is one of POLICY_INDEX_TOKENS
    anybody else                                          no, and is told how that is changed

Where sign-in is configured it is asked for on loopback too, and so are tokens: a proxy may stand before the server.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from policy_index.errors import RightsError
from policy_index.library.who import NOBODY
from policy_index.server.rights_words import (
    LOOPBACK_ONLY,
    NO_TOKEN,
    NOT_A_WRITER,
    NOT_SIGNED_IN,
    READ_ONLY_PAGES,
    READ_ONLY_PROGRAMS,
    UNKNOWN_TOKEN,
)

TOKEN_VARIABLE, TOKENS_VARIABLE, WRITERS_VARIABLE = (
    "POLICY_INDEX_TOKEN",
    "POLICY_INDEX_TOKENS",
    "POLICY_INDEX_WRITERS",
)
"""Environment variables: one token; `NAME:TOKEN` each, apart by white space or commas; e-mail addresses or domains likewise."""

SHORTEST_TOKEN = 24
"""Least characters of a token: what is shorter can be guessed."""

EVERYBODY = "*"
"""In POLICY_INDEX_WRITERS: everybody whom the provider lets in."""

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers by which a proxy says that it stands between."""

_LONGEST_NAME = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks, and what they may do.

    Attributes:
        who: What the journal calls them: an e-mail address, `token NAME`, `local`; `anybody` where nothing is known.
        may_write: Whether they may change what is kept.
        why_not: Why not, and how that is changed, in one or two sentences of Markdown; empty where they may.
        key: By what their uploads are counted.
        is_unknown: Whether to show who they are would help: no token came, or they have not signed in.
    """

    who: str
    may_write: bool
    why_not: str = ""
    key: str = ""
    is_unknown: bool = False

    def allowed(self) -> str:
        """Return what the journal calls them, for the `who` of every change.

        Raises:
            RightsError: They may change nothing.
        """
        if not self.may_write:
            raise RightsError(self.why_not.replace("`", ""), is_unknown=self.is_unknown)
        return self.who


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What this server grants to whom.

    Attributes:
        address: The address that it is bound to; None or empty means every one.
        sign_in: Whether people can sign in.
        tokens: SHA-256 digest of each token, by its name.
        writers: E-mail addresses and domains of those who may write once they signed in, in small letters.
        problem: What is wrong with the settings, in one sentence; nothing is granted then.
    """

    address: str | None
    sign_in: bool = False
    tokens: Mapping[str, bytes]
    writers: frozenset[str] = frozenset()
    problem: str = ""

    @classmethod
    def from_environment(cls, *, address: str | None, sign_in: bool = False, problem: str = "") -> "Rights":
        """Return the rights that the environment describes: POLICY_INDEX_TOKEN, POLICY_INDEX_TOKENS, POLICY_INDEX_WRITERS.

        Args:
            address: The address that the server is bound to.
            sign_in: Whether people can sign in.
            problem: What is wrong with sign-in; empty where nothing is.
        """
        one, many = os.environ.get(TOKEN_VARIABLE, ""), os.environ.get(TOKENS_VARIABLE, "")
        tokens, wrong = _digests(one, many)
        writers = frozenset(each.casefold().removeprefix("@") for each in _parted(os.environ.get(WRITERS_VARIABLE, "")))
        return cls(address=address, sign_in=sign_in, tokens=tokens, writers=writers, problem=problem or wrong)

    def of_person(self, user: Mapping[str, Any], headers: Mapping[str, str], *, address: str = "") -> Visitor:
        """Return the rights of somebody who looks at a page.

        Args:
            user: The claims of the provider about somebody who signed in; without `is_logged_in` nobody did.
            headers: Of the request that opened the page.
            address: Where it came from.
        """
        if self.sign_in:
            return (
                self._signed_in(user, address)
                if user.get("is_logged_in") is True
                else self._refused(NOT_SIGNED_IN, address, is_unknown=True)
            )
        return self._local(headers, address) or self._refused(
            LOOPBACK_ONLY if is_loopback(self.address) else READ_ONLY_PAGES, address
        )

    def of_program(self, headers: Mapping[str, str], *, address: str = "") -> Visitor:
        """Return the rights of a program that asks over HTTP or MCP.

        Args:
            headers: Of its request; `Authorization: Bearer TOKEN` among them.
            address: Where it came from.
        """
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if self.tokens and not self.problem:
            name = self._name_of(token.strip()) if scheme.casefold() == "bearer" else None
            if name is None:
                return self._refused(UNKNOWN_TOKEN if token else NO_TOKEN, address, is_unknown=True)
            return Visitor(who=f"token {name}", may_write=True, key=f"token {name}")
        if self.sign_in:
            return self._refused(READ_ONLY_PROGRAMS, address)
        return self._local(headers, address) or self._refused(
            LOOPBACK_ONLY if is_loopback(self.address) else READ_ONLY_PROGRAMS, address
        )

    def _local(self, headers: Mapping[str, str], address: str) -> Visitor | None:
        if self.problem or not is_loopback(self.address) or comes_from_elsewhere(headers):
            return None
        return Visitor(who=NOBODY, may_write=True, key=address or NOBODY)

    def _refused(self, why_not: str, address: str, *, is_unknown: bool = False) -> Visitor:
        return Visitor(
            who="anybody",
            may_write=False,
            why_not=self.problem or why_not,
            key=address or "anybody",
            is_unknown=is_unknown and not self.problem,
        )

    def _signed_in(self, user: Mapping[str, Any], address: str) -> Visitor:
        """Return the rights of a person whom the provider knows; being known is not yet being trusted."""
        said = str(user.get("email") or "").strip()
        email = said.casefold() if user.get("email_verified") is True and said.count("@") == 1 else ""
        named = (
            email or f"{_one_line(user.get('name') or said or 'somebody')} ({_one_line(user.get('sub') or 'no id')})"
        )
        who = named[:_LONGEST_NAME]
        domain = email.partition("@")[2]
        is_writer = EVERYBODY in self.writers or (bool(email) and not self.writers.isdisjoint({email, domain}))
        if is_writer and not self.problem:
            return Visitor(who=who, may_write=True, key=who)
        unverified = " The provider does not say that this address is yours." if said and not email else ""
        why_not = self.problem or f"{NOT_A_WRITER}{unverified}"
        return Visitor(who=who, may_write=False, why_not=why_not, key=f"{who} {address}".strip())

    def _name_of(self, token: str) -> str | None:
        """Return the name of a token, after as long for a wrong one as for a right one; None where there is none such."""
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        found = [name for name, known in self.tokens.items() if hmac.compare_digest(digest, known)]
        return found[0] if found else None


def is_loopback(address: str | None) -> bool:
    """Whether a server that listens at this address is reached from its own machine alone; None means every address."""
    if not address:
        return False
    if address == "localhost":
        return True
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def comes_from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether a request that reached loopback was passed on by a proxy, or sent by a page of another site.

    Its `Host` and `Origin` are not this machine's, or a proxy says that it stands between.
    """
    known = {name.casefold(): value for name, value in headers.items()}
    if any(name in known for name in _FORWARDED):
        return True
    host, origin = known.get("host"), known.get("origin")
    if host is not None and not is_loopback(_name_in(f"//{host}")):
        return True
    return origin is not None and not is_loopback(_name_in(origin))


def _name_in(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _one_line(words: object) -> str:
    """Return words of the provider fit to be kept: no control characters, no lone surrogates."""
    line = " ".join(str(words).split())
    return "".join(letter for letter in line if letter.isprintable())[:80]


def _parted(setting: str) -> list[str]:
    return setting.replace(",", " ").split()


@lru_cache(maxsize=4)
def _digests(one: str, many: str) -> tuple[Mapping[str, bytes], str]:
    """Return the digests of the tokens by name, and what is wrong with the settings; no message repeats a token."""
    pairs: list[tuple[str, str]] = [("default", one.strip())] if one.strip() else []
    for number, each in enumerate(_parted(many), 1):
        name, colon, token = each.partition(":")
        if not colon or not name or not token:
            return {}, f"Expected NAME:TOKEN each in {TOKENS_VARIABLE}, but entry {number} has another shape."
        pairs.append((name, token))
    return _checked(pairs)


def _checked(pairs: Iterable[tuple[str, str]]) -> tuple[Mapping[str, bytes], str]:
    digests: dict[str, bytes] = {}
    for name, token in pairs:
        if not name.isascii() or not name.isprintable() or len(name) > 40:  # noqa: PLR2004  # of the journal's 200
            return {}, f"Expected plain names of tokens in {TOKENS_VARIABLE}, of at most 40 characters."
        if name in digests:
            return {}, f"Expected each name once in {TOKENS_VARIABLE}, got {name} twice."
        if len(token) < SHORTEST_TOKEN:
            return {}, f"Expected tokens of at least {SHORTEST_TOKEN} characters, but that of {name} is shorter."
        digests[name] = hashlib.sha256(token.encode(errors="replace")).digest()
    return digests, ""
