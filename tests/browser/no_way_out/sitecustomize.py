"""Put on PYTHONPATH before a server is started: whatever it asks beyond its own machine is refused, and noted in a file.

Python imports a module of this name at every start, in child processes too. The hook sees every connection and every look-up of
a name that goes through Python's sockets, whichever package makes it; POLICY_INDEX_TRIED names the file, a line a try.
"""

import os
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any

_LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
_SENDS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_NOT_SAID = (None, "", b"", "localhost", b"localhost")


def _is_here(host: Any) -> bool:
    if host in _NOT_SAID:
        return True
    try:
        address = ip_address(host.decode() if isinstance(host, bytes) else str(host).split("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _LOOKUPS:
        host = arguments[0][0] if isinstance(arguments[0], tuple) else arguments[0]
    elif event in _SENDS:
        address = arguments[1]
        if not isinstance(address, tuple):  # a socket of this machine, in a file; or one that is connected already
            return
        host = address[0]
    else:
        return
    if _is_here(host):
        return
    file = os.environ.get("POLICY_INDEX_TRIED")
    if file:
        with Path(file).open("a", encoding="utf-8") as tried:
            tried.write(f"{event} {host!r}\n")
    message = f"no way out: {event} {host!r}"
    raise OSError(message)


if "POLICY_INDEX_TRIED" in os.environ:
    Path(os.environ["POLICY_INDEX_TRIED"]).touch()  # somebody watches
sys.addaudithook(_watch)
