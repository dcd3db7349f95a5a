"""A policy and its pack: what it says, what kind of clause each is, what we add, where it lies."""
