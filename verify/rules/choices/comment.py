"""Comments (意见建议): one text.

Text: docs/rules.md, "Ballots": {"text": "…"}; `{}` and an empty text are blank. Texts are listed sorted, so that their
order says nothing; they are never served to voters' phones.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from verify.rules.canonical import encode_canonical
from verify.rules.choices.free_text import MAX_UTF8_BYTES, is_text
from verify.rules.choices.kind import BLANK, Choice


class Comment:
    """See `verify.rules.choices.kind.Kind`. A read ballot holds {"text": text}, or nothing."""

    def longest(self, ballot: Mapping[str, Any]) -> int:
        return len(encode_canonical({"text": ""})) + MAX_UTF8_BYTES * int(ballot["max_chars"])

    def read(self, ballot: Mapping[str, Any], choice: Mapping[str, Any]) -> Choice | None:
        if not choice.keys() <= {"text"} or not is_text(choice.get("text", ""), ballot["max_chars"]):
            return None
        return Choice({"text": choice["text"]}) if choice.get("text") else BLANK

    def tally(self, ballot: Mapping[str, Any], choices: Iterable[tuple[Choice, int]]) -> dict[str, Any]:
        texts = [choice.content["text"] for choice, times in choices if choice.content for _ in range(times)]
        return {"texts": sorted(texts)}

    def has_free_text(self, ballot: Mapping[str, Any]) -> bool:
        return True
