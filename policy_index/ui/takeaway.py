"""A brief to take away: files, and a link for those who ask for one."""

from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from policy_index.brief import Brief
from policy_index.errors import InputError
from policy_index.records.papers import PaperFormat, paper
from policy_index.records.sharing import pack_text
from policy_index.ui.code import named

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
        "The whole brief as a file, with the policy's version and hash, the model, today's date and the thresholds."
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
            st.error(str(error), icon=":material/error:")
        else:
            st.code(f"{(st.context.url or '').split('?')[0]}?{query}", language=None, wrap_lines=True)
