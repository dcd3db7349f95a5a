"""The colours that mean something, the same on every page and in every picture."""

from policy_index.lanes import Lane

LANE_COLORS = {
    Lane.NOT_ALLOWED: "#b3261e",
    Lane.ONLY_IF: "#5d6b00",
    Lane.YOU_MUST: "#8f5200",
    Lane.PLUGIN_RULES: "#6741c9",
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

_GREY = "#7d8594"

GROUP_COLORS = {
    "illegal-activity": "#be2038",
    "child-safety": "#e56205",
    "hate-harassment-violence": "#a96d00",
    "malware": "#7a6804",
    "physical-harm": "#7e9d05",
    "economic-harm": "#03953e",
    "fraud-and-deception": "#037b65",
    "adult-content": "#04a3aa",
    "political-campaigning": "#0888ad",
    "privacy": "#076abb",
    "legal-advice": "#767efd",
    "financial-advice": "#9357d6",
    "health": "#9f329e",
    "government-decisions": "#e25296",
}
"""One colour a category of disallowed usage, contrast of at least 3 on a light and on a dark page; a symbol goes with it."""

GROUP_SYMBOLS = {
    "illegal-activity": "circle",
    "child-safety": "square",
    "hate-harassment-violence": "diamond",
    "malware": "triangle-up",
    "physical-harm": "circle",
    "economic-harm": "square",
    "fraud-and-deception": "diamond",
    "adult-content": "triangle-up",
    "political-campaigning": "circle",
    "privacy": "square",
    "legal-advice": "diamond",
    "financial-advice": "triangle-up",
    "health": "circle",
    "government-decisions": "square",
    "introduction": "cross",
    "disallowed-usage": "cross",
    "further-requirements": "star",
    "resources": "cross",
    "platform-policy": "cross",
    "plugin-policies": "pentagon",
}
"""One symbol a category or section, so that no meaning hangs on colour alone; neighbours in hue differ."""


def group_color(group_id: str) -> str:
    """Return the colour of a category, or grey for the sections outside the categories."""
    return GROUP_COLORS.get(group_id, _GREY)


SIGNS = {
    "circle": "●",
    "square": "■",
    "diamond": "◆",
    "triangle-up": "▲",
    "cross": "✚",
    "star": "★",
    "pentagon": "⬟",
}
"""The symbols as letters, for legends in words."""


def similarity_color(score: float) -> str:
    """Return the colour of a similarity: from neutral at 0 and below to the full colour at 1."""
    share = min(max(score, 0.0), 1.0)
    start, end = _channels(NEUTRAL), _channels(ALIKE)
    mixed = (round(a + share * (b - a)) for a, b in zip(start, end, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[place : place + 2], 16) for place in (1, 3, 5))
