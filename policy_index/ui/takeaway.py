"""A brief to take away: files, a card to show, and a link for those who ask for one."""

from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from policy_index.brief import Brief
from policy_index.errors import InputError
from policy_index.plots.captions import named as named_policy
from policy_index.plots.share_card import plot_share_card
from policy_index.records.papers import PaperFormat, paper
from policy_index.records.sharing import pack_text
from policy_index.ui.charts import file_name
from policy_index.ui.code import named
from policy_index.ui.foreign import show_problem
from policy_index.ui.margin_data import in_one_sentence
from policy_index.ui.pictures import offer_card

_NAMES = {
    PaperFormat.MARKDOWN: ("Markdown", ":material/markdown:"),
    PaperFormat.HTML: ("HTML to print", ":material/print:"),
    PaperFormat.CSV: ("CSV", ":material/table:"),
    PaperFormat.JSON: ("JSON", ":material/data_object:"),
}


def show_downloads(brief: Brief) -> None:
    """Offer the brief in every format; each file is written when it is asked for."""
    today = datetime.now(UTC).date()
    st.markdown(
        "**All of this as a file**: each clause, where your text touches it, what to do; with the policy's version, the model "
        "and today's date, so that others can check it."
    )
    with st.container(horizontal=True):
        for form, (name, icon) in _NAMES.items():
            st.download_button(
                name,
                partial(paper, brief, form, made_on=today),
                file_name=f"policy-brief-{today.isoformat()}.{form.suffix}",
                mime=form.mime,
                icon=icon,
                key=f"download-{form.value}",
                on_click="ignore",
            )


@st.fragment
def show_share_card(brief: Brief) -> None:
    """Show the brief as a picture to save; the person's words are on it only where they say so."""
    st.markdown(
        "**A card to show.** One picture, for a slide or a message. Your text is not on it unless you tick that."
    )
    looks = ("Light", "Dark")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        shown = st.segmented_control(
            "Look of the card", looks, default=looks[st.context.theme.type == "dark"], key="card-look", required=True
        )
        with_text = st.checkbox("With my text", key="card-text")
    today = datetime.now(UTC).date()
    said = in_one_sentence(brief)
    svg = plot_share_card(brief, said, made_on=today, dark=shown == "Dark", with_text=with_text)
    offer_card(
        svg,
        name=file_name(brief.pack, f"card-{today.isoformat()}"),
        says=" ".join(
            [
                f"{named_policy(brief.pack)}. {said}",
                *(f"{each.lane}: {each.clause.text}" for each in brief.entries[:4]),
                *(["Your text stands on it."] if with_text else []),
            ]
        ),
    )


def show_link_maker(brief: Brief) -> None:
    """Offer a link that holds the text, after saying what that means."""
    st.markdown(
        "**A link that contains your text.** Whoever has the link can read the text. It may stay in the history of browsers, in "
        "messages, and in the logs of servers between you and this page. Without this link, your text is in no address."
    )
    if st.button("I understand: make the link", key="make-link", icon=":material/link:"):
        spec = named(brief.pack)
        which = {} if spec is None else {"policy": spec}
        try:
            query = urlencode(which | {"text": pack_text(brief.text)}, safe="@")
        except InputError as error:
            show_problem(error)
        else:
            st.code(f"{(st.context.url or '').split('?')[0]}?{query}", language=None, wrap_lines=True)
