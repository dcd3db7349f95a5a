"""Compare: what changed between two versions, how two policies lie to each other, and who speaks of what.

`?policy=ID@V1&with=ID@V2` names two texts, `?view=Who speaks of what&concept=gambling` a topic.
"""

import streamlit as st

from policy_index.errors import PolicyIndexError
from policy_index.ui.compare_style import show_compare_style
from policy_index.ui.comparison import (
    comparison_of,
    show_change_alone,
    show_changes,
    show_comparison_downloads,
    show_summary,
)
from policy_index.ui.crosswalk import crosswalk_of, show_crosswalk, show_crosswalk_downloads, show_crosswalk_summary
from policy_index.ui.foreign import show_problem
from policy_index.ui.pair import View, chosen_pair, chosen_view, show_choice, show_one_version, show_view_choice
from policy_index.ui.topics import show_topics
from policy_index.ui.visit import visit

pack = visit().pack
topics = chosen_view() is View.TOPICS
pair = None if topics else chosen_pair(pack)
show_compare_style()

if topics or pair is None:
    show_view_choice(pack, View.TOPICS if topics else View.CHANGES)
else:
    show_choice(pair)
try:
    if topics:
        show_topics(pack)
    elif pair is None:
        show_one_version(pack)
    elif pair.view is View.CROSSWALK:
        with st.spinner("Laying the two policies side by side …", show_time=True):
            crosswalk = crosswalk_of(pair)
        show_crosswalk_summary(pair, crosswalk)
        show_crosswalk_downloads(pair, crosswalk)
        show_crosswalk(pair, crosswalk)
    else:
        with st.spinner("Comparing the two texts …", show_time=True):
            comparison = comparison_of(pair)
        asked = st.query_params.get("change")
        if asked is None or not show_change_alone(pair, comparison, asked):
            show_summary(pair, comparison)
            show_comparison_downloads(pair, comparison)
            st.header("Clause by clause")
            show_changes(pair, comparison)
except PolicyIndexError as error:
    show_problem(error)
