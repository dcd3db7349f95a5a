"""Pictures with what belongs to each: words for those who do not see it, and a copy to take away."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from policy_index.policy.pack import PolicyPack
from policy_index.records.tables import Row, to_csv
from policy_index.ui.foreign import plain
from policy_index.ui.pictures import offer_chart
from policy_index.ui.visit import visit


class ReadyFigure(go.Figure):  # type: ignore[misc]  # plotly has no types
    """A finished figure that many visitors see: made into plain values once, not at every run of a page."""

    def __init__(self, figure: go.Figure) -> None:
        """Take over the figure as it is; later changes to it are not seen."""
        super().__init__()
        self._ready: dict[str, Any] = figure.to_dict()

    def to_dict(self) -> dict[str, Any]:
        """Return the plain values, the same ones every time."""
        return self._ready


def file_name(pack: PolicyPack, what: str) -> str:
    """Return the name, without its ending, of a file to take away: `openai-2023-03-23-map`."""
    return f"{pack.id}-{pack.version}-{what}"


def show_chart(  # noqa: PLR0913  # what belongs to a picture, by name
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    name: str,
    packs: Sequence[PolicyPack] = (),
    on_select: Callable[[], None] | Literal["rerun", "ignore"] = "ignore",
    zoom: bool = False,
) -> Any:
    """Draw a figure, offer to save it as SVG and as PNG from the browser itself; return what is selected in it.

    Args:
        figure: The figure.
        key: Of the element.
        alt: What a screen reader says in its place; its first sentence stands in the saved picture.
        name: Of the saved file, without its ending: of `file_name`, or its last part. What it calls the view, the picture does.
        packs: The policies that it shows; the visit's where there is no other.
        on_select: As `st.plotly_chart`.
        zoom: Whether it can be zoomed, with the mouse wheel and with buttons.
    """
    event = st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        on_select=on_select,
        selection_mode="points",
        config={
            "displaylogo": False,
            "displayModeBar": zoom,
            "scrollZoom": zoom,
            "modeBarButtons": [["zoomIn2d", "zoomOut2d", "resetScale2d"]],
        },
    )
    pack = visit().pack
    what = name.removeprefix(file_name(pack, ""))
    view = what.replace("-", " ").capitalize()
    offer_chart(key, name=file_name(pack, what), view=view, says=alt, packs=packs or (pack,))
    return event


def show_download(rows: Callable[[], Sequence[Row]], *, key: str, name: str, what: str) -> None:
    """Offer rows as a CSV file, made when somebody asks for it."""
    st.download_button(
        plain(f"{what} as CSV"),
        data=lambda: to_csv(rows()).encode("utf-8-sig"),  # the mark tells spreadsheets that it is UTF-8
        file_name=f"{name}.csv",
        mime="text/csv",
        key=key,
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )
