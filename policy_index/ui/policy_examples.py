"""The examples of a policy: texts of one's own for its clauses, from which the search learns what people here write."""

from collections.abc import Sequence

import streamlit as st

from policy_index.errors import LibraryError, PackError, PolicyIndexError, QuotaError, public_words
from policy_index.library.annotations import examples_from_jsonl
from policy_index.library.library import Library
from policy_index.library.values import Example, KeptExample
from policy_index.policy.pack import PolicyPack
from policy_index.search.example_calibration import ExampleCounts
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.links import Block, show_block, tag
from policy_index.ui.visitor import count_upload, visitor
from policy_index.words import counted, shortened

_HARMLESS = ""
_LARGEST_MB = 20
_TEXTS, _CLAUSE, _HARD, _LINES_FILE, _SAID, _PROBLEM = (
    "example-texts",
    "example-clause",
    "example-hard",
    "example-file",
    "example-said",
    "example-problem",
)


def show_examples(pack: PolicyPack, library: Library, *, can_write: bool) -> None:
    """Show a policy's examples, and let a person add some and take some away."""
    kept = library.notes.examples(pack.spec)
    st.markdown(
        "Five texts a clause, as people here would write them, help most: an idea, a question, a request that touches it. "
        "Add harmless ones too, that touch no clause."
    )
    show_block(Block.of(tag("p", missing_in_words(kept, pack), class_="upe-note")), key="missing")
    if sentence := st.session_state.pop(_SAID, None):
        st.success(plain(sentence))
    if sentence := st.session_state.pop(_PROBLEM, None):
        show_problem(sentence)
    if can_write:
        add, lines = st.tabs(["Type them", "Upload a file"], key="example-way")
        with add:
            _show_typing(pack, library)
        with lines:
            _show_upload(pack, library)
    _show_kept(pack, library, kept, can_write=can_write)


def missing_in_words(kept: Sequence[KeptExample], pack: PolicyPack) -> str:
    """Return how many examples are missing until there are probabilities, in a sentence; those of clauses that are gone do not count."""
    clause_ids = [each.example.clause_id for each in kept]
    touching = sum(clause_id in pack.policy.columns for clause_id in clause_ids if clause_id is not None)
    return ExampleCounts(touching=touching, harmless=clause_ids.count(None)).in_words()


def _show_typing(pack: PolicyPack, library: Library) -> None:
    clauses = sorted(pack.policy, key=lambda clause: not clause.citable)
    names = {clause.id: f"{clause.position}: {shortened(clause.text, letters=90)}" for clause in clauses}
    clause_id = st.selectbox(
        "Clause that the texts touch",
        [*names, _HARMLESS],
        format_func=lambda each: names.get(each, "None: harmless texts that touch no clause"),
        key=_CLAUSE,
    )
    hard = False
    if clause_id == _HARMLESS:
        hard = st.checkbox("They share the policy’s words or topics (look-alikes)", key=_HARD)
    st.text_area("One text a line", height=140, key=_TEXTS, max_chars=500_000, persist_state="session")

    def add() -> None:
        lines = [line.strip() for line in str(st.session_state.get(_TEXTS) or "").splitlines() if line.strip()]
        rows = [Example(text=line, clause_id=clause_id or None, hard=hard, origin="typed") for line in lines]
        if _add(pack, library, rows):
            st.session_state[_TEXTS] = ""

    st.button("Add these examples", type="primary", icon=":material/add:", key="add-examples", on_click=add)


def _show_upload(pack: PolicyPack, library: Library) -> None:
    upload = st.file_uploader(
        'JSON Lines: {"clause_id": id or null, "text": "…"}, one a line',
        type=["jsonl", "ndjson"],
        max_upload_size=_LARGEST_MB,
        key=_LINES_FILE,
    )
    if upload is None:
        return

    def add() -> None:
        try:
            count_upload(upload.size)
            content = upload.getvalue().decode("utf-8-sig")
            rows = examples_from_jsonl(content, name=upload.name)
        except UnicodeDecodeError as error:
            st.session_state[_PROBLEM] = f"Expected UTF-8 in {upload.name}, got byte 0x{error.object[error.start]:02x}."
        except (PackError, QuotaError) as error:
            st.session_state[_PROBLEM] = public_words(error)
        else:
            _add(pack, library, rows)

    st.button("Add the file’s examples", type="primary", icon=":material/add:", key="add-lines", on_click=add)


def _add(pack: PolicyPack, library: Library, rows: Sequence[Example]) -> bool:
    """Keep examples, all or none; say how many were new, or why none is kept."""
    unknown = next((row.clause_id for row in rows if row.clause_id and row.clause_id not in pack.policy.columns), None)
    try:
        if not rows:
            message = "Expected at least one text, got none."
            raise LibraryError(message)
        if unknown is not None:
            pack.policy.clause(unknown)
        new = library.notes.add_examples(pack.spec, rows, who=visitor().allowed())
    except PolicyIndexError as error:
        st.session_state[_PROBLEM] = f"None was kept, and nothing is lost: {error}"
        return False
    again = f"; {counted(len(rows) - new, 'text was', 'texts were')} there already" if new < len(rows) else ""
    st.session_state[_SAID] = f"Kept {counted(new, 'new example')}{again}."
    return True


def _show_kept(pack: PolicyPack, library: Library, kept: Sequence[KeptExample], *, can_write: bool) -> None:
    if not kept:
        return
    st.header(f"Kept: {len(kept):,}")
    positions = {clause.id: clause.position for clause in pack.policy}
    rows = [
        {
            "Touches": _position(each.example, positions),
            "Text": each.example.text,
            "From": each.example.origin,
            "For": "all versions" if each.for_all_versions else "this version",
        }
        for each in kept
    ]
    chosen = st.dataframe(
        rows, hide_index=True, key="kept-examples", on_select="rerun", selection_mode="multi-row", width="stretch"
    )
    marked = [kept[row] for row in chosen["selection"]["rows"] if row < len(kept)]

    def remove() -> None:
        try:
            for each in marked:
                library.notes.remove_example(pack.spec, each.id, who=visitor().allowed())
        except PolicyIndexError as error:
            st.session_state[_PROBLEM] = public_words(error)
        else:
            st.session_state[_SAID] = f"Removed {counted(len(marked), 'example')}."

    if can_write and marked:
        st.button(
            f"Remove {counted(len(marked), 'example')}", icon=":material/delete:", key="drop-examples", on_click=remove
        )


def _position(example: Example, positions: dict[str, str]) -> str:
    if example.clause_id is None:
        return "nothing (a look-alike)" if example.hard else "nothing"
    return positions.get(example.clause_id, f"{example.clause_id} (not in this version)")
