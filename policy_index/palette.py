"""The colours that mean something, the same on every page and in every picture."""

from policy_index.report import Lane

LANE_COLORS = {
    Lane.NOT_ALLOWED: "#b3261e",
    Lane.ONLY_IF: "#a8431a",
    Lane.YOU_MUST: "#8f5200",
    Lane.PLUGIN_RULES: "#6741c9",
    Lane.GOOD_TO_KNOW: "#33658a",
}
"""One colour a lane, dark enough for white words on it (contrast above 4.5) on a light and on a dark page."""

NEUTRAL = "#5b6270"
STEM = "#7d8594"
