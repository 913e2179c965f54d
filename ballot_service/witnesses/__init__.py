"""Witnesses: offices outside that follow a meeting's ledger and cosign what they have seen continue."""
