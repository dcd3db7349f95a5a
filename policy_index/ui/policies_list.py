"""The list of policies: which there are, in which versions, and what can be done with each."""

import streamlit as st

from policy_index.errors import PolicyIndexError, public_words
from policy_index.library.library import Library
from policy_index.policy.shelf import ShelfEntry
from policy_index.server.service import service
from policy_index.ui.chosen import POLICY
from policy_index.ui.drafting import NEW, draft_of, problem, put, set_problem
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.kept import Listed, can_write, kept_library, listed, versions_of
from policy_index.ui.links import Block, Tag, link, show_block, tag
from policy_index.ui.policy_intake import VERSION_OF
from policy_index.ui.policy_views import View, check_link
from policy_index.ui.visit import turn_to, visit
from policy_index.ui.visitor import visitor
from policy_index.words import counted, long_day, shortened

A_PAGE = 8
"""Policies that are shown at once."""

_VERSIONS = 4
NOT_OWN = "came with the program or from a folder"
"""Where a policy comes from that the library does not keep."""


_REMOVED = "policies-removed"


def show_list() -> None:
    """Show the policies, own ones first."""
    _show_removed()
    _show_draft()
    there = listed()
    if problem := service().shelf.problem:
        show_problem(f"Your own policies cannot be read just now. {problem}")
    st.header(f"Policies here: {len(there):,}")
    words = ""
    if len(there) > A_PAGE:
        words = st.text_input(
            "Find a policy", type="search", live="250ms", key="policies-find", placeholder="Title, publisher or id"
        )
    found = [each for each in there if each.holds(words or "")]
    if not found:
        st.info("No policy here has such words.", icon=":material/search_off:")
    pages = max(1, -(-len(found) // A_PAGE))
    number = min(st.pagination(pages, key="policies-page"), pages) if pages > 1 else 1
    library, changes = kept_library(), can_write()
    for each in found[(number - 1) * A_PAGE : number * A_PAGE]:
        _show_policy(each, library, changes=changes)


def _show_draft() -> None:
    draft = draft_of(NEW)
    if draft is not None:
        words = f"Go on with “{shortened(draft.read.title)}”"
        block = Block.of(
            tag("p", "You have not kept what you brought: ", link("policies", words, view=View.DRAFT.value))
        )
        show_block(block, key="draft")


def _show_policy(policy: Listed, library: Library | None, *, changes: bool) -> None:
    with st.container(border=True, key=f"policy-{policy.id}"):
        show_block(_card(policy), key=f"policy {policy.id}")
        if policy.newest.in_library and library is not None:
            _show_more(policy, library, changes=changes)


def _card(policy: Listed) -> Block:
    newest, title = policy.newest, policy.newest.provenance.title
    days: list[str | Tag] = []
    for entry in policy.versions[:_VERSIONS]:
        days += [" · ", link("policies", entry.version, policy=entry.spec, view=View.ABOUT.value)]
    more = len(policy.versions) - _VERSIONS
    days += [f" and {more} more"] if more > 0 else []
    publisher = newest.provenance.publisher
    facts = [publisher] if publisher and not title.startswith(publisher) else []
    facts += [counted(newest.clauses, "clause"), "kept here" if newest.in_library else NOT_OWN]
    chosen = [" (chosen)"] if any(entry.spec == visit().pack.spec for entry in policy.versions) else []
    clauses = {"policy": newest.spec, "view": View.CLAUSES.value}
    examples = {"policy": newest.spec, "view": View.EXAMPLES.value}
    return Block.of(
        tag(
            "div",
            tag("h3", link("policies", title, policy=newest.spec, view=View.ABOUT.value), *chosen),
            tag("p", f"{' · '.join(facts)} · ", tag("span", policy.id, class_="upe-id")),
            tag("p", f"{counted(len(policy.versions), 'version')}: ", *days[1:], class_="upe-soft"),
            tag(
                "div",
                check_link(newest.spec, title),
                link("policies", "Clauses", label=f"Clauses of {title}", **clauses),
                *(
                    [link("policies", "Examples", label=f"Examples of {title}", **examples)]
                    if newest.in_library
                    else []
                ),
                class_="upe-acts",
            ),
            class_="upe-policy",
        )
    )


def _show_more(policy: Listed, library: Library, *, changes: bool) -> None:
    """Offer what is done more seldom with a policy of the library."""
    title, count = policy.newest.provenance.title, len(policy.versions)
    with st.container(horizontal=True, gap="small"):
        show_export(library, policy.newest.spec, key="list")
        if changes:
            st.button(
                "Add a version",
                icon=":material/add:",
                type="tertiary",
                key=f"version of {policy.id}",
                on_click=begin_version,
                args=(policy.id,),
            )
            words = f"all {count} versions of {title}" if count > 1 else title
            if st.button("Remove", icon=":material/delete:", type="tertiary", key=f"remove {policy.id}"):
                ask_to_remove(policy.id, words)


def show_export(library: Library, spec: str, *, key: str) -> None:
    """Offer a version as one zip, made when it is asked for."""
    st.download_button(
        "Export",
        data=lambda: library.export(spec),
        file_name=f"{spec.replace('@', '-')}.zip",
        mime="application/zip",
        icon=":material/download:",
        type="tertiary",
        key=f"export {key} {spec}",
        on_click="ignore",
        help="One zip with text, edits and examples; adding it here or elsewhere brings the policy back.",
    )


def begin_version(policy_id: str) -> None:
    """Let what is brought next be a further version of this policy."""
    st.session_state[VERSION_OF] = policy_id
    st.query_params.from_dict({})


@st.dialog("Remove?", icon=":material/delete:")
def ask_to_remove(spec: str, words: str) -> None:
    """Ask before a version, or a whole policy, is removed."""
    if _REMOVED in st.session_state:
        st.rerun()
    st.markdown(
        f"**{plain(words)}** and the edits and examples that belong to it are removed for everybody. That cannot be undone; "
        "an export brings it back."
    )
    if sentence := problem():
        show_problem(sentence)
    with st.container(horizontal=True):
        remove, keep = "really-remove", "not-removed"
        st.button("Remove", type="primary", icon=":material/delete:", key=remove, on_click=_remove, args=(spec,))
        if st.button("Keep it", key=keep):
            st.rerun()


def _remove(spec: str) -> None:
    library = kept_library()
    if library is None or not can_write():
        return
    try:
        gone = library.remove(spec, who=visitor().allowed())
    except PolicyIndexError as error:
        set_problem(public_words(error))
        return
    for each in gone:
        put(each, None)
    if visit().pack.spec in gone:
        turn_to_default()
    st.query_params.from_dict({})
    st.session_state[_REMOVED] = gone


def _show_removed() -> None:
    """Say what was removed just now."""
    gone: tuple[str, ...] = st.session_state.pop(_REMOVED, ())
    if gone:
        more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
        st.toast(plain(f"Removed {gone[0]}{more}"), icon=":material/delete:")


def turn_to_default() -> None:
    """Go on under the default policy, where the chosen one is gone."""
    turn_to(service().shelf.default)
    st.query_params.pop(POLICY, None)


def show_versions(policy_id: str, chosen: str) -> None:
    """Show every version of a policy with what can be done with it."""
    library, changes = kept_library(), can_write()
    for entry in versions_of(policy_id):
        with st.container(border=True, key=f"version-{entry.version}"):
            show_block(_version(entry, is_chosen=entry.spec == chosen), key=f"version {entry.spec}")
            if not entry.in_library or library is None:
                continue
            with st.container(horizontal=True, gap="small"):
                show_export(library, entry.spec, key="version")
                if changes and st.button(
                    "Remove", icon=":material/delete:", type="tertiary", key=f"remove {entry.spec}"
                ):
                    ask_to_remove(entry.spec, f"{entry.provenance.title}, {entry.version}")


def _version(entry: ShelfEntry, *, is_chosen: bool) -> Block:
    day = "Without a date" if entry.provenance.updated is None else long_day(entry.provenance.updated)
    where = f"{counted(entry.clauses, 'clause')} · {'kept here' if entry.in_library else NOT_OWN} · "
    clauses = {"policy": entry.spec, "view": View.CLAUSES.value}
    return Block.of(
        tag(
            "div",
            tag("h3", f"{day}{' (this one)' if is_chosen else ''}"),
            tag("p", where, tag("span", entry.spec, class_="upe-id"), class_="upe-soft"),
            tag(
                "div",
                *([] if is_chosen else [check_link(entry.spec, day, quiet=True)]),  # above them it stands already
                link("categories", "Read it", policy=entry.spec, label=f"Read the version: {day}"),
                link("policies", "Clauses", label=f"Clauses of the version: {day}", **clauses),
                class_="upe-acts",
            ),
            class_="upe-policy",
        )
    )
