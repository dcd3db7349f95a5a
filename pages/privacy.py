"""What is kept: which of the things that people bring lies where, and for how long."""

import streamlit as st

from policy_index.ui.what_is_kept import show_what_is_kept, show_what_leaves

st.markdown(
    "What you bring here, where it lies, and for how long. The program goes by these numbers, and its tests check that nothing stays longer."
)
show_what_is_kept()
st.header("What leaves this server")
show_what_leaves()
