"""The same call from a program: curl, Python, the command line."""

import json
import shlex
from urllib.parse import urlsplit

import streamlit as st

from policy_index.library.doors import DATABASE_VARIABLE
from policy_index.policy.pack import PolicyPack
from policy_index.policy.shelf import PACKS_VARIABLE
from policy_index.server.service import service
from policy_index.ui.foreign import plain
from policy_index.ui.kept import is_own

_SHOWN = 300
"""Longest text that is written into a snippet; a longer one is read from a file there."""


def show_use_from_code(text: str, pack: PolicyPack, *, what: str = "search") -> None:
    """Show how a program asks what the page has just asked.

    Args:
        text: What was asked about.
        pack: The policy that was asked; the default one is not named.
        what: `search` for the nearest clauses, `brief` for a brief.
    """
    address, spec = _address(), named(pack)
    with st.expander("Use this from code", icon=":material/code:"):
        curl, python, command = st.tabs(["curl", "Python", "Command line"])
        for tab, (snippet, language) in zip(
            (curl, python, command),
            snippets(text, what=what, address=address, policy=spec, in_library=is_own(pack)).values(),
            strict=True,
        ):
            tab.code(snippet, language=language, wrap_lines=True)
        st.caption(
            f"Every route, with what it takes and answers: [{address}/api/docs]({address}/api/docs). An assistant "
            f"connects to {address}/mcp, or starts `policy-index mcp`."
        )
        if is_own(pack):
            st.caption(
                f"Python and the command find {plain(pack.spec)} in the library that {DATABASE_VARIABLE} names, or in your own."
            )
        elif spec is not None:
            st.caption(f"Python and the command find {plain(spec)} in the folder that {PACKS_VARIABLE} names.")


def named(pack: PolicyPack) -> str | None:
    """Return what names a policy to programs; None for the default one, which need not be named."""
    return None if pack is service().shelf.default else pack.spec


def policy_option(pack: PolicyPack) -> str:
    """Return the option of commands that names a policy, after a blank; nothing for the default one."""
    spec = named(pack)
    return "" if spec is None else f" --policy {spec}"


def snippets(
    text: str, *, what: str, address: str, policy: str | None = None, in_library: bool = False
) -> dict[str, tuple[str, str]]:
    """Return the same call in three languages, each with its name for highlighting; a long text is read from a file.

    Args:
        text: What is asked about.
        what: `search` or `brief`.
        address: The server's.
        policy: What names the policy; None for the default one.
        in_library: Whether a library keeps it.
    """
    long = len(text) > _SHOWN
    return {
        "curl": (_curl(text, f"{address}/api/{what}", policy, from_file=long), "bash"),
        "python": (_python(text, what, policy, from_file=long, in_library=in_library), "python"),
        "command": (_command(text, what, policy, from_file=long), "bash"),
    }


def _curl(text: str, url: str, policy: str | None, *, from_file: bool) -> str:
    if from_file:
        which = "" if policy is None else f", policy: {json.dumps(policy)}"
        return (
            f"jq -Rs {shlex.quote(f'{{text: .{which}}}')} idea.txt | curl -s {shlex.quote(url)} "
            "-H 'Content-Type: application/json' --data-binary @-"
        )
    body = json.dumps({"text": text} | ({} if policy is None else {"policy": policy}), ensure_ascii=False)
    return (
        f"curl -s {shlex.quote(url)} \\\n  -H 'Content-Type: application/json' \\\n  --data-binary {shlex.quote(body)}"
    )


def _python(text: str, what: str, policy: str | None, *, from_file: bool, in_library: bool) -> str:
    names = ["load_index", *([] if policy is None else ["load_shelf"]), *(["with_library"] if in_library else [])]
    names += ["write_brief"] if what == "brief" else []
    shelf = "with_library(load_shelf())" if in_library else "load_shelf()"
    index = "load_index()" if policy is None else f"load_index({shelf}.find({policy!r}))"
    words = 'Path("idea.txt").read_text(encoding="utf-8")' if from_file else repr(text)
    opening = f"from policy_index import {', '.join(names)}\n\n"
    if from_file:
        opening = f"from pathlib import Path\n\n{opening}"
    if what == "brief":
        return (
            f"{opening}brief = write_brief({index}, {words})\n"
            "for entry in brief.entries:\n    print(entry.band, entry.clause.citation, entry.clause.text)"
        )
    return (
        f"{opening}for match in {index}.search({words}).matches:\n"
        "    print(match.band, match.clause.citation, match.clause.text)"
    )


def _command(text: str, what: str, policy: str | None, *, from_file: bool) -> str:
    which = "" if policy is None else f" --policy {policy}"
    if what == "brief":
        if from_file:
            return f"policy-index brief idea.txt{which} --format json"
        return f"printf %s {shlex.quote(text)} | policy-index brief -{which} --format json"
    words = '"$(cat idea.txt)"' if from_file else shlex.quote(text)
    return f"policy-index search{which} --format json -- {words}"


def _address() -> str:
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "http://localhost:8501"
