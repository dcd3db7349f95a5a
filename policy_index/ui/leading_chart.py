"""Pictures whose marks lead to other pages."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from policy_index.policy.pack import PolicyPack
from policy_index.ui.charts import show_chart


def show_leading_chart(
    figure: go.Figure, *, key: str, alt: str, name: str, packs: Sequence[PolicyPack] = ()
) -> list[str]:
    """Draw a figure, and return what the mark that was clicked just now carries as customdata; else nothing.

    A click is told once. The browser may hold it for longer: whoever goes back before the other page was drawn comes with it,
    and would be led away again. So each click makes the picture another element, of which nothing is clicked.

    Args:
        figure: The figure; its marks carry a word, or several, as customdata.
        key: Of the element.
        alt: As `show_chart`.
        name: As `show_chart`.
        packs: As `show_chart`.
    """
    turns, asked = f"{key} turns", f"{key} asked"
    here = f"{key}-{st.session_state.get(turns, 0)}"

    def note() -> None:
        for point in st.session_state[here]["selection"]["points"][:1]:
            carried = point.get("customdata")
            st.session_state[asked] = [str(each) for each in (carried if isinstance(carried, list) else [carried])]
            st.session_state[turns] = st.session_state.get(turns, 0) + 1

    show_chart(figure, key=here, alt=alt, name=name, packs=packs, on_select=note)
    found: list[str] = st.session_state.pop(asked, [])
    return found
