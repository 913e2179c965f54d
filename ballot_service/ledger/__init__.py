"""The ledger: append, checkpoint, prove, export."""
