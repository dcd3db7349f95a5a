"""A web page's tree, and which of its elements are the policy: menus, banners, forms and scripts are the page's and not the policy's."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from policy_index.errors import SourceError
from policy_index.words import counted

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_ELEMENTS = 300_000
"""Elements of a page that are read: a hundred times those of a long policy."""

_MACHINERY = frozenset(
    [
        "script",
        "style",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "head",
        "noscript",
        "link",
        "meta",
        "base",
        "audio",
        "video",
        "map",
        "frameset",
    ]
)
_FORMS = frozenset(("form", "input", "select", "textarea", "fieldset", "datalist", "progress", "meter"))
_FURNITURE_TAGS = frozenset(("nav", "aside", "footer", "menu"))
_FURNITURE_ROLES = frozenset(
    (
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
        "toolbar",
        "tablist",
        "alert",
    )
)
_BLOCKS = frozenset(
    (
        "p",
        "li",
        "div",
        "dl",
        "ul",
        "ol",
        "table",
        "section",
        "article",
        "blockquote",
        *(f"h{level}" for level in range(1, 7)),
    )
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_COOKIES = re.compile(
    r"onetrust|cookiebot|didomi|usercentrics|truste|osano|(?:cookie|consent|gdpr|ccpa)[-_]?(?:\w+[-_])?(?:banner|notice|popup|pop-up|modal|bar|dialog|overlay|consent|law|message|prompt)",
    re.IGNORECASE,
)
_FURNITURE_WORDS = frozenset(
    [
        "nav",
        "navbar",
        "navigation",
        "menu",
        "submenu",
        "breadcrumb",
        "breadcrumbs",
        "footer",
        "sidebar",
        "share",
        "sharing",
        "social",
        "newsletter",
        "subscribe",
        "skip",
        "toc",
        "related",
        "promo",
        "modal",
        "popup",
        "pagination",
        "pager",
        "feedback",
        "helpful",
        "print",
        "topbar",
        "masthead",
        "sitemap",
        "subnav",
        "toolbar",
        "byline",
        "sr-only",
        "visually-hidden",
    ]
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[\s_]+|-+")
_MOSTLY = 0.5
_MOST_LOST = 0.25
_FEW_WORDS = 60
_DEEP = re.compile(r"depth", re.IGNORECASE)


@dataclass(slots=True)
class Measure:
    """What an element and all in it hold."""

    words: int = 0
    linked: int = 0
    headings: int = 0
    titles: int = 0
    blocks: int = 0


@dataclass(slots=True)
class Tally:
    """What was left out of a page, in words and pieces."""

    words: Counter[str] = field(default_factory=Counter)
    pieces: Counter[str] = field(default_factory=Counter)

    def sentences(self) -> tuple[str, ...]:
        """Return what was left out, a short sentence each."""
        said = [f"{what} ({counted(words, 'word')})" for what, words in self.words.items() if words]
        names = {"image": "image", "form": "form field", "script": "script or style"}
        many = {"script": "scripts or styles"}
        return (
            *said,
            *(counted(self.pieces[kind], one, many.get(kind, "")) for kind, one in names.items() if self.pieces[kind]),
        )


MENUS = "Menus, headers and footers of the page"
COOKIES = "Cookie and consent notices"
CONTENTS = "Table of contents of the page"


def tree_of(page: bytes, encoding: str = "utf-8") -> "_Element":
    """Return the tree of a page; nothing is fetched and no entity resolved but HTML's own.

    Raises:
        SourceError: It has too many elements, is nested too deep, or has no element at all.
    """
    from lxml import etree  # its library takes a tenth of a second to load

    if page.count(b"<") > 4 * MOST_ELEMENTS:
        raise _too_large()
    parser = etree.HTMLParser(encoding=encoding, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = etree.fromstring(page, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in str(error):
            raise _too_deep() from error
        message = "Expected a web page with text in it, got one that cannot be read."
        raise SourceError(message) from error
    if tree is None:
        message = "Expected a web page with text in it, got an empty one."
        raise SourceError(message)
    if any(_DEEP.search(entry.message) for entry in parser.error_log):
        raise _too_deep()
    # Held: lxml climbs from each element that is let go of to the next one that is held.
    elements = list(islice(tree.iter(), MOST_ELEMENTS + 1))
    if len(elements) > MOST_ELEMENTS:
        raise _too_large()
    return tree


def _too_deep() -> SourceError:
    return SourceError("Expected a web page whose elements are nested at most 2,000 deep, got a deeper one.")


def _too_large() -> SourceError:
    return SourceError(f"Expected a web page of at most {MOST_ELEMENTS:,} elements, got one with more.")


class Page:
    """A tree with the size of each of its elements, and the answer to which of them are the policy's."""

    def __init__(self, tree: "_Element") -> None:
        """Measure every element once."""
        self.tree = tree
        self.tally = Tally()
        self.measures = _measures(tree)
        self.ids = {identifier: element for element in tree.iter() if (identifier := element.get("id"))}
        body = tree.find(".//body")
        self.body = tree if body is None else body
        self.root = self._root()
        self._whole = max(self.measures[self.root].words, 1)

    def is_left_out(self, element: "_Element") -> bool:
        """Whether an element is not the policy's; says so in the tally."""
        tag = element.tag
        if tag in _MACHINERY:
            if tag in {"script", "style"}:
                self.tally.pieces["script"] += 1
            return True
        if tag in _FORMS - {"form", "fieldset"}:
            self.tally.pieces["form"] += 1
            return True
        why = self._furniture(element)
        if why:
            self.tally.words[why] += self.measures[element].words
        return bool(why)

    def head(self) -> Iterator["_Element"]:
        """Yield the headings of the first rank that stand outside the root, where the root has none of its own."""
        if self.root is self.body or self.measures[self.root].titles:
            return
        for heading in self.body.iter("h1"):
            if self.measures[heading].words:
                yield heading
                return

    def tally_outside(self) -> None:
        """Count what stands outside the root among the page's furniture, cookie notices by themselves."""
        if self.root is self.body:
            return
        outside = self.measures[self.body].words - self.measures[self.root].words
        above = {self.root, *self.root.iterancestors()}
        cookies = sum(
            self.measures[element].words
            for element in self.body.iterchildren()
            if element not in above and self._is_cookies(element)
        )
        self.tally.words[COOKIES] += cookies
        self.tally.words[MENUS] += outside - cookies

    def _root(self) -> "_Element":
        """Return the element that holds the page's content: its `main`, or its only large `article`, or else the body."""
        whole = self.measures[self.body].words
        mains = [each for each in self.body.iter() if each.tag in {"main", "article"} or each.get("role") == "main"]
        mains.sort(key=lambda each: -self.measures[each].words)
        inside = self._content(self.body)
        for each in mains[:1]:
            measure = self.measures[each]
            if measure.words and measure.words - measure.linked >= _MOSTLY * inside:
                return each
        return self.body if whole else self.tree

    def _content(self, body: "_Element") -> int:
        """Return how many words of a body stand outside links and outside elements that say that they are furniture."""
        furniture = sum(
            self.measures[each].words - self.measures[each].linked
            for each in body.iterchildren()
            if each.tag in _FURNITURE_TAGS or self._is_cookies(each)
        )
        measure = self.measures[body]
        return measure.words - measure.linked - furniture

    def _furniture(self, element: "_Element") -> str:
        measure = self.measures[element]
        if element is self.root or not measure.words or measure.words > _MOST_LOST * self._whole + _FEW_WORDS:
            return ""
        if self._is_cookies(element):
            return COOKIES
        if element.tag in _FURNITURE_TAGS or element.get("role") in _FURNITURE_ROLES:
            return MENUS
        if element.tag == "header" and self.root is self.body and element.getparent() is not None:
            return "" if self.measures[element].titles else MENUS
        if element.tag == "form" and measure.words <= _FEW_WORDS:
            return MENUS
        return MENUS if self._is_furniture_by_name(element) else ""

    def _is_cookies(self, element: "_Element") -> bool:
        names = f"{element.get('class', '')} {element.get('id', '')} {element.get('aria-label', '')}"
        return element.tag in {"div", "section", "aside", "dialog", "footer"} and _COOKIES.search(names) is not None

    def _is_furniture_by_name(self, element: "_Element") -> bool:
        """Whether a class says that an element is furniture, and it is little or mostly links; an id may be a policy's own anchor."""
        if element.tag in {
            "body",
            "html",
            "main",
            "article",
            "li",
            "a",
            "p",
            *_HEADINGS,
            "td",
            "th",
            "tr",
            "tbody",
            "table",
        }:
            return False
        measure = self.measures[element]
        names = {word.lower() for word in _CAMEL.split(element.get("class", "")) if word}
        is_linked = measure.linked >= _MOSTLY * measure.words
        return bool(names & _FURNITURE_WORDS) and (is_linked or (measure.words <= _FEW_WORDS and not measure.headings))


def _measures(tree: "_Element") -> dict["_Element", Measure]:
    """Return the words, the words in links and the headings of every element, in one walk."""
    from lxml import etree

    found: dict[_Element, Measure] = {}
    in_link = 0
    in_machinery = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if event == "start":
            found[element] = Measure()
            in_link += tag == "a"
            in_machinery += tag in _MACHINERY
            _count(found[element], element.text, in_link=in_link, in_machinery=in_machinery)
            found[element].headings += tag in _HEADINGS
            found[element].titles += tag == "h1"
            continue
        in_link -= tag == "a"
        in_machinery -= tag in _MACHINERY
        parent = element.getparent()
        if parent is not None and parent in found:
            own, above = found[element], found[parent]
            above.words += own.words
            above.linked += own.linked
            above.headings += own.headings
            above.titles += own.titles
            above.blocks += own.blocks + (tag in _BLOCKS)
            _count(above, element.tail, in_link=in_link, in_machinery=in_machinery)
    # The innermost first, so that each is let go of while the one around it is held.
    return dict(reversed(found.items()))


def _count(measure: Measure, text: str | None, *, in_link: int, in_machinery: int) -> None:
    if text and not in_machinery:
        words = len(text.split())
        measure.words += words
        measure.linked += words if in_link else 0
