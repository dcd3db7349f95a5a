"""Who speaks of what: a question in a person's own words, and all topics as a picture and a table, for several policies."""

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from policy_index.comparing.matrix import MOST_POLICIES, Cell, Matrix, TopicRow, asked_matrix, concept_matrix
from policy_index.plots.topics import SAYS_COLORS, SAYS_SIGNS, plot_topics
from policy_index.policy.concepts import bundled_concepts
from policy_index.policy.pack import PolicyPack
from policy_index.records.matrices import matrix_rows
from policy_index.search.likelihood import Nearness
from policy_index.server.service import service
from policy_index.ui.announce import announce
from policy_index.ui.cards import card, lead_ins
from policy_index.ui.charts import file_name, show_download
from policy_index.ui.kept import choices, listed
from policy_index.ui.leading_chart import show_leading_chart
from policy_index.ui.links import Block, Tag, link, open_page, show_block, tag
from policy_index.ui.versions import Packs, shared_encoder
from policy_index.words import counted, either, shortened

CONCEPT = "concept"
"""What names a topic in an address: `?view=Who+speaks+of+what&concept=gambling`."""

_AMONG, _ASKED, _FIRST = "among", "topic-asked", 5
_ROWS_A_PAGE = 20
_IN_PICTURE = 30

NOT_ALLOWED_BY_SILENCE = "What a policy does not seem to speak of it does not thereby allow."


def show_topics(pack: PolicyPack) -> None:
    """Let a person choose policies and ask about a thing; show who speaks of it, and of everything else.

    Raises:
        PolicyIndexError: A policy or the model is not there, or the question cannot be used.
    """
    packs = _chosen_packs(pack)
    asked = st.text_input(
        "What do they say about …",
        type="search",
        key=_ASKED,
        max_chars=300,
        placeholder="a dating app, gambling, face recognition",
        help="In your own words. Press Enter.",
    ).strip()
    if not packs:
        st.info("No policy is chosen: choose at least one.", icon=":material/filter_alt_off:")
        return
    with st.spinner(f"Reading {counted(len(packs), 'policy', 'policies')} …", show_time=True):
        matrix = _matrix(packs, shared_encoder().fingerprint)
        answer = asked_matrix(packs, shared_encoder(), texts=[asked]).rows[0] if asked else _linked(matrix)
    if answer is not None:
        _show_answer(matrix.packs, answer)
    rows = _rows(matrix, asked)
    _show_all(pack, Matrix(packs=matrix.packs, rows=rows, space=matrix.space), is_filtered=len(rows) < len(matrix.rows))


def _chosen_packs(pack: PolicyPack) -> Packs:
    titles = choices(pack)
    usual = list(dict.fromkeys([pack.spec, *(each.newest.spec for each in listed() if each.id != pack.id)]))[:_FIRST]
    specs = st.multiselect(
        "Policies",
        list(titles),
        default=[spec for spec in usual if spec in titles],
        format_func=lambda spec: titles[spec],
        max_selections=MOST_POLICIES,
        key=_AMONG,
        bind="query-params",
    )
    return tuple(service().shelf.find(spec) for spec in specs)


@lru_cache(maxsize=32)
def _matrix(packs: Packs, fingerprint: str) -> Matrix:  # noqa: ARG001  # another encoder, another matrix
    """Return all topics, those of which most policies speak first."""
    found = concept_matrix(packs, shared_encoder())
    rows = sorted(found.rows, key=lambda row: (-row.speaking, -max(cell.value for cell in row.cells)))
    return Matrix(packs=found.packs, rows=tuple(rows), space=found.space)


def _linked(matrix: Matrix) -> TopicRow | None:
    """Return the topic that the address names."""
    wanted = st.query_params.get(CONCEPT)
    return next((row for row in matrix.rows if row.topic.id == wanted), None)


def _rows(matrix: Matrix, asked: str) -> tuple[TopicRow, ...]:
    """Return the topics that hold the words asked for, or, where none does, all."""
    return tuple(row for row in matrix.rows if row.topic.holds(asked)) or matrix.rows


def _show_answer(packs: Packs, row: TopicRow) -> None:
    """Show what each policy says of one topic, in the policy's own words."""
    cells = sorted(zip(packs, row.cells, strict=True), key=lambda each: -each[1].value)
    speaking = [(pack, cell) for pack, cell in cells if cell.speaks]
    silent = [pack.policy.provenance.name for pack, cell in cells if not cell.speaks]
    said = f"{len(speaking)} of {counted(len(packs), 'policy', 'policies')} seem to speak of it."
    parts = [tag("h2", f"“{row.topic.name}”" if not row.topic.id else row.topic.name)]
    if row.topic.definition:
        parts.append(tag("p", row.topic.definition, class_="upe-soft"))
    parts += [_answer(pack, cell) for pack, cell in speaking]
    if silent:
        nothing = f"No clause found that speaks of it: {either(silent, word='and')}. {NOT_ALLOWED_BY_SILENCE}"
        parts.append(tag("p", nothing, class_="upe-note"))
    announce(said, key="topic")
    show_block(Block.of(*parts), key="topic answer")


def _answer(pack: PolicyPack, cell: Cell) -> Tag:
    clause = cell.clause
    leads = [tag("p", f"Under “{shortened(words)}”") for words in lead_ins(clause)[-1:]]
    return tag(
        "section",
        tag(
            "div",
            tag("span", _says(cell), class_="upe-change", style={"--kind": SAYS_COLORS[cell.says]}),
            tag("span", f"{pack.policy.provenance.name} ({pack.version})"),
            link("categories", clause.position, policy=pack.spec, clause=clause.id),
            class_="upe-change-head",
        ),
        card(tag("blockquote", clause.text), *leads, lane=pack.lane_of(clause)),
        class_="upe-pair",
    )


def _says(cell: Cell) -> str:
    doubt = "" if cell.nearness is Nearness.NEAR else "Maybe: "
    words = cell.says.value if not doubt else cell.says.value.lower()
    return f"{SAYS_SIGNS[cell.says]} {doubt}{words}"


def _show_all(pack: PolicyPack, matrix: Matrix, *, is_filtered: bool) -> None:
    """Show topics as a picture and as a table."""
    st.header("Topics that hold these words" if is_filtered else "All topics")
    st.caption(
        "Found by a language model. On 287 fields of this table that we judged ourselves, in four policies, 9 in 10 of those that "
        "are filled in were right, and 4 in 10 of those marked “maybe”; 9 in 10 of all that the policies speak of were found. Whether "
        f"a clause forbids follows from its kind. {NOT_ALLOWED_BY_SILENCE} No legal advice."
    )
    speaking = [row for row in matrix.rows if row.speaking]
    shown = tuple(speaking[:_IN_PICTURE] or matrix.rows[:_IN_PICTURE])
    picture = Matrix(packs=matrix.packs, rows=shown, space=matrix.space)
    names = [each.policy.provenance.name for each in matrix.packs]
    clicked = show_leading_chart(
        plot_topics(picture),
        key="topics",
        alt=f"{counted(len(shown), 'topic')} by {either(names, word='and')}: what each policy says of each. The table below has it all.",
        name=file_name(pack, "topics"),
        packs=matrix.packs,
    )
    _open_clause(matrix.packs, clicked)
    st.caption("A click on a square opens the clause that says it; in the table below its words unfold.")
    if len(speaking) > len(shown):
        st.caption(
            f"The {len(shown)} topics of which most of these policies speak; the table has all {len(matrix.rows)}."
        )
    show_download(lambda: list(matrix_rows(matrix)), key="topics-csv", name=file_name(pack, "topics"), what="Table")
    pages = -(-len(matrix.rows) // _ROWS_A_PAGE)
    page = st.pagination(pages, key=f"topics page {is_filtered} {pages}", max_visible_pages=5) if pages > 1 else 1
    rows = matrix.rows[(page - 1) * _ROWS_A_PAGE : page * _ROWS_A_PAGE]
    show_block(Block.of(_table(matrix.packs, rows)), key="topics table")


def _open_clause(packs: Packs, clicked: Sequence[str]) -> None:
    """Open the clause that a square of the picture stands for."""
    match clicked:
        case [_, spec, clause_id] if any(pack.spec == spec and clause_id in pack.policy.columns for pack in packs):
            open_page("categories", policy=spec, clause=clause_id)


def _table(packs: Packs, rows: Sequence[TopicRow]) -> Tag:
    head = tag(
        "tr",
        tag("th", "Topic", scope="col"),
        *(tag("th", f"{pack.policy.provenance.name} ({pack.version})", scope="col") for pack in packs),
    )
    body = [
        tag(
            "tr",
            tag("th", row.topic.name, scope="row", title=row.topic.definition),
            *(_field(*each) for each in zip(packs, row.cells, strict=True)),
        )
        for row in rows
    ]
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body), class_="upe-topics"), class_="upe-scroll")


def _field(pack: PolicyPack, cell: Cell) -> Tag:
    if not cell.speaks:
        return tag("td", tag("span", "–", aria_label="No clause found", class_="upe-soft"))
    clause = cell.clause
    words = shortened(clause.text, letters=400)
    summary = tag("summary", _says(cell), title=words, style={"--kind": SAYS_COLORS[cell.says]})
    opened = link("categories", clause.position, policy=pack.spec, clause=clause.id)
    return tag("td", tag("details", summary, tag("blockquote", words), tag("p", opened)))


def topic_link(concept_id: str) -> Tag:
    """Return a link to who else speaks of a concept."""
    concept = bundled_concepts().by_id[concept_id]
    return link("compare", concept.name, view="Who speaks of what", **{CONCEPT: concept.id})
