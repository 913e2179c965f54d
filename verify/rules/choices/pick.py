"""Pick ballots (推荐、多选): some of the options, and names of one's own where the ballot leaves room for them.

Text: docs/rules.md, "Ballots": {"picks": ["a"], "write_in": ["王五"]}, at most `max` in all and `write_in` of them
written in; either member may be left out. A write-in that is an option's name counts for that option. Nothing picked is
a blank.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from verify.rules.canonical import encode_canonical
from verify.rules.choices.free_text import MAX_UTF8_BYTES, MAX_WRITE_IN_CHARS, is_write_in
from verify.rules.choices.kind import BLANK, Choice

_LONGEST_WRITE_IN = MAX_UTF8_BYTES * MAX_WRITE_IN_CHARS


class Pick:
    """See `verify.rules.choices.kind.Kind`. A read ballot holds {"picks": [id], "write_in": [name]}, or nothing."""

    def longest(self, ballot: Mapping[str, Any]) -> int:
        quoted = len('"",')  # of each element; the comma that the last one lacks comes off below
        ids = sorted((len(option["id"]) for option in ballot["options"]), reverse=True)
        best = 0
        for written in range(min(ballot["write_in"], ballot["max"]) + 1):
            picked = ids[: ballot["max"] - written]
            commas = (1 if picked else 0) + (1 if written else 0)
            size = sum(picked) + quoted * len(picked) + (quoted + _LONGEST_WRITE_IN) * written - commas
            best = max(best, size)
        return len(encode_canonical({"picks": [], "write_in": []})) + best

    def read(self, ballot: Mapping[str, Any], choice: Mapping[str, Any]) -> Choice | None:
        if not choice.keys() <= {"picks", "write_in"}:
            return None
        picks, write_ins = choice.get("picks", []), choice.get("write_in", [])
        if not isinstance(picks, list) or not isinstance(write_ins, list):
            return None
        if len(write_ins) > ballot["write_in"] or len(picks) + len(write_ins) > ballot["max"]:
            return None
        ids = {option["id"] for option in ballot["options"]}
        if not all(isinstance(pick, str) and pick in ids for pick in picks) or not all(map(is_write_in, write_ins)):
            return None
        id_of = {option["name"]: option["id"] for option in ballot["options"]}
        chosen = picks + [id_of[name] for name in write_ins if name in id_of]
        names = [name for name in write_ins if name not in id_of]
        if len(set(chosen)) != len(chosen) or len(set(names)) != len(names):
            return None
        return Choice({"picks": chosen, "write_in": names}) if chosen or names else BLANK

    def tally(self, ballot: Mapping[str, Any], choices: Iterable[tuple[Choice, int]]) -> dict[str, Any]:
        tally: dict[str, Any] = {option["id"]: 0 for option in ballot["options"]}
        names: Counter[str] = Counter()
        for choice, times in choices:
            for option in choice.content.get("picks", ()):
                tally[option] += times
            for name in choice.content.get("write_in", ()):
                names[name] += times
        if ballot["write_in"]:
            tally["write_in"] = {name: names[name] for name in sorted(names)}
        return tally

    def has_free_text(self, ballot: Mapping[str, Any]) -> bool:
        return bool(ballot["write_in"] > 0)
