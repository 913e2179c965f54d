"""The two building blocks of every hashed or signed message. Text: docs/protocol.md §3."""


def tag(name: str) -> bytes:
    """What a message is for: no two uses of a hash or key can be mistaken for one another."""
    return b"ballot-service/v1/" + name.encode() + b"\x00"


def lp(value: str | bytes) -> bytes:
    """A variable field with its length before it (u32), so that two fields cannot flow into one another."""
    raw = value.encode() if isinstance(value, str) else value
    return len(raw).to_bytes(4) + raw
