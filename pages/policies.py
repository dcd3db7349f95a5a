"""Policies: which there are; bring yours, look over what was recognised, keep it, and check texts against it at once."""

import streamlit as st

from policy_index.errors import PolicyIndexError
from policy_index.ui.drafting import NEW, draft_of
from policy_index.ui.foreign import show_problem
from policy_index.ui.kept import can_write, is_own, kept_library
from policy_index.ui.links import Block, show_block, tag
from policy_index.ui.policies_list import begin_version, show_list, show_versions
from policy_index.ui.policies_style import show_policies_style
from policy_index.ui.policy_examples import show_examples
from policy_index.ui.policy_intake import show_intake
from policy_index.ui.policy_review import show_kept_clauses, show_new_draft
from policy_index.ui.policy_statement import show_statement
from policy_index.ui.policy_views import View, check_link, chosen_view, note_kept, show_just_kept, show_policy_head
from policy_index.ui.visit import visit
from policy_index.ui.visitor import show_why_not, visitor

pack = visit().pack
view = chosen_view()
draft = draft_of(NEW)
library = kept_library()
can_edit = is_own(pack) and library is not None and can_write()
show_policies_style()

try:
    if view is View.DRAFT and draft is not None:
        show_new_draft(draft)
    elif view in {View.LIST, View.DRAFT}:
        note_kept(None)
        st.markdown(
            "Bring the policy that you work under. Its clauses are recognised in seconds; you look them over and keep them, and "
            "every page here then works with it."
        )
        bring, there = st.columns([5, 7], gap="large")
        with bring:
            show_intake()
        with there:
            show_list()
    else:
        show_policy_head(pack, view)
        if is_own(pack) and not visitor().may_write:
            show_why_not()
        elif not is_own(pack) and view is not View.ABOUT:
            st.info("This policy came with the program or from a folder: it can be read here, not edited.")
        if view is View.ABOUT:
            show_just_kept(pack)
            with st.container(horizontal=True, vertical_alignment="center"):
                show_block(Block.of(tag("p", check_link(pack.spec))), key="check")
                if can_edit:
                    st.button(
                        "Add a version",
                        icon=":material/add:",
                        key="add-version",
                        on_click=begin_version,
                        args=(pack.id,),
                    )
            if can_edit and library is not None:
                show_statement(pack, library)
            show_versions(pack.id, pack.spec)
        elif view is View.CLAUSES:
            show_kept_clauses(pack, can_edit=can_edit)
        elif library is not None and is_own(pack):
            show_examples(pack, library, can_write=can_edit)
except PolicyIndexError as error:
    show_problem(error)
