"""Families of hostile texts: each is a rule that makes a text of about any length."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import TypeAlias

Family: TypeAlias = Callable[[int], str]
"""Returns a text of about so many characters, always the same."""

_ONE = {
    "underscores": "_",
    "asterisks": "*",
    "backticks": "`",
    "tildes": "~",
    "open brackets": "[",
    "closing brackets": "]",
    "open parentheses": "(",
    "less-than signs": "<",
    "greater-than signs": ">",
    "hashes": "#",
    "hyphens": "-",
    "equals signs": "=",
    "pipes": "|",
    "ampersands": "&",
    "apostrophes": "'",
    "quotation marks": '"',
    "backslashes": "\\",
    "full stops": ".",
    "exclamation marks": "!",
    "blanks": " ",
    "tabs": "\t",
    "no-break spaces": "\u00a0",
    "line feeds": "\n",
    "carriage returns": "\r",
    "small letters": "a",
    "capital letters": "A",
    "digits": "1",
    "umlauts": "ä",
    "ideographs": "策",
    "emoji": "🙂",
    "combining marks": "\u0301",
    "zero-width joiners": "\u200d",
    "right-to-left marks": "\u202e",
    "control characters": "\x07",
    "lone surrogates": "\ud800",
}

_REPEATED = {
    "pairs of brackets": "[]",
    "images that begin": "![",
    "links that begin": "[a](",
    "links": "[a](b)",
    "reference links": "[a][b]",
    "tags": "<b>",
    "tags that begin": "<a ",
    "closing tags": "</b>",
    "comments that begin": "<!--",
    "comments": "<!-- a -->",
    "declarations": "<!a ",
    "instructions": "<?a ",
    "entities": "&amp;",
    "entities that begin": "&a",
    "numbers of entities": "&#x",
    "emphasis": "*a*",
    "emphasis that begins": "*a ",
    "strong emphasis that begins": "**a",
    "underscored words": "_a ",
    "underscores in words": "a_",
    "two kinds of emphasis": "*a _b ",
    "code that begins": "`a",
    "escapes": "\\*",
    "words of a letter": "a ",
    "words": "word ",
    "long words": "donaudampfschifffahrt ",
    "sentences": "Do not do that. ",
    "sentences of a word": "No. ",
    "initials": "A.B. ",
    "abbreviations": "e.g. i.e. ",
    "ellipses": ". . . ",
    "numbers": "1,000.5 ",
    "numbers of sections": "1.1.",
    "letters with blanks": "b o m b ",
    "letters with points": "a.",
    "contractions": "n't",
    "apostrophes in words": "a'",
    "hyphens in words": "a-",
    "negations": "not ",
    "long signs": "refers a b c ",
    "signs that begin": "history of ",
    "facts that begin": "with their ",
    "dates": "1 March 2023, ",
    "dates that begin": "March ",
    "addresses": "https://a.b/c?d ",
    "parentheses in parentheses": "(a",
    "quotes in quotes": "“a ",
    "marks of sentences": "?! ",
    "mixed scripts": "aбγ策ا",
    "letters with combining marks": "a\u0301\u0323",
    "joined emoji": "👩\u200d",
    "flags": "🇩🇪",
    "blanks of all kinds": " \u2003\t\u00a0",
    "humps": "aA",
    "html of lists": "<ul><li>a",
    "html of headings": "<h1>a</h1>",
    "html of tables": "<table><tr><td>a",
    "html that is nested": "<div>",
    "html with attributes": '<a b="c" ',
    "formulas": "=1+1,",
    "math": "$a$",
    "directives": ":red[a] ",
    "json": '{"a":[',
    "csv": '"a",',
    "csv quotes that begin": 'a,"b\n',
}

_LINES = {
    "headings": "# A heading",
    "headings of seven": "####### A",
    "empty headings": "#",
    "underlined headings": "A heading\n===",
    "list items": "- an item",
    "list items of a letter": "- a",
    "numbered items": "1. an item",
    "lettered items": "(a) an item",
    "empty items": "-",
    "items with blank lines": "- an item\n",
    "items under a line": "You must not:\n\n- an item",
    "bullets": "• an item",
    "quotes": "> a quote",
    "rows": "| a | b |",
    "tables": "| a | b |\n|---|---|\n| c | d |\n",
    "rules": "***",
    "fences": "```",
    "fences that begin": "```a",
    "definitions": "[a]: b",
    "paragraphs": "You must not do this.\n",
    "lines of a letter": "a",
    "lines of a blank": " ",
    "lines of a small word": "and so on",
    "long lines": "and so on " * 12,
    "bold lines": "**A line**\n",
    "colons": "You must not:",
    "indented lines": "    a",
    "lines with two blanks": "a  ",
    "rows of a hyphen": "|-|",
    "carriage returns and line feeds": "a\r",
    "dashes": "a — b",
    "questions": "What may I do?",
    "lines of entities": "&lt;&gt;",
    "html paragraphs": "<p>a",
    "page numbers": "Page 1 of 2",
    "contents": "1. A ........ 5",
}


def _run(unit: str) -> Family:
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def _lines(unit: str) -> Family:
    return lambda size: f"{unit}\n" * max(1, size // (len(unit) + 1))


def _nested(opening: str, closing: str, inside: str = "a") -> Family:
    def family(size: int) -> str:
        depth = max(1, size // (len(opening) + len(closing)))
        return opening * depth + inside + closing * depth

    return family


def _lines_of(line: Callable[[int], str]) -> Family:
    """Return a family of lines that differ by their number."""

    def family(size: int) -> str:
        lines: list[str] = []
        length = 0
        for number in count():
            if length >= size:
                break
            lines.append(line(number))
            length += len(lines[-1]) + 1
        return "\n".join(lines)

    return family


def _staircase(line: Callable[[int], str]) -> Family:
    """Return a family of ever longer lines; the last is about as long as the root of the size."""
    return _lines_of(line)


def _after(head: str, family: Family) -> Family:
    return lambda size: head + family(size)


FAMILIES: Mapping[str, Family] = {
    **{f"a run of {name}": _run(unit) for name, unit in _ONE.items()},
    **{f"a run of {name}": _run(unit) for name, unit in _REPEATED.items()},
    **{f"lines: {name}": _lines(unit) for name, unit in _LINES.items()},
    "nested brackets": _nested("[", "]"),
    "nested links": _nested("[", "](b)"),
    "nested images": _nested("![", "](b)"),
    "nested parentheses": _nested("(", ")"),
    "nested parentheses in a link": _after("[a](", _nested("(", ")")),
    "nested quotation marks": _nested("“", "”"),
    "nested strong emphasis": _nested("**a ", " b**"),
    "nested emphasis": _nested("*a _b ", " c_ d*"),
    "nested tags": _nested("<b>", "</b>"),
    "nested quotes": _nested("> ", "\n"),
    "nested items": _nested("- ", "\n"),
    "nested comments": _nested("<!-- ", " -->"),
    "nested json": _nested("[", "]", "1"),
    "a staircase of items": _staircase(lambda number: "  " * number + "- a"),
    "a staircase of quotes": _staircase(lambda number: "> " * (number + 1) + "a"),
    "a staircase of backticks": _staircase(lambda number: "`" * (number + 1) + "a"),
    "a staircase of asterisks": _staircase(lambda number: "*" * (number + 1) + "a"),
    "different words": _lines_of(lambda number: f"word{number} other{number * 7919 % 100_003}"),
    "different items": _lines_of(lambda number: f"- You must not do thing {number}."),
    "different headings": _lines_of(lambda number: f"## Part {number}\n"),
    "different sentences": _lines_of(lambda number: f"Nobody may do thing {number} to another, and nobody does."),
    "different paragraphs": _lines_of(lambda number: f"Nobody may do thing {number} to another.\n"),
    "different definitions": _lines_of(lambda number: f"[a{number}]: b{number}"),
    "a long line before items": lambda size: (
        "You must not do any of this " * (size // 100) + ":\n" + _lines("- an item")(size)
    ),
    "a word before a run of blanks": lambda size: f"a{' ' * size}b",
    "a heading that never ends": _after("# ", _run("a ")),
    "an item that never ends": _after("- ", _run("a ")),
    "a row that never ends": _after("| a |\n|---|\n", _run("| a ")),
    "a table of many columns": lambda size: f"{'|a' * (size // 4)}|\n{'|-' * (size // 4)}|",
    "a sentence that never ends": _run("and another thing that one may or may not do, "),
    "brackets after a bang": _after("!", _run("[")),
    "a fence in a fence": _staircase(lambda number: "`" * (3 + number)),
    "a word without an end": _after("http://", _run("a.")),
}
"""Every family by its name."""


def each() -> Iterator[tuple[str, Family]]:
    """Iterate over the families, by name."""
    yield from FAMILIES.items()
