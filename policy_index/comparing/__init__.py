"""What changed between two versions of a policy, and how two policies lie to each other."""
