"""One change as a card: both texts side by side, what went struck out in the one, what came underlined in the other."""

from collections.abc import Iterable, Sequence

from policy_index.comparing.binding import BindingEdit, BindingKind
from policy_index.comparing.diff import Change, ChangeKind, HeadingChange
from policy_index.comparing.edits import Edit, EditKind
from policy_index.policy.document import Clause
from policy_index.policy.pack import PolicyPack
from policy_index.ui.compare_style import KIND_COLORS, KIND_SIGNS
from policy_index.ui.links import Tag, link, tag
from policy_index.ui.pair import Pair
from policy_index.words import counted

BINDING_NAMES = {
    BindingKind.MODAL: "Must or may",
    BindingKind.NEGATION: "Negation",
    BindingKind.EXCEPTION: "Condition or exception",
    BindingKind.NUMBER: "Number",
    BindingKind.GROUP: "Group of people",
}
"""What words that bind are, for people."""

_MOST_FOLDED = 300
"""Unchanged clauses that are listed in one place; the files hold them all."""


def name_of(change: Change) -> str:
    """Return what names a change in addresses: the clause after, or `-` and the clause before where it was removed."""
    return f"-{change.clause.id}" if change.after is None else change.after.id


def change_card(pair: Pair, change: Change) -> Tag:
    """Return a change with its permalink."""
    permalink = pair.link("Link to this change", label=f"Link to this change: {_place(change)}", change=name_of(change))
    return tag(
        "section",
        tag(
            "div",
            _kind(change.kind),
            *(tag("span", words) for words in _also(change)),
            permalink,
            class_="upe-change-head",
        ),
        _sides(pair, change),
        *_binding_line(change.binding),
        class_="upe-pair",
        aria_label=f"{change.kind.value.capitalize()}: {_place(change)}",
    )


def heading_card(change: HeadingChange) -> Tag:
    """Return what became of a title, heading or lead-in."""
    under = f"heading or lead-in over {counted(change.clauses, 'clause')}"
    is_whole = change.before is None or change.after is None
    return tag(
        "section",
        tag("div", _kind(change.kind), tag("span", under), class_="upe-change-head"),
        tag(
            "div",
            _side("Before", None if change.before is None else _went(change.edits, is_whole=is_whole)),
            _side("After", None if change.after is None else _came(change.edits, is_whole=is_whole)),
            class_="upe-sides",
        ),
        *_binding_line(change.binding),
        class_="upe-pair",
        aria_label=f"{change.kind.value.capitalize()} {under}",
    )


def folded(pack: PolicyPack, changes: Sequence[Change]) -> Tag:
    """Return a stretch of unchanged clauses, folded to their number."""
    shown = changes[:_MOST_FOLDED]
    more = len(changes) - len(shown)
    return tag(
        "details",
        tag("summary", f"{counted(len(changes), 'clause')} unchanged"),
        tag(
            "ul",
            *(tag("li", each.clause.text, tag("small", " ", _clause_link(pack, each.clause))) for each in shown),
            *([tag("li", f"{more:,} more are in the files.")] if more else []),
        ),
        class_="upe-folded",
    )


def binding_words(edit: BindingEdit) -> list[str | Tag]:
    """Return what an edit does to words that bind: `Number: once a year → every three months`, `Negation added: not`."""
    name, before, after = BINDING_NAMES[edit.what], run(edit.before, EditKind.DELETE), run(edit.after, EditKind.INSERT)
    if not edit.before:
        return [f"{name} added: ", after]
    if not edit.after:
        return [f"{name} removed: ", before]
    return [f"{name}: ", before, " → ", after]


def run(words: str, kind: EditKind, *, is_whole: bool = False) -> Tag:
    """Return a run of words that came or went, told by a line and, to screen readers, as what `ins` and `del` are to them."""
    role, class_ = ("insertion", "upe-came") if kind is EditKind.INSERT else ("deletion", "upe-went")
    return tag("span", words, role=role, class_=f"{class_} upe-whole" if is_whole else class_)


def _kind(kind: ChangeKind) -> Tag:
    words = f"{KIND_SIGNS[kind.value]} {kind.value.capitalize()}"
    return tag("span", words, class_="upe-change", style={"--kind": KIND_COLORS[kind.value]})


def _also(change: Change) -> Iterable[str]:
    if change.split_into:
        yield f"split into {len(change.split_into)} clauses"
    if change.merged_from:
        yield f"made of {len(change.merged_from)} clauses"
    if change.before is not None and change.after is not None and change.moved:
        old, new = _under(change.before), _under(change.after)
        verb = "" if change.kind is ChangeKind.MOVED else "moved "
        yield f"{verb}from “{old}” to “{new}”" if old != new else f"{verb}to another place"
    if change.kind is ChangeKind.COSMETIC:
        same = change.clauses_before[0].text == change.clauses_after[0].text
        yield (
            "no letter differs, only mark-up or the target of a link"
            if same
            else "no word differs, only white space, punctuation, case or numbering"
        )


def _under(clause: Clause) -> str:
    return clause.path[-1] if clause.path else clause.section


def _place(change: Change) -> str:
    return ", ".join(each.position for each in (change.clauses_after or change.clauses_before))


def _sides(pair: Pair, change: Change) -> Tag:
    is_whole = change.before is None or change.after is None
    before, after = _went(change.edits, is_whole=is_whole), _came(change.edits, is_whole=is_whole)
    return tag(
        "div",
        _side("Before", before if change.before else None, *_links(pair.before, change.clauses_before)),
        _side("After", after if change.after else None, *_links(pair.after, change.clauses_after)),
        class_="upe-sides",
    )


def _side(name: str, words: Sequence[str | Tag] | None, *where: str | Tag) -> Tag:
    if words is None:
        missing = "Not there yet" if name == "Before" else "No longer there"
        return tag("div", tag("p", name, class_="upe-which"), tag("p", missing, class_="upe-none"))
    head = [f"{name}: ", *where] if where else [name]
    return tag("div", tag("p", *head, class_="upe-which"), tag("blockquote", *words))


def _links(pack: PolicyPack, clauses: Sequence[Clause]) -> list[str | Tag]:
    return [part for clause in clauses for part in (", ", _clause_link(pack, clause))][1:]


def _clause_link(pack: PolicyPack, clause: Clause) -> Tag:
    return link("categories", clause.position, policy=pack.spec, clause=clause.id)


def _went(edits: Sequence[Edit], *, is_whole: bool) -> list[str | Tag]:
    return [
        part
        for edit in edits
        if edit.kind is not EditKind.INSERT
        for part in _marked(edit.before, edit.kind, is_whole=is_whole)
    ]


def _came(edits: Sequence[Edit], *, is_whole: bool) -> list[str | Tag]:
    return [
        part
        for edit in edits
        if edit.kind is not EditKind.DELETE
        for part in _marked(edit.after, edit.kind, is_whole=is_whole)
    ]


def _marked(text: str, kind: EditKind, *, is_whole: bool) -> list[str | Tag]:
    """Return a run as it is shown; the white space at its ends is neither struck out nor underlined."""
    words = text.strip()
    if kind is EditKind.EQUAL or not words:
        return [text]
    start = text.index(words)
    return [text[:start], run(words, kind, is_whole=is_whole), text[start + len(words) :]]


def _binding_line(edits: Sequence[BindingEdit]) -> list[Tag]:
    if not edits:
        return []
    parts = [part for edit in edits for part in ("; ", *binding_words(edit))][1:]
    return [tag("p", tag("strong", "What binds, found by words. "), *parts, class_="upe-soft")]
