"""What the reading room's address asks for: the clause, and the picture beside the text."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import streamlit as st

from policy_index.policy.document import Clause, Group
from policy_index.policy.pack import PolicyPack
from policy_index.ui.links import Tag, link, staying

BESIDE = "beside"
"""What names the second clause of a pair in an address."""

OTHER = "other"
"""What names the version to compare with."""


class Layout(StrEnum):
    """How the picture is laid out; the value is what addresses call it (`as`)."""

    BLOCKS = "blocks"
    MAP = "map"
    ALIKE = "alike"


class By(StrEnum):
    """What the picture is coloured by; the value is what addresses call it (`by`)."""

    KIND = "kind"
    TEXT = "text"
    PROMPTS = "prompts"
    VERSION = "version"
    CLOSENESS = "closeness"


LAYOUT_NAMES = {Layout.BLOCKS: "Blocks", Layout.MAP: "Map", Layout.ALIKE: "By likeness"}
BY_NAMES = {
    By.KIND: "Kind",
    By.TEXT: "Your text",
    By.PROMPTS: "Prompts",
    By.VERSION: "Version",
    By.CLOSENESS: "Closeness",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomView:
    """What is shown.

    Attributes:
        pack: The policy.
        layout: How the picture is laid out.
        by: What it is coloured by.
        clause: The chosen clause; None where none is.
        group: The opened category or section; None for the whole policy.
    """

    pack: PolicyPack
    layout: Layout
    by: By
    clause: Clause | None
    group: Group | None

    @property
    def place(self) -> str:
        """The id of the clause at which the text is opened; empty for its beginning."""
        if self.clause is not None:
            return self.clause.id
        return "" if self.group is None else self.group.clauses[0].id

    def link(self, words: str, *, label: str = "", **changes: str) -> Tag:
        """Return a link to this view with some things changed, which does not scroll the page; an empty one is left out."""
        asked = {"as": self.layout.value, "by": self.by.value}
        asked |= {} if self.clause is None else {"clause": self.clause.id}
        asked |= {} if self.group is None else {"category": self.group.id}
        asked |= {name: st.query_params[name] for name in (BESIDE, OTHER) if name in st.query_params}
        whole = {name: value for name, value in (asked | changes).items() if value}
        return staying(link("read", words, label=label, **whole))

    def choose(self, clause: Clause, words: str = "", *, label: str = "") -> Tag:
        """Return a link that chooses a clause, in the text, the picture and the tables."""
        return self.link(words or clause.text, label=label, clause=clause.id, category="", beside="")


def asked_layout(default: Layout) -> Layout:
    """Return the layout that the address asks for; `default` where it asks for none that there is."""
    asked = st.query_params.get("as")
    return next((each for each in Layout if each.value == asked), default)


def asked_by(default: By) -> By:
    """Return what the address asks to colour by; `default` where it asks for nothing that there is."""
    asked = st.query_params.get("by")
    return next((each for each in By if each.value == asked), default)


def clicked(point: Mapping[str, Any]) -> str:
    """Return what was clicked in a picture: a clause's id, both of a pair joined by `~`, a tile's; empty for nothing of these."""
    found = point.get("customdata")
    return str(point.get("id") or (found[0] if isinstance(found, list) and found else found) or "")


def after_click(view: RoomView, node: str, asked: Mapping[str, str]) -> dict[str, str]:
    """Return what the address asks for after a click: a clause or a pair is chosen, a category opened, or closed by its own head.

    Args:
        view: What is shown.
        node: What was clicked.
        asked: What the address asks for before.
    """
    rest = {name: each for name, each in asked.items() if name not in ("category", "clause", BESIDE)}
    columns = view.pack.policy.columns
    clause, _, beside = node.partition("~")
    if clause in columns:
        return rest | {"clause": clause} | ({BESIDE: beside} if beside in columns else {})
    groups = {f"group:{each.id}": each.id for each in view.pack.policy.groups}
    if view.layout is not Layout.BLOCKS or not node:
        return dict(asked)
    if node in groups and (view.group is None or groups[node] != view.group.id):
        return rest | {"category": groups[node]}
    return rest
