"""Pictures to save as SVG and as PNG: the browser makes the files, out of what it has drawn or of a card that came as SVG."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from policy_index.plots.captions import NO_ADVICE, named
from policy_index.policy.pack import PolicyPack
from policy_index.ui.browser_parts import BrowserPart
from policy_index.words import either, long_day

_ARROW = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4v11m-5-5 5 5 5-5M5 20h14"/></svg>'

_HTML = (
    '<div class="pic"><img alt="" hidden><div class="acts">'
    f'<button type="button" data-kind="svg">{_ARROW}Picture as SVG</button>'
    f'<button type="button" data-kind="png">{_ARROW}Picture as PNG</button>'
    '<span role="status"></span></div></div>'
)

_PICTURE = BrowserPart(name="picture", html=_HTML, css="picture.css", js="picture.js")

_SENTENCE_ENDS = re.compile(r"(?<=\.)\s|;\s")


def offer_chart(chart: str, *, name: str, view: str, says: str, packs: Sequence[PolicyPack]) -> None:
    """Offer to save a chart of the page as it is seen, in the page's colours, with what it is written into it.

    Args:
        chart: Key of the chart.
        name: Of the saved file, without its ending.
        view: The view's name, which stands above the chart.
        says: What a screen reader says in the chart's place; its first sentence stands below it.
        packs: The policies that it shows.
    """
    _show(
        f"{chart}-picture",
        chart=f"st-key-{_NO_CLASS.sub('-', chart.strip())}",
        name=name,
        view=view,
        policy=either([named(pack) for pack in packs], word="and"),
        says=f"{_SENTENCE_ENDS.split(says)[0].rstrip('.')}.",
        made=f"Made on {long_day(datetime.now(UTC).date())} by Usage Policy Explorer. {NO_ADVICE}",
    )


def offer_card(svg: str, *, name: str, says: str) -> None:
    """Show a card and offer to save it.

    Args:
        svg: The card.
        name: Of the saved file, without its ending.
        says: What a screen reader says in its place.
    """
    _show("card-picture", card=svg, name=name, view="share card", says=says)


_NO_CLASS = re.compile(r"[^a-zA-Z0-9_-]")
"""What Streamlit leaves out of the class that it gives an element with a key."""


def _show(key: str, **data: str) -> None:
    _PICTURE.show(json.dumps(data, ensure_ascii=False), key=key)
