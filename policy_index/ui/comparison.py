"""What changed between two texts: in counts, what binds apart, clause by clause, and as files."""

from collections.abc import Collection, Sequence
from functools import partial
from itertools import groupby

import streamlit as st

from policy_index.comparing.binding import BindingEdit
from policy_index.comparing.diff import Change, ChangeKind, Comparison
from policy_index.errors import EncoderError, OverloadedError, public_words
from policy_index.plots.labels import told_apart
from policy_index.records.comparisons import NOTE, ComparisonFormat, comparison_paper
from policy_index.server.service import service
from policy_index.ui.announce import announce
from policy_index.ui.change_rows import binding_words, change_card, folded, heading_card, name_of
from policy_index.ui.foreign import plain, show_problem
from policy_index.ui.links import Block, Tag, show_block, tag
from policy_index.ui.pair import Pair, order_note, show_turn_round
from policy_index.ui.versions import compared, compared_by_words, needs_meaning
from policy_index.words import NARROW_SPACE, counted, either, shortened

CHANGES_A_PAGE = 40

_FORMATS = {
    ComparisonFormat.MARKDOWN: ("Markdown", ":material/markdown:", "md", "text/markdown"),
    ComparisonFormat.HTML: ("HTML to print", ":material/print:", "html", "text/html"),
    ComparisonFormat.JSON: ("JSON", ":material/data_object:", "json", "application/json"),
}

_FILTERED = [ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.REWORDED, ChangeKind.MOVED, ChangeKind.COSMETIC]
_BINDING_SHOWN = 8


def comparison_of(pair: Pair) -> Comparison:
    """Return what changed; without a model by words alone, which is said in a sentence.

    Raises:
        ComparisonError: The two cannot be compared.
    """
    why = "The model is still being loaded; open the page again for what meaning adds."
    try:
        found = compared(pair.before, pair.after)
        if service().is_warm() or not needs_meaning(pair.before, pair.after):
            return found
    except (EncoderError, OverloadedError) as error:
        why = public_words(error)
    st.warning(plain(f"Clauses are aligned by words alone. {why}"), icon=":material/warning:")
    return compared_by_words(pair.before, pair.after)


def summary(comparison: Comparison) -> str:
    """Return the counts as a sentence: `3 added, 1 removed; 2 of these touch what binds; 12 only cosmetic, 50 unchanged`."""
    counts = comparison.counts
    changed = [f"{counts[kind]:,} {kind.value}" for kind in _FILTERED[:-1] if counts[kind]]
    binding = sum(bool(change.binding) for change in comparison.changes)
    touching = [f"{binding:,} of these {'touches' if binding == 1 else 'touch'} what binds"] if binding else []
    quiet = [f"{counts[ChangeKind.COSMETIC]:,} only cosmetic"] if counts[ChangeKind.COSMETIC] else []
    quiet += [f"{counts[ChangeKind.UNCHANGED]:,} unchanged"] if counts[ChangeKind.UNCHANGED] else []
    if not changed:
        changed = ["No clause changed a word"]
    return "; ".join(", ".join(each) for each in (changed, touching, quiet) if each) + "."


def share_in_words(touched: float) -> str:
    """Return how much of the words came or went."""
    if touched == 0:
        return "No word came or went."
    if touched < 0.01:  # noqa: PLR2004  # one percent
        return f"Under 1{NARROW_SPACE}% of the words came or went."
    return f"{touched:.0%} of the words came or went.".replace("%", f"{NARROW_SPACE}%")


def show_summary(pair: Pair, comparison: Comparison) -> None:
    """Show the counts, what a reader should know of this pair, and what binds apart from the rest."""
    for sentence in (*comparison.notes, order_note(pair)):
        if sentence:
            st.info(plain(sentence), icon=":material/info:")
    if pair.before is not pair.after:
        show_turn_round(pair)
    headings = [f" {counted(len(comparison.headings), 'heading or lead-in', 'headings and lead-ins')} changed too."]
    show_block(
        Block.of(
            tag("p", summary(comparison), class_="upe-summary"),
            tag(
                "p",
                share_in_words(comparison.touched),
                *(headings if comparison.headings else []),
                f" {NOTE}",
                class_="upe-soft",
            ),
        ),
        key="summary",
    )
    if comparison.alters_words:
        show_block(_binding(pair, comparison), key="what binds")


def show_comparison_downloads(pair: Pair, comparison: Comparison) -> None:
    """Offer the comparison in every format; each file is written when it is asked for."""
    with st.container(horizontal=True):
        for form, (name, icon, suffix, mime) in _FORMATS.items():
            st.download_button(
                name,
                partial(comparison_paper, comparison, form, before=pair.before, after=pair.after),
                file_name=f"{pair.before.id}-{pair.before.version}-to-{_short(pair)}-changes.{suffix}",
                mime=mime,
                icon=icon,
                key=f"download-{form.value}",
                on_click="ignore",
            )


def show_changes(pair: Pair, comparison: Comparison) -> None:
    """Let a person choose kinds and a section, and show the clauses side by side, a page of them at a time."""
    kinds, binding_only, section = _filters(pair, comparison)
    groups = _groups_of(pair)
    is_filtered = bool(kinds) or binding_only or section is not None
    shown = [
        change
        for change in comparison.changes
        if (not kinds or change.kind in kinds)
        and (not binding_only or change.binding)
        and (section is None or section in _places(pair, change))
        and (change.kind is not ChangeKind.UNCHANGED or not is_filtered)
    ]
    changed = [change for change in shown if change.kind is not ChangeKind.UNCHANGED]
    announce(f"{counted(len(changed), 'change')} shown" if is_filtered else "", key="changes")
    if not shown:
        st.info("No change is of that kind in that part.", icon=":material/search_off:")
        return
    pages = max(1, -(-len(changed) // CHANGES_A_PAGE))
    page = 1
    if pages > 1:
        which = f"{sorted(kinds)} {binding_only} {section}"
        page = st.pagination(pages, key=f"page {pair.before.spec} {pair.after.spec} {which}", max_visible_pages=5)
        st.caption(f"{counted(len(changed), 'change')}, in the order of the text after, {CHANGES_A_PAGE} a page")
    whole = page == 1 and not binding_only and section is None
    heads = [heading_card(each) for each in comparison.headings if whole and (not kinds or each.kind in kinds)]
    titled = [tag("h3", "Titles, headings and lead-ins", class_="upe-section"), *heads] if heads else []
    show_block(Block.of(*titled, *_cards(pair, _page(shown, page), groups)), key="cards")


def show_change_alone(pair: Pair, comparison: Comparison, asked: str) -> bool:
    """Show one change with the way to the one before, the one after, and all; False where there is none of that name."""
    named = {name_of(change): change for change in comparison.changes}
    if asked not in named:
        show_problem(f"No change of these two texts has the name {shortened(asked)!r}. Showing all of them.")
        return False
    change = named[asked]
    changed = [each for each in comparison.changes if each.kind is not ChangeKind.UNCHANGED or each is change]
    place = next(place for place, each in enumerate(changed) if each is change)
    steps: list[str | Tag] = []
    if place:
        steps.append(pair.link("← Change before", change=name_of(changed[place - 1])))
    steps += [" · "] if 0 < place < len(changed) - 1 else []
    if place + 1 < len(changed):
        steps.append(pair.link("Change after →", change=name_of(changed[place + 1])))
    where = tag(
        "nav", tag("span", pair.link("All changes")), tag("span", *steps), class_="upe-crumbs", aria_label="Changes"
    )
    title = tag("h2", f"Change {place + 1:,} of {len(changed):,}")
    show_block(Block.of(where, title, change_card(pair, change)), key="alone")
    return True


def _binding(pair: Pair, comparison: Comparison) -> Block:
    """Return the edits that touch what binds, and how many binding clauses came or went as a whole."""
    clauses = [
        tag("li", pair.link(change.clause.position, change=name_of(change)), ". ", *_edits(change.binding))
        for change in comparison.changes
        if change.binding
    ]
    headings = [
        tag("li", f"Over {counted(change.clauses, 'clause')}. ", *_edits(change.binding))
        for change in comparison.headings
        if change.binding
    ]
    items = [*clauses, *headings]
    whole = [
        f"{number:,} {kind.value}"
        for kind in (ChangeKind.ADDED, ChangeKind.REMOVED)
        if (number := sum(change.kind is kind and change.clause.citable for change in comparison.changes))
    ]
    parts = [
        tag("h2", "What binds"),
        tag(
            "p",
            "Found by words: must and may, not, conditions and exceptions, numbers, and who is named. A reason to read the clause, "
            "not a finding that it grew stricter.",
            class_="upe-soft",
        ),
        tag("ul", *items[:_BINDING_SHOWN]) if items else tag("p", "No edit within a clause touches such words."),
    ]
    if items[_BINDING_SHOWN:]:
        more = items[_BINDING_SHOWN:]
        parts.append(tag("details", tag("summary", f"{len(more):,} more"), tag("ul", *more)))
    if whole:
        parts.append(tag("p", f"Besides, whole clauses that bind the reader: {either(whole, word='and')}."))
    return Block.of(tag("section", *parts, class_="upe-aside", aria_label="What binds"))


def _edits(edits: Sequence[BindingEdit]) -> list[str | Tag]:
    return [part for edit in edits for part in ("; ", *binding_words(edit))][1:]


def _filters(pair: Pair, comparison: Comparison) -> tuple[list[ChangeKind], bool, str | None]:
    there = [
        kind for kind in _FILTERED if comparison.counts[kind] or any(each.kind is kind for each in comparison.headings)
    ]
    names = _groups_of(pair)
    kinds = st.pills(
        "Kinds of changes to show",
        there,
        selection_mode="multi",
        format_func=lambda kind: kind.value.capitalize(),
        key="kind",
        wrap=True,
        bind="query-params",
    )
    one, other = st.columns(2, vertical_alignment="bottom")
    section = one.selectbox(
        "Only in",
        list(names),
        index=None,
        format_func=lambda each: names[each],
        key="section",
        bind="query-params",
        placeholder="Any category or section",
    )
    binding_only = other.toggle("Only what binds, found by words", key="binding", bind="query-params")
    return list(kinds), binding_only, section


def _groups_of(pair: Pair) -> dict[str, str]:
    """Return the categories and sections of both texts, those after first, by what each is called."""
    after, before = ({group.id: group.name for group in pack.policy.groups} for pack in (pair.after, pair.before))
    groups = after | {name: words for name, words in before.items() if name not in after}
    return dict(zip(groups, told_apart(groups.values()), strict=True))


def _places(pair: Pair, change: Change) -> Collection[str]:
    return {
        pack.policy.group_of(clause.id).id
        for pack, clauses in ((pair.before, change.clauses_before), (pair.after, change.clauses_after))
        for clause in clauses
    }


def _page(shown: Sequence[Change], page: int) -> list[Change]:
    """Return the changes of one page, with the unchanged clauses that stand before each; the last page has those after, too."""
    last = max(sum(change.kind is not ChangeKind.UNCHANGED for change in shown) - 1, 0)
    result, passed = [], 0
    for change in shown:
        if min(passed, last) // CHANGES_A_PAGE == page - 1:
            result.append(change)
        passed += change.kind is not ChangeKind.UNCHANGED
    return result


def _cards(pair: Pair, changes: Sequence[Change], names: dict[str, str]) -> list[Tag]:
    parts: list[Tag] = []
    here = ""
    for is_same, run in groupby(changes, key=lambda change: change.kind is ChangeKind.UNCHANGED):
        if is_same:
            parts.append(folded(pair.after, list(run)))
            continue
        for change in run:
            pack = pair.before if change.after is None else pair.after
            section = names[pack.policy.group_of(change.clause.id).id]
            if section != here:
                parts.append(tag("h3", section, class_="upe-section"))
                here = section
            parts.append(change_card(pair, change))
    return parts


def _short(pair: Pair) -> str:
    return pair.after.version if pair.is_one_policy else f"{pair.after.id}-{pair.after.version}"
