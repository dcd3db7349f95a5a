"""Who looks at the pages, and what they may change; signing in and out, where that was set up."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime

from policy_index.server.quotas import quotas
from policy_index.server.rights import Rights, Visitor
from policy_index.ui.foreign import plain

_SHORTEST_SECRET = 32
"""Least characters of the secret that signs the cookie: whoever guesses it is whomever they like."""

_NEEDED = ("client_id", "client_secret", "server_metadata_url")


def rights() -> Rights:
    """Return what this server grants: by the address that it is bound to, the environment, and `[auth]` of the secrets."""
    auth, problem = _auth()
    return Rights.from_environment(
        address=st.get_option("server.address"), sign_in=auth is not None or bool(problem), problem=problem
    )


def visitor() -> Visitor:
    """Return who looks at the page; `visitor().allowed()` is the `who` of every change."""
    address: object = st.context.ip_address  # None on loopback, and no text in Streamlit's harness for tests
    known = address if isinstance(address, str) else ""
    return rights().of_person(st.user.to_dict(), st.context.headers, address=known)


def count_upload(size: int) -> None:
    """Count what a visitor brings, in bytes.

    Raises:
        QuotaError: It is more than a visitor may bring within an hour.
    """
    quotas().take(visitor().key, size)


def uploader(visit: str, address: str) -> str:
    """Return by what name a file is counted that arrives for a visit: who signed in there, else the address that it comes from."""
    who = rights()
    known = runtime.get_instance()._session_mgr.get_session_info(visit) if runtime.exists() else None  # noqa: SLF001  # no other way
    if not who.sign_in or known is None:
        return address
    return who.of_person(known.session._user_info, {}, address=address).key  # noqa: SLF001


def show_why_not() -> None:
    """Say why this visitor may not change anything, and let them sign in where that would help."""
    asks = visitor()
    st.info(plain(asks.why_not), icon=":material/lock:")
    if asks.is_unknown:
        _show_sign_in("here")


def show_person() -> None:
    """Show who is signed in, or let them sign in; nothing where nobody can."""
    auth, problem = _auth()
    if auth is None or problem:
        return
    if not st.user.get("is_logged_in"):
        _show_sign_in("frame")
        return
    name = str(st.user.get("email") or st.user.get("name") or "Signed in")
    with st.popover(plain(name[:60]), icon=":material/person:", type="tertiary"):
        asks = visitor()
        st.markdown("You may add and edit policies here." if asks.may_write else plain(asks.why_not))
        st.button("Sign out", icon=":material/logout:", key="sign-out", on_click=st.logout)


def _show_sign_in(place: str) -> None:
    auth, _ = _auth()
    for provider in () if auth is None else _providers(auth):
        words = f"Sign in with {plain(provider)}" if provider else "Sign in"
        st.button(
            words,
            icon=":material/login:",
            type="tertiary" if place == "frame" else "secondary",
            key=f"sign-in {place} {provider}",
            on_click=st.login,
            args=(provider or None,),
        )


def _auth() -> tuple[Mapping[str, Any] | None, str]:
    """Return the section `[auth]` of the secrets, None without one, and what is wrong with it in one sentence.

    Secrets that are there and cannot be read are a fault: they may ask for sign-in.
    """
    if not st.secrets.load_if_toml_exists():
        there = next((path for path in st.get_option("secrets.files") if Path(path).exists()), None)
        return None, "" if there is None else "Adding and editing is off, because the file of secrets cannot be read."
    auth = st.secrets.get("auth")
    if not isinstance(auth, Mapping):
        return None, ""
    return auth, _wrong_with(auth)


def _wrong_with(auth: Mapping[str, Any]) -> str:
    missing = [name for name in ("redirect_uri", "cookie_secret") if not auth.get(name)]
    if missing or not _providers(auth):
        what = " and ".join(f"`{name}`" for name in missing or _NEEDED)
        return f"Adding and editing is off, because sign-in lacks {what} in `[auth]` of `secrets.toml`."
    if len(str(auth["cookie_secret"])) < _SHORTEST_SECRET:
        return f"Adding and editing is off, because `cookie_secret` in `[auth]` has fewer than {_SHORTEST_SECRET} characters."
    if find_spec("authlib") is None:
        return (
            "Adding and editing is off, because sign-in needs the package Authlib: `pip install 'policy-index[app]'`."
        )
    return ""


def _providers(auth: Mapping[str, Any]) -> list[str]:
    """Return the names of the providers that are whole; the unnamed one is empty."""
    named = [name for name, section in auth.items() if isinstance(section, Mapping) and _is_whole(section)]
    return [*([""] if _is_whole(auth) else []), *named]


def _is_whole(section: Mapping[str, Any]) -> bool:
    return all(section.get(name) for name in _NEEDED)
