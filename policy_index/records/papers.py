"""A brief as a paper to take away: Markdown, HTML for printing, CSV, JSON. Nothing of the text in it does anything."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from policy_index.brief.values import Brief
from policy_index.records.briefs import brief_record
from policy_index.records.clauses import caveat
from policy_index.search.likelihood import LIKELY_FROM, POSSIBLE_FROM
from policy_index.words import inert_cell, percent


class PaperFormat(StrEnum):
    """What a brief can be written as; the value is its name in commands."""

    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    JSON = "json"

    @property
    def suffix(self) -> str:
        """The ending of a file's name."""
        return "md" if self is PaperFormat.MARKDOWN else self.value

    @property
    def mime(self) -> str:
        """The media type."""
        return "application/json" if self is PaperFormat.JSON else f"text/{self.value}"


def paper(brief: Brief, form: PaperFormat, *, made_on: date) -> str:
    """Return the brief as a document of this format.

    Args:
        brief: The brief.
        form: The format.
        made_on: The day to put on it.
    """
    match form:
        case PaperFormat.MARKDOWN | PaperFormat.HTML:
            template = _environment().get_template(f"brief.{form.suffix}.jinja")
            return template.render(
                brief=brief,
                made_on=made_on,
                note=caveat(brief.pack),
                likely=LIKELY_FROM,
                possible=POSSIBLE_FROM,
            )
        case PaperFormat.CSV:
            return _csv(brief, made_on)
        case PaperFormat.JSON:
            return json.dumps(brief_record(brief, made_on=made_on), ensure_ascii=False, indent=2) + "\n"


def _csv(brief: Brief, made_on: date) -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, fieldnames=_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(brief_record(brief, made_on=made_on)))
    return file.getvalue()


_COLUMNS = (
    "lane",
    "clause_id",
    "citation",
    "clause",
    "band",
    "probability",
    "score",
    "passages",
    "because",
    "about",
    "to_do",
    "conditions",
    "exceptions",
    "your_answer",
    "your_reason",
    "policy",
    "policy_version",
    "policy_updated",
    "policy_sha256",
    "model",
    "made_on",
    "likely_from",
    "possible_from",
    "note",
)


def _rows(record: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Yield one row for each clause of a brief, or one that says that there is none; what holds for all stands in every row.

    Of a text that cannot be judged the first row says so, and why.
    """
    if record["unfit"] is not None:
        yield _inert(dict.fromkeys(_COLUMNS) | _common(record) | {"lane": "Not judged", "because": record["unfit"]})
    elif not record["lanes"]:
        yield _inert(dict.fromkeys(_COLUMNS) | _common(record) | {"lane": "No clause found"})
    for lane in record["lanes"]:
        for entry in lane["entries"]:
            reading = entry["reading"] or {"about": "", "todo": [], "conditions": [], "exceptions": []}
            own = {
                "lane": lane["lane"],
                "clause_id": entry["clause_id"],
                "citation": entry["citation"],
                "clause": entry["text"],
                "band": entry["band"],
                "probability": entry["probability"],
                "score": entry["score"],
                "passages": _joined(passage["text"] for passage in entry["passages"]),
                "because": _joined(reason["because"] for reason in entry["reasons"]),
                "about": reading["about"],
                "to_do": _joined(todo["text"] for todo in reading["todo"]),
                "conditions": _joined(f"“{each['words']}”: {each['meaning']}" for each in reading["conditions"]),
                "exceptions": _joined(f"“{each['words']}”: {each['meaning']}" for each in reading["exceptions"]),
                "your_answer": (entry["remark"] or {}).get("answer"),
                "your_reason": (entry["remark"] or {}).get("why"),
            } | _common(record)
            yield _inert(own)


def _inert(row: dict[str, Any]) -> dict[str, Any]:
    return {name: inert_cell(_visible(cell)) if isinstance(cell, str) else cell for name, cell in row.items()}


def _common(record: dict[str, Any]) -> dict[str, Any]:
    """Return the cells that are the same in every row."""
    return {
        "policy": record["policy"]["title"],
        "policy_version": f"{record['policy']['id']}@{record['policy']['version']}",
        "policy_updated": record["policy"]["updated"],
        "policy_sha256": record["policy"]["sha256"],
        "model": record["model"],
        "made_on": record["made_on"],
        "likely_from": record["thresholds"]["likely_from"],
        "possible_from": record["thresholds"]["possible_from"],
        "note": record["note"],
    }


def _joined(texts: Iterable[str]) -> str:
    return " | ".join(texts)


def _visible(text: str) -> str:
    """Return `text` with line feeds for all line ends and U+FFFD for other control characters than tabs: for files of text."""
    return "".join(
        "\ufffd" if unicodedata.category(character) == "Cc" and character not in "\n\t" else character
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
    )


_MARKUP = re.compile(
    r"""[\\`*_{}\[\]<>\#|~&@$]        # emphasis, code, links, HTML, headings, tables, entities, mentions
    | :(?=//) | (?<=www)\.    # addresses that some renderers turn into links
    | ^[-+=] | (?<=^\d)[.)] | (?<=^\d\d)[.)] | (?<=^\d\d\d)[.)]  # lists and rules at the start of a line
    """,
    re.VERBOSE | re.IGNORECASE,
)


def markdown(text: str) -> str:
    """Return `text` so that Markdown shows it as it is, on one line (CommonMark 0.31, 2.4: backslash escapes)."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", " ".join(_visible(text).split()))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("policy_index.records"),
        autoescape=select_autoescape(["html.jinja"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"markdown": markdown, "visible": _visible, "percent": percent}
    return environment
