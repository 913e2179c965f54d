"""`ballot-service accounts`: an organiser who is locked out gets back in, and nobody else hears of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ballot_service.cli import main
from ballot_service.config import Config
from ballot_service.console.roles import Role
from ballot_service.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Service:
    service = Service(Config(data_dir=tmp_path / "data"))
    service.accounts.make_code()
    service.accounts.create("李四", "=cmd [red]", frozenset({("", Role.TELLER)}))
    return service


def test_the_list_shows_roles_and_the_reset_lets_in(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--data", str(tmp_path / "data")]
    assert main(["accounts", *where]) == 0
    listed = capsys.readouterr().out
    assert re.search(r"李四\s+=cmd \[red\]\s+teller\s+no password", listed)
    assert re.search(r"organiser\s+organiser\s+organiser", listed)

    account = service.accounts.find("李四")
    assert account is not None
    service.accounts.change(account, name="李四", disabled=True, grants=frozenset())
    assert main(["accounts", "reset", "李四", "--base-url", "https://ballot.example", *where]) == 0
    (code,) = re.findall(r"https://ballot\.example/login\?code=([a-z2-7]+)", capsys.readouterr().out)
    token = service.accounts.log_in(code)
    assert service.accounts.who(token).login == "李四"
    assert service.accounts.who(token).everywhere == frozenset()  # its roles are as they were
    service.close()


@pytest.mark.parametrize("arguments", [["reset"], ["list", "organiser"], ["reset", "nobody"]], ids=" ".join)
def test_what_names_nobody_is_one_line_and_a_hint(
    service: Service, arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    service.close()
    assert main(["accounts", *arguments, "--data", str(tmp_path / "data")]) in (1, 2)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 2
    assert "hint: " in captured.err
