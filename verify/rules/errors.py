"""What the rules refuse. Messages never quote a choice, a name or other content of a ballot."""


class RulesError(ValueError):
    """The base of every refusal here: a contest or figures that the rules cannot judge, with a plain reason."""


class MalformedNumber(RulesError):
    """A threshold, weight or score that is not written as an exact number."""


class CanonicalError(RulesError):
    """Bytes that are not canonical JSON, or a value that has no canonical form."""


class NotNow(RulesError):
    """A step of the meeting that the rules do not allow at this point. `code` is the public refusal code."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
