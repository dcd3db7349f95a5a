"""The drafts of a visit: policies that are being looked over and not kept yet. They live as long as the visit."""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from policy_index.errors import PackError
from policy_index.policy.document import Provenance
from policy_index.policy.edits import edits_from_json
from policy_index.policy.naming import suggested_id
from policy_index.policy.pack import PolicyPack
from policy_index.policy.parts import PackTexts
from policy_index.policy.sources.values import SourceText
from policy_index.ui.draft import Draft, Kept
from policy_index.ui.kept import kept_library, versions_of

NEW = "new"
"""What the draft of a policy that is not kept yet is called."""

_KEY = "policy-drafts"
_PROBLEM = "policy-draft-problem"

TITLE, PUBLISHER, DAY, URL, POLICY_ID = "draft-title", "draft-publisher", "draft-day", "draft-url", "draft-id"
"""The boxes about a new policy, kept for the visit."""


def draft_of(name: str) -> Draft | None:
    """Return the draft of this name, `NEW` or the spec of a version; None where there is none."""
    return _drafts().get(name)


def put(name: str, draft: Draft | None) -> None:
    """Keep a draft for the visit in place of the one of this name; None forgets it."""
    others = {each: held for each, held in _drafts().items() if each != name}
    st.session_state[_KEY] = others if draft is None else others | {name: draft}


def begin(source: SourceText, *, name: str, version_of: str) -> Draft:
    """Begin the draft of a new policy, or of a further version of `version_of`, and fill the boxes with what is known or guessed.

    Raises:
        PolicyParseError: There is no clause in it.
    """
    draft = Draft.from_source(source, name=name)
    title, publisher, url = draft.read.title, "", ""
    older = newest_of(version_of) if version_of else None
    if older is not None:
        provenance = older.policy.provenance
        title, publisher, url = provenance.title, provenance.publisher, provenance.url
        draft = replace(draft, older=older.policy, version_of=version_of)
    named = Provenance(publisher=publisher, title=title, updated=None)
    boxes = {TITLE: title, PUBLISHER: publisher, DAY: draft.guessed_day, URL: url}
    st.session_state.update(boxes | {POLICY_ID: version_of or suggested_id(named) or "policy"})
    put(NEW, draft)
    return draft


def draft_of_kept(pack: PolicyPack) -> Draft:
    """Return the draft in which a version of the library is edited; what nobody has changed is read anew where others have.

    Raises:
        PolicyIndexError: The version is gone, or cannot be read.
    """
    held = draft_of(pack.spec)
    if held is not None and held.steps:
        return held
    fresh = read_kept(pack)
    if held is None or held.kept != fresh.kept:
        put(pack.spec, fresh)
        return fresh
    return held


def read_kept(pack: PolicyPack) -> Draft:
    """Return a draft of a version as the library holds it now.

    Raises:
        PolicyIndexError: It is gone, or cannot be read.
    """
    library = kept_library()
    if library is None or pack.parts is None:
        message = f"Expected a policy of the library, got {pack.spec}."
        raise PackError(message)
    card = library.card(pack.spec)  # before the pack: an edit that falls between them is met when this one is kept
    parts = library.pack(pack.spec).parts or pack.parts
    texts = {name: text for name in parts.names() if (text := parts.read(name)) is not None}
    edits = texts.pop("edits.json", None)
    bare = PolicyPack.from_parts(PackTexts(texts=texts, name=pack.spec), folder=Path())
    kept = Kept(spec=pack.spec, revision=card.revision)
    return Draft(read=bare.policy, kept=kept, begun_with=() if edits is None else edits_from_json(edits))


def draft_of_shelf(pack: PolicyPack) -> Draft:
    """Return a draft by which a version is looked at that cannot be edited."""
    return Draft(read=pack.policy)


def newest_of(policy_id: str) -> PolicyPack | None:
    """Return the newest version of a policy of the library; None where it has none."""
    library = kept_library()
    own = [entry for entry in versions_of(policy_id) if entry.in_library]
    return library.pack(own[0].spec) if library is not None and own else None


def set_problem(sentence: str | None) -> None:
    """Keep what could not be done, until it is shown."""
    st.session_state[_PROBLEM] = sentence


def problem() -> str | None:
    """Return what could not be done, once."""
    sentence: str | None = st.session_state.pop(_PROBLEM, None)
    return sentence


def _drafts() -> dict[str, Draft]:
    drafts: dict[str, Draft] = st.session_state.get(_KEY, {})
    return drafts
