"""How alike a policy's clauses are, where that has been computed, and one sentence where it has not."""

import streamlit as st

from policy_index.errors import PackError, public_words
from policy_index.landscape.landscape import Landscape, landscape_of
from policy_index.policy.pack import PolicyPack
from policy_index.ui.foreign import plain


def likenesses(pack: PolicyPack) -> Landscape | None:
    """Return what was computed for a pack; None where nothing was, or where its file is broken."""
    try:
        return landscape_of(pack)
    except PackError:
        return None


def why_none(pack: PolicyPack) -> str:
    """Return one sentence on why there are no likenesses, and how there will be some; plain text."""
    try:
        landscape_of(pack)
    except PackError as error:
        return public_words(error)
    return (
        "Likenesses of the clauses have not been computed for this policy: "
        f"the command “policy-index chart --policy {pack.spec}” does it."
    )


def show_why_none(pack: PolicyPack) -> None:
    """Say why there are no likenesses."""
    st.info(plain(why_none(pack)), icon=":material/info:")
