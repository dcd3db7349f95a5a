"""Reads the pages' source for what they say, and whether it is our own words or somebody else's."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SAYING = {
    *("error", "warning", "info", "success", "toast", "markdown", "caption", "header", "subheader", "title", "write"),
    *("expander", "popover", "dialog", "tabs", "metric", "progress", "spinner", "status", "page_link", "link_button"),
    *("button", "form_submit_button", "download_button", "file_uploader", "checkbox", "toggle", "radio", "pills"),
    *("segmented_control", "selectbox", "multiselect", "slider", "select_slider", "text_input", "text_area", "badge"),
    *("date_input", "number_input", "menu_button", "chat_message", "table", "show_download", "show_section"),
}
"""What reads its first words as Markdown, whichever container it is called on."""

FIRST = {
    "metric": slice(0, 3),
    "progress": slice(1, 2),
    "page_link": slice(0),
    "show_download": slice(0),
    "show_section": slice(0, None),
}
"""Which arguments are said, where it is not the first."""

BY_NAME = {"label", "body", "text", "help", "caption", "what"}
"""Arguments that are said, by name."""

SHOWS_OPTIONS = {"pills", "segmented_control", "radio"}
"""What reads its options as Markdown too; those of select boxes are text."""

HARMLESS = {"plain", "counted", "percent", "long_day", "len", "int", "sum", "columns"}
"""What returns words that are shown as they are, numbers, our own words about a number or a day, or no words at all."""


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads one function, or a module without its functions.

    Attributes:
        scope: Its tree.
        allowed: Words that may be said all the same, as the source writes them, or functions that return such; each with the
            reason.
        used: Which of the allowed were met.
    """

    scope: ast.AST
    allowed: Mapping[str, str]
    used: set[str] = field(default_factory=set)

    def nodes(self) -> Iterator[ast.AST]:
        """What stands in the scope and in no function inside it; decorators are the outer scope's."""
        waiting = list(ast.iter_child_nodes(self.scope))
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.decorator_list if isinstance(node, ast.FunctionDef) else ast.iter_child_nodes(node)

    def strangers(self) -> Iterator[ast.expr]:
        """Where words of others may be read as Markdown, or where nobody can tell."""
        called = [node for node in self.nodes() if isinstance(node, ast.Call)]
        functions = {id(call.func) for call in called}
        for node in self.nodes():
            if isinstance(node, ast.Attribute) and id(node) not in functions and _is_streamlits(node):
                yield node  # handed on: nobody sees what it is called with
        for call in called:
            yield from (words for words in _said(call) if not self.is_ours(words))

    def is_ours(self, words: ast.AST, seen: frozenset[str] = frozenset()) -> bool:
        """Whether words, or each of some words, are our own, or somebody else's made harmless."""
        if self._is_allowed(words):
            return True
        match words:
            case (
                ast.Constant() | ast.FormattedValue(format_spec=ast.AST())
            ):  # which is a number, or could not be written so
                return True
            case ast.Attribute(value=ast.Name(), attr=name) if name.isupper():
                return True  # a member of an enumeration
            case ast.Name(id=name):
                return name in seen or name.isupper() or name == "plain" or self._is_given_ours(name, seen | {name})
            case ast.Call(func=function, args=arguments):
                return _name(function) in HARMLESS or self._are_ours(_passed_on(function, arguments), seen)
            case _:
                return self._are_ours(_parts(words), seen)

    def _is_allowed(self, words: ast.AST) -> bool:
        names = {ast.unparse(words)} | ({_name(words.func)} if isinstance(words, ast.Call) else set())
        found = names & set(self.allowed)
        self.used |= found
        return bool(found)

    def _are_ours(self, parts: "list[ast.expr] | None", seen: frozenset[str]) -> bool:
        return parts is not None and all(self.is_ours(part, seen) for part in parts)

    def _is_given_ours(self, name: str, seen: frozenset[str]) -> bool:
        """Whether whatever a name of this scope is given is ours; one that comes from elsewhere is not."""
        given: list[ast.expr] = []
        for node in self.nodes():
            match node:
                case ast.Assign(targets=targets, value=value):
                    given += [value] if any(name in _names(each) for each in targets) else []
                case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
                    given += [value] if name in _names(target) else []
                case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                    given += [value] if name in _names(target) else []
        return bool(given) and self._are_ours(given, seen)


def readers(source: str, allowed: Mapping[str, str]) -> list[Reader]:
    """A reader for a module, and one for each function in it."""
    tree = ast.parse(source)
    scopes = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]
    return [Reader(scope=scope, allowed=allowed) for scope in scopes]


def _said(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that are read as Markdown."""
    name = _name(call.func)
    if name not in SAYING or (name in {"title", "write"} and not _is_streamlits(call.func)):
        return
    yield from call.args[FIRST.get(name, slice(0, 1))]
    yield from (each.value for each in call.keywords if each.arg in BY_NAME)
    if name in SHOWS_OPTIONS:
        shown = next((each.value for each in call.keywords if each.arg == "format_func"), None)
        yield from call.args[1:2] if shown is None else [shown.body if isinstance(shown, ast.Lambda) else shown]


def _parts(words: ast.AST) -> list[ast.expr] | None:
    """What words are made of; None where that cannot be told."""
    match words:
        case ast.JoinedStr(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            return parts
        case ast.FormattedValue(value=value) | ast.Starred(value=value):
            return [value]
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            return [one, other]
        case ast.GeneratorExp(elt=each) | ast.ListComp(elt=each):
            return [each]
        case ast.Dict(keys=keys, values=values):
            return [*(key for key in keys if key is not None), *values]
        case _:
            return None


def _passed_on(function: ast.expr, arguments: list[ast.expr]) -> list[ast.expr] | None:
    """What a call passes on as it is: the parts of `", ".join(parts)`, of `zip`, of a dictionary's items."""
    match function:
        case ast.Attribute(value=value, attr="join"):
            return [value, *arguments]
        case ast.Attribute(value=value, attr="items" | "values" | "keys"):
            return [value]
        case ast.Name(id="zip" | "list"):
            return arguments
        case _:
            return None


def _names(target: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_streamlits(function: ast.expr) -> bool:
    match function:
        case ast.Attribute(value=ast.Name(id="st"), attr=name):
            return name in SAYING
        case _:
            return False
