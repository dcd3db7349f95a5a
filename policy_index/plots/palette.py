"""The colours that mean something, the same on every page and in every picture; those of a policy's groups are its pack's."""

from functools import cache

from plotly.colors import sample_colorscale

from policy_index.policy.lanes import Lane

LANE_COLORS = {
    Lane.NOT_ALLOWED: "#b3261e",
    Lane.ONLY_IF: "#5d6b00",
    Lane.YOU_MUST: "#8f5200",
    Lane.PLUGIN_RULES: "#6741c9",
    Lane.KEEPS_CLEAR: "#2b6e4f",
    Lane.GOOD_TO_KNOW: "#33658a",
}
"""One colour a lane, dark enough for white words on it (contrast above 4.5) on a light and on a dark page."""

NEUTRAL = "#5b6270"
STEM = "#7d8594"
ALIKE = "#007f70"
"""The end of the scale of similarity, which begins with NEUTRAL; white words can be read on all of it."""

BAND_SCALE = [[0.0, "rgba(125,133,148,0.10)"], [0.3, "rgba(201,138,27,0.35)"], [0.6, "#c8641c"], [1.0, "#b3261e"]]
"""The scale of probabilities: grey below `possible`, then amber to red."""

CHECKED = "#c2185b"
"""The checked text, wherever it is drawn; contrast above 3 on a light and on a dark page."""

_STEPS = 100
"""Colours of the scale of similarity: one for each hundredth, which is what is shown of a similarity."""


def similarity_color(score: float) -> str:
    """Return the colour of a similarity: from neutral at 0 and below to the full colour at 1."""
    return _similarity_scale()[round(_STEPS * min(max(score, 0.0), 1.0))]


@cache
def _similarity_scale() -> list[str]:
    colors: list[str] = sample_colorscale([NEUTRAL, ALIKE], [step / _STEPS for step in range(_STEPS + 1)])
    return colors
