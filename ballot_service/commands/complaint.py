"""What a command says when it cannot do its work: one line (or one per mistake), then a hint."""

from __future__ import annotations


class Complaint(Exception):
    """Ends a command. `hint` is the next thing to try."""

    def __init__(self, message: str | list[str], hint: str, *, status: int = 1) -> None:
        self.lines = [message] if isinstance(message, str) else message
        super().__init__("; ".join(self.lines))
        self.hint = hint
        self.status = status
