"""Which model is meant: its name where nobody says one, and the variable that says another. Imports nothing."""

BUNDLED_MODEL = "all-MiniLM-L6-v2"
MODEL_VARIABLE = "POLICY_INDEX_MODEL"
"""Environment variable that names a sentence-transformers model, by folder or by its name in the local model cache."""
