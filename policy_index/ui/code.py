"""The same call from a program: curl, Python, the command line."""

import json
import shlex
from urllib.parse import urlsplit

import streamlit as st

_SHOWN = 300
"""Longest text that is written into a snippet; a longer one is read from a file there."""


def show_use_from_code(text: str, *, what: str = "search") -> None:
    """Show how a program asks what the page has just asked.

    Args:
        text: What was asked about.
        what: `search` for the nearest clauses, `brief` for a brief.
    """
    with st.expander("Use this from code", icon=":material/code:"):
        curl, python, command = st.tabs(["curl", "Python", "Command line"])
        for tab, (snippet, language) in zip(
            (curl, python, command), snippets(text, what=what, address=_address()).values(), strict=True
        ):
            tab.code(snippet, language=language, wrap_lines=True)
        st.caption(
            f"Every route, with what it takes and answers: [{_address()}/api/docs]({_address()}/api/docs). An assistant "
            f"connects to {_address()}/mcp, or starts `policy-index mcp`."
        )


def snippets(text: str, *, what: str, address: str) -> dict[str, tuple[str, str]]:
    """Return the same call in three languages, each with its name for highlighting; a long text is read from a file."""
    url = f"{address}/api/{what}"
    if len(text) > _SHOWN:
        curl = f"jq -Rs '{{text: .}}' idea.txt | curl -s {shlex.quote(url)} -H 'Content-Type: application/json' --data-binary @-"
        python_text = 'Path("idea.txt").read_text(encoding="utf-8")'
        command = (
            "policy-index brief idea.txt --format json"
            if what == "brief"
            else 'policy-index search --format json -- "$(cat idea.txt)"'
        )
        opening = "from pathlib import Path\n\n"
    else:
        body = json.dumps({"text": text}, ensure_ascii=False)
        curl = f"curl -s {shlex.quote(url)} \\\n  -H 'Content-Type: application/json' \\\n  --data-binary {shlex.quote(body)}"
        python_text, opening = repr(text), ""
        quoted = shlex.quote(text)
        command = (
            f"printf %s {quoted} | policy-index brief - --format json"
            if what == "brief"
            else f"policy-index search --format json -- {quoted}"
        )
    if what == "brief":
        python = (
            f"{opening}from policy_index import load_index\nfrom policy_index.brief import write_brief\n\n"
            f"brief = write_brief(load_index(), {python_text})\n"
            "for entry in brief.entries:\n    print(entry.band, entry.clause.citation, entry.clause.text)"
        )
    else:
        python = (
            f"{opening}from policy_index import load_index\n\n"
            f"for match in load_index().search({python_text}).matches:\n"
            "    print(match.band, match.clause.citation, match.clause.text)"
        )
    return {"curl": (curl, "bash"), "python": (python, "python"), "command": (command, "bash")}


def _address() -> str:
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "http://localhost:8501"
