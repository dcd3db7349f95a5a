"""The commands of `policy-index`, one file each."""
