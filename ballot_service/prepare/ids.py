"""Ids that nobody has to think of. Text: docs/preparing.md, "Ids".

A person's or a post's id is made from the name alone, so that the same name has the same id in every meeting: failed
votes and bars are counted by these two ids. Whoever shares a name with somebody else writes an id of one's own.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable, Collection

_CHARS = 10  # of base32: 50 bits, enough that two of a county's names never meet
_ID = re.compile(r"[a-z0-9-]{1,64}")
MAX_ID_CHARS = 64


def person_id(name: str) -> str:
    """`p-` and ten characters that stand for the name."""
    return f"p-{_of_name('person', name)}"


def post_id(title: str) -> str:
    """An id as it is; a post's title by ten characters that stand for it."""
    return title if _ID.fullmatch(title) else f"post-{_of_name('post', title)}"


def free_id(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """The id itself, or with the first of -2, -3 … that is free."""
    number, found = 1, wanted
    while is_taken(found):
        number += 1
        end = f"-{number}"
        found = wanted[: MAX_ID_CHARS - len(end)] + end
    return found


def free_class_id(taken: Collection[str]) -> str:
    """A, B, … Z, then C27, C28 …"""
    letters = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    numbers = (f"C{number}" for number in range(27, 1000))
    return next(one for one in (*letters, *numbers) if one not in taken)


def _of_name(kind: str, name: str) -> str:
    """Spaces and width do not make another person: 张 三 and 张三 are typed for the same one."""
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    digest = hashlib.sha256(f"ballot-service/v1/{kind}-id\x00{plain}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_CHARS]
