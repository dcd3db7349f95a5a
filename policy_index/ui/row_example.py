"""A row of a batch becomes an example: of a clause of a policy that is kept, or a harmless text that touches none."""

from collections.abc import Sequence

import streamlit as st

from policy_index.errors import PolicyIndexError, public_words
from policy_index.policy.pack import PolicyPack
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.kept import can_write, is_own, kept_library
from policy_index.ui.visitor import visitor
from policy_index.words import shortened

_HARMLESS = ""


def show_row_example(pack: PolicyPack, text: str, *, key: str, nearest: Sequence[str] = ()) -> None:
    """Let a person keep a text as an example of the policy; nothing is shown where policies cannot be changed.

    Args:
        pack: The policy; of the library, or nothing is shown.
        text: The row's text.
        key: A name of the row, for its boxes.
        nearest: Ids of the clauses that were found for it, best first: these are offered first.
    """
    library = kept_library()
    if library is None or not is_own(pack) or not can_write():
        return
    names = {clause.id: f"{clause.position}: {shortened(clause.text, letters=90)}" for clause in pack.policy}
    first = [clause_id for clause_id in dict.fromkeys(nearest) if clause_id in names]
    offered = [*first, _HARMLESS, *(clause_id for clause_id in names if clause_id not in first)]
    said = f"row-example-said {key}"

    def keep() -> None:
        from policy_index.library.values import Example  # brings SQLAlchemy along, which not every page needs

        clause_id = str(st.session_state[f"row-example {key}"] or "")
        try:
            example = Example(text=text, clause_id=clause_id or None, hard=not clause_id, origin="batch")
            new = library.notes.add_examples(pack.spec, [example], who=visitor().allowed())
        except PolicyIndexError as error:
            st.session_state[said] = ("error", f"Not kept, and nothing is lost: {public_words(error)}")
            return
        words = "Kept as an example" if new else "It is an example already; nothing was changed"
        st.session_state[said] = ("success", f"{words}. The next search learns from it.")

    with st.popover("Keep as an example", icon=":material/school:"):
        st.selectbox(
            "Which clause does it touch?",
            offered,
            format_func=lambda each: names.get(each, "None: it is harmless here"),
            key=f"row-example {key}",
        )
        st.button("Keep it", key=f"row-example-keep {key}", type="primary", icon=":material/check:", on_click=keep)
    outcome = st.session_state.pop(said, None)
    if outcome is not None:
        kind, sentence = outcome
        if kind == "error":
            show_problem(sentence)
        else:
            st.success(plain(sentence))
