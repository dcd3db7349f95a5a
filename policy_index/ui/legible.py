"""What Streamlit draws too faint for its own themes, made readable: WCAG 2.2 asks for a contrast of 4.5 to 1."""

LEGIBLE_STYLE = """
<style>
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p { color: inherit; }
[data-testid="stCaptionContainer"] { opacity: .82; }
input::placeholder, textarea::placeholder { color: light-dark(#5a5e68, #aab0bc) !important; opacity: 1 !important; }
button[data-selected="true"] p, [data-testid="stSliderThumbValue"] p { color: light-dark(#1a44bd, #b4c9ff); }
button kbd { color: inherit !important; opacity: 1 !important; }
@media (hover: none) and (pointer: coarse) { [data-testid="stMain"] button kbd { display: none; } }
.token.parameter.variable { color: inherit !important; }
input[type="search"]:focus-visible, canvas[data-testid="data-grid-canvas"]:focus-visible {
  outline: .15rem solid light-dark(#1d4ed8, #8fb0ff) !important; outline-offset: -.15rem; }
[data-testid="stMain"] details > summary, [data-testid="stMain"] details > summary * { opacity: 1 !important; }
.js-plotly-plot :is(.xtick, .ytick, .g-xtitle, .g-ytitle, .cbaxis, .cbtitle, .annotation, .scatterlayer .textpoint) text,
.js-plotly-plot text:is(.legendtext, .xtitle, .ytitle, .cbtitle) { fill: light-dark(#1a1d24, #eceef3) !important; }
[class*="st-key-said-"] { position: absolute; left: 0; width: 1px !important; min-width: 0 !important; height: 1px; overflow: hidden; }
</style>
"""
