"""Values -> plotly figures. Nothing is computed here but places and colours on the screen."""
