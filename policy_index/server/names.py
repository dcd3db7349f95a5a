"""By which names this server may be called, and by which pages: an address that somebody else's name leads to gets no answer.

A page of another site can make a browser ask this server: from its own origin, or, by a name of its own that it lets lead here
(DNS rebinding), as if it were ours. Both are seen from what the browser sends along, without asking anybody else.
"""

import os
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from policy_index.words import shortened

HOSTS_VARIABLE = "POLICY_INDEX_HOSTS"
"""Names by which visitors call this server, with commas between: `policies.example.org, *.intranet.example`."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERY_ADDRESS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # only compared with

_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
"""What a browser sends as Host: a name, or an address, in brackets where it is one of IPv6; and perhaps a port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a request gets no answer: the status, and the sentence for whoever sent it."""

    status: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of one server.

    Attributes:
        listens_at: The address that it listens at; empty for every address of its machine.
        own: Names that somebody gave it; `*.` at the beginning stands for every name under the rest.
    """

    listens_at: str = ""
    own: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, *, listens_at: str | None, also: Sequence[str] = ()) -> "Names":
        """Return the names that POLICY_INDEX_HOSTS gives, `also` those that are given otherwise."""
        given = [*os.environ.get(HOSTS_VARIABLE, "").split(","), *also]
        own = dict.fromkeys(_plain(each.strip()) for each in given if each.strip())
        return cls(listens_at=_plain(listens_at or ""), own=tuple(own))

    def refusal(self, hosts: Sequence[str], origins: Sequence[str]) -> Refusal | None:
        """Return why a request is refused, from its headers Host and Origin; None where it is answered.

        A request without Host or Origin comes from no page of a browser that anybody could misuse, and is answered.
        """
        if len(hosts) > 1 or len(origins) > 1:
            return Refusal(status=400, sentence="Expected one Host and one Origin, but there are more.")
        host = hosts[0] if hosts else None
        if host is not None and not self.knows(host):
            return Refusal(
                status=421,
                sentence=f"Expected a name of this server as Host, got {_repeated(host)}; whoever runs the server adds its "
                f"names to {HOSTS_VARIABLE}.",
            )
        if origins and not _is_same(origins[0], host):
            return Refusal(
                status=403,
                sentence=f"Expected a request from a page of this server, but it came from {_repeated(origins[0])}.",
            )
        return None

    def knows(self, host: str) -> bool:
        """Whether a Host, with a port or without, is a name of this server."""
        found = _HOST.fullmatch(host)
        if found is None or int(found["port"] or 0) > _LAST_PORT:
            return False
        name = _plain(found["name"])
        if name in _LOOPBACK or name == self.listens_at:
            return True
        if self.listens_at in _EVERY_ADDRESS and (_is_address(name) or name == socket.gethostname().lower()):
            return True  # nobody's name leads to a number, and the machine's own is its own
        return any(name.endswith(own[1:]) if own.startswith("*.") else name == own for own in self.own)


def shown_address(listens_at: str | None, port: int, *, folder: str = "", is_secure: bool = False) -> str:
    """Return the address to open for a server that listens there; `localhost` where it listens at every address."""
    name = "localhost" if (listens_at or "") in _EVERY_ADDRESS else str(listens_at)
    place = f"[{name}]" if ":" in name else name
    return f"{'https' if is_secure else 'http'}://{place}:{port}/{folder.strip('/')}".rstrip("/")


def _plain(name: str) -> str:
    return name.strip("[]").lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_same(origin: str, host: str | None) -> bool:
    """Whether a page of this origin was served under this Host; a browser writes the same port, or none, in both."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == host


def _repeated(header: str) -> str:
    return ascii(shortened(header, letters=60))


_LAST_PORT = 65535
