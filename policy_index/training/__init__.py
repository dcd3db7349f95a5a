"""How the encoder's adapter is made from written texts, and what it was compared with: maintainers only."""
