"""What an organiser is told is in Chinese, with titles and names, and no id of ours."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ballot_service.errors import IN_CHINESE, STATUS, Refused

ROOT = Path(__file__).parents[3] / "ballot_service"
SPOKEN = (
    "meetings/acts.py", "meetings/conduct.py", "polls/conduct.py",
    "console/accounts.py", "console/names.py", "console/passwords.py", "console/login.py", "console/account_pages.py",
)  # fmt: skip
HAN = re.compile("[\u4e00-\u9fff]")


def test_every_code_has_a_sentence() -> None:
    assert IN_CHINESE.keys() == STATUS.keys()
    assert all(HAN.search(text) for text in IN_CHINESE.values())


def test_a_refusal_speaks_the_language_that_is_asked_for() -> None:
    assert Refused("poll-open", "poll p1 is open", zh="请先截止").said("zh") == "请先截止"
    assert Refused("poll-open", "poll p1 is open").said("zh") == IN_CHINESE["poll-open"]
    assert Refused("poll-open", "poll p1 is open", zh="请先截止").said("en") == "poll p1 is open"


@pytest.mark.parametrize("name", SPOKEN)
def test_what_an_organiser_meets_has_words_of_its_own(name: str) -> None:
    """Where `problems` are listed, they say it."""
    for node in ast.walk(ast.parse((ROOT / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            assert given.keys() & {"zh", "problems"}, f"{name}:{node.lineno}"
            if isinstance(given.get("zh"), ast.Constant):
                assert not re.search("[\u4e00-\u9fff][,:;!?]", ast.unparse(given["zh"])), f"{name}:{node.lineno}"
