"""How much a reader of a ledger takes. Source: docs/protocol.md §4, "Limits"."""

MAX_LINE_BYTES = 4 * 1024 * 1024  # without its newline
MAX_ENTRIES = 2**22
