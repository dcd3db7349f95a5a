"""The router: the script that the app runs for every visitor, on every page."""

import streamlit as st

from policy_index.server.service import service
from policy_index.ui.chosen import chosen_pack
from policy_index.ui.frame import logo, mark, pages, show_frame

st.set_page_config(page_title="Usage Policy Explorer", page_icon=mark(), layout="wide")
st.logo(logo(), size="large")
page = st.navigation(list(pages().values()), position="top")
with service().finder.page():
    show_frame(page.title, chosen_pack())
    page.run()
