"""The views of the page Policies, the links between them, and what stands at the head of a policy's own."""

from enum import StrEnum

import streamlit as st

from policy_index.policy.pack import PolicyPack
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.words import counted, long_day

VIEW = "view"
"""What names the view in an address: `?view=clauses`."""

_NEW = "policy-just-kept"


class View(StrEnum):
    """What the page shows; the value is what addresses call it."""

    LIST = "list"
    DRAFT = "draft"
    ABOUT = "about"
    CLAUSES = "clauses"
    EXAMPLES = "examples"


_NAMES = {View.ABOUT: "Versions", View.CLAUSES: "Clauses", View.EXAMPLES: "Examples"}


def chosen_view() -> View:
    """Return the view that the address asks for; the list where it asks for none that there is."""
    asked = st.query_params.get(VIEW)
    return next((view for view in View if view.value == asked), View.LIST)


def check_link(spec: str, title: str = "", *, quiet: bool = False) -> Tag:
    """Return the link that looks like a button, a `quiet` one or not, and leads to the playground under a policy."""
    words, class_ = "Check a text against it", "upe-go upe-quiet" if quiet else "upe-go"
    return link("./", words, class_=class_, label=f"{words}: {title}" if title else "", policy=spec)


def show_policy_head(pack: PolicyPack, view: View) -> None:
    """Show where in the page one is: the policy, its views, and the way back to the list."""
    views = []
    for each, name in _NAMES.items():
        leading = link("policies", name, view=each.value)
        if each is view:
            leading[1]["aria-current"] = "page"
        views.append(leading)
    show_block(
        Block.of(
            tag("p", link("policies", "← All policies")),
            tag("h2", pack.title),
            tag("nav", *views, class_="upe-views", aria_label="This policy"),
        ),
        key=f"policy head {view}",
    )


def note_kept(pack: PolicyPack | None) -> None:
    """Remember that this version was kept just now, so that its page says so until the list is seen again; None forgets it."""
    st.session_state[_NEW] = None if pack is None else pack.spec


def show_just_kept(pack: PolicyPack) -> None:
    """Say that the version is kept, where it was kept just now."""
    if st.session_state.get(_NEW) != pack.spec:
        return
    day = "without a date" if pack.policy.updated is None else f"of {long_day(pack.policy.updated)}"
    count = counted(len(pack.policy.clauses), "clause")
    st.success(
        f"Kept: the version {day}, {count}. Every page works with it now; it stays chosen until you choose another.",
        icon=":material/check_circle:",
    )
