"""Words on figures."""

import textwrap
from html import escape


def wrapped(text: str, width: int) -> str:
    """Return `text` escaped for plotly's labels, with a line break about every `width` characters."""
    return "<br>".join(escape(line) for line in textwrap.wrap(text, width))
