"""What stops the hub's commands: one line in Chinese and English that says what is wrong, and a hint what to do."""

from __future__ import annotations


class Complaint(Exception):
    """Ends a command. hint: the next thing to try. status: the exit status, 2 for a mistake of the command line."""

    def __init__(self, zh: str, en: str, hint: str, *, status: int = 1) -> None:
        super().__init__(en)
        self.line = f"{zh} · {en}" if zh else en
        self.hint = hint
        self.status = status


class Mistrust(Exception):
    """What the server shows does not fit the meeting: nothing of it is served, and nothing is sent to it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
