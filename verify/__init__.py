"""The verifier: recounts a meeting from its ledger, alone and offline. The command is `verify.cli`."""

__version__ = "0.1.0"  # as in pyproject.toml; the portable file has no other place for it
