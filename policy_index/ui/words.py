"""Numbers and days in words."""

import textwrap
from datetime import date


def long_day(day: date) -> str:
    """Return the day as `23 March 2023`."""
    return f"{day.day} {day:%B %Y}"


def percent(probability: float) -> str:
    """Return a probability in percent; never 0 or 100, which no measurement can say."""
    return "under 1 %" if probability < 0.01 else f"{min(probability, 0.99):.0%}".replace("%", " %")  # noqa: PLR2004


def quoted(text: str, *, letters: int = 160) -> str:
    """Return the beginning of a text in quotation marks; plain text, not escaped for HTML or Markdown."""
    return f"“{textwrap.shorten(text, letters, placeholder=' …') or text[:letters]}”"
