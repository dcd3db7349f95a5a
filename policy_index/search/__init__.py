"""Texts to vectors to scores to probabilities to the nearest clauses."""
