"""A year of meetings: in order, none missing, no two in one place, and each judged with those before it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests import meeting_parts as parts
from tests.judging import failing
from tests.ledger_builder import LedgerBuilder, item, small_meeting
from tests.whole_meetings import POST, SPRING_FAILURE, earlier_meeting, later_meeting, link, post_contest
from verify.cli import main
from verify.ledger import VerifierKey, parse_verifier_key
from verify.options import Options, read_fingerprint
from verify.series import Series, judge_series
from verify.verdict import judge, to_json
from verify.words import to_words


def summer_meeting(spring: LedgerBuilder) -> LedgerBuilder:
    return later_meeting(
        spring,
        meeting_id="summer",
        date="2026-07-01",
        history=[SPRING_FAILURE],
        agenda=[item("posts", [post_contest("summer", candidates=("zhang-san", "zhao-liu"))])],
    )


@pytest.fixture(scope="module")
def year() -> dict[str, LedgerBuilder]:
    """Spring, summer, winter; in spring Li Si failed for the post of winter, in summer Zhao Liu."""
    spring = earlier_meeting()
    summer = summer_meeting(spring)
    summer_failure = parts.history_line(
        "zhao-liu", POST, "2026-07-01", meeting="summer", contest="summer", round=1, nobody_passed=False
    )
    winter = later_meeting(
        summer,
        history=[SPRING_FAILURE, summer_failure],
        agenda=[item("posts", [post_contest("winter", candidates=("zhao-liu", "wang-wu"))])],
    )
    return {"spring": spring, "summer": summer, "winter": winter}


def judge_all(folder: Path, ledgers: dict[str, LedgerBuilder], **options: Any) -> Series:
    fingerprints = options.pop("fingerprints", ())
    paths = []
    for name, builder in ledgers.items():
        path = folder / f"{name}.ledger"
        path.write_bytes(builder.ledger())
        paths.append((path.name, path))
    return judge_series(paths, Options(**(options or {"unpinned": True})), fingerprints)


def order(series: Series) -> list[str]:
    return [one.name.removesuffix(".ledger") for one in series.members]


def codes(series: Series) -> list[str]:
    return [one.code for one in series.findings]


def test_a_year_given_in_any_order_is_put_in_its_own(year: dict[str, LedgerBuilder], tmp_path: Path) -> None:
    winter_first = {name: year[name] for name in ("winter", "spring", "summer")}
    series = judge_all(tmp_path, winter_first)
    assert (order(series), codes(series), series.accepted) == (["spring", "summer", "winter"], [], True)


def test_each_verdict_is_what_the_ledger_gets_alone_with_those_before_it(
    year: dict[str, LedgerBuilder], tmp_path: Path
) -> None:
    series = judge_all(tmp_path, year)
    earlier: list[tuple[str, Path]] = []
    for one in series.members:
        path = tmp_path / one.name
        alone = judge(path, Options(unpinned=True, ledger_key=None, earlier=tuple(earlier)))
        assert to_json(one.judged, "en") == to_json(alone, "en")
        earlier.append((path.name, path))


@pytest.mark.parametrize("pinned", ["spring", "summer", "winter"])
def test_one_fingerprint_pins_the_installation(year: dict[str, LedgerBuilder], pinned: str, tmp_path: Path) -> None:
    words = read_fingerprint(to_words(year[pinned].fingerprint, "zh"))
    series = judge_all(tmp_path, year, jobs=1, fingerprints=[words])
    assert series.accepted
    assert all(one.judged.pinned for one in series.members)


def test_the_ledger_key_of_one_pins_them_all(year: dict[str, LedgerBuilder], tmp_path: Path) -> None:
    key = parse_verifier_key(str(year["summer"].ledger_key))
    assert judge_all(tmp_path, year, ledger_key=key).accepted
    stranger = VerifierKey(key.name, "ledger", parse_verifier_key(str(small_meeting(seed=9).ledger_key)).public_key)
    series = judge_all(tmp_path, year, ledger_key=stranger)
    assert ["V03" in failing(one.judged) for one in series.members] == [True] * 3
    elsewhere = VerifierKey("ballot.example/elsewhere", "ledger", key.public_key)
    assert codes(judge_all(tmp_path, year, ledger_key=elsewhere)) == ["unused"]


def test_without_a_trust_root_none_is_accepted(year: dict[str, LedgerBuilder], tmp_path: Path) -> None:
    series = judge_all(tmp_path, year, jobs=1)
    assert [one.judged.accepted for one in series.members] == [False] * 3


def test_a_fingerprint_of_no_ledger_is_said_and_nothing_is_accepted(
    year: dict[str, LedgerBuilder], tmp_path: Path
) -> None:
    series = judge_all(tmp_path, year, unpinned=True, fingerprints=[bytes(32)])
    assert codes(series) == ["unused"]
    assert [failing(one.judged) for one in series.members] == [["V05"]] * 3
    series = judge_all(tmp_path, year, jobs=1, fingerprints=[year["spring"].fingerprint, bytes(32)])
    assert all(one.judged.accepted for one in series.members)
    assert (codes(series), series.accepted) == (["unused"], False)


def test_a_ledger_missing_between_two_is_named(year: dict[str, LedgerBuilder], tmp_path: Path) -> None:
    series = judge_all(tmp_path, {name: year[name] for name in ("spring", "winter")})
    assert order(series) == ["spring", "winter"]
    assert codes(series) == ["missing"]
    assert "winter.ledger follows ballot.example/summer" in series.findings[0].text.en
    assert not series.accepted


def test_a_year_may_begin_after_a_meeting_that_was_not_given(year: dict[str, LedgerBuilder], tmp_path: Path) -> None:
    series = judge_all(tmp_path, {name: year[name] for name in ("summer", "winter")})
    assert codes(series) == []
    assert series.members[0].judged.not_covered[-2:] == [
        "V17: earlier ledgers not supplied",
        "V20: previous ledger named, not supplied",
    ]


def test_two_that_claim_one_predecessor_are_a_fork(year: dict[str, LedgerBuilder], tmp_path: Path) -> None:
    other = later_meeting(year["spring"], meeting_id="other", date="2026-08-01")
    series = judge_all(tmp_path, {"spring": year["spring"], "summer": year["summer"], "other": other})
    assert codes(series) == ["fork"]
    assert "summer.ledger, other.ledger all name ballot.example/spring-meeting" in series.findings[0].text.en


def test_two_versions_of_one_meeting(year: dict[str, LedgerBuilder], tmp_path: Path) -> None:
    series = judge_all(tmp_path, {"spring": year["spring"], "again": year["spring"]})
    assert "same-meeting" in codes(series)
    assert [failing(one.judged) for one in series.members] == [[], ["V17"]]


def test_ledgers_of_two_installations_do_not_go_together(year: dict[str, LedgerBuilder], tmp_path: Path) -> None:
    series = judge_all(tmp_path, {"spring": year["spring"], "stranger": small_meeting(seed=9)})
    assert codes(series) == ["two-first", "other-key"]
    assert not series.accepted


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    one, two = earlier_meeting(), earlier_meeting(meeting_id="two")
    first = earlier_meeting(previous=link(two))
    second = earlier_meeting(meeting_id="two", previous=link(one))
    assert codes(judge_all(tmp_path, {"first": first, "second": second})) == ["circle"]


def test_a_bar_of_one_year_reaches_over_all_ledgers(year: dict[str, LedgerBuilder], tmp_path: Path) -> None:
    """Winter leaves out that Zhao Liu failed in summer; spring alone would not show it."""
    winter = later_meeting(
        year["summer"],
        history=[SPRING_FAILURE],
        agenda=[item("posts", [post_contest("winter", candidates=("zhao-liu", "wang-wu"))])],
    )
    series = judge_all(tmp_path, {**year, "winter": winter})
    assert [failing(one.judged) for one in series.members] == [[], [], ["V17"]]


# ------------------------------------------------------------------------------------------------------- the command


@pytest.fixture
def files(year: dict[str, LedgerBuilder], tmp_path: Path) -> list[str]:
    paths = [tmp_path / f"{name}.ledger" for name in ("winter", "spring", "summer")]
    for path in paths:
        path.write_bytes(year[path.stem].ledger())
    return [str(path) for path in paths]


def test_the_command_tells_the_order_first_and_writes_one_file(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, pages = tmp_path / "year.json", tmp_path / "pages"
    pages.mkdir()
    assert main([*files, "--unpinned", "--jobs", "1", "--json", str(out), "--report", str(pages)]) == 0
    said = capsys.readouterr().out
    assert "结论：接受，共 3 份账本" in said
    assert said.index("spring.ledger") < said.index("summer.ledger") < said.index("winter.ledger")
    verdicts = json.loads(out.read_text())
    assert (verdicts["format"], verdicts["accepted"], verdicts["findings"]) == ("ballot-service/verdicts/1", True, [])
    assert [one["file"] for one in verdicts["ledgers"]] == ["spring.ledger", "summer.ledger", "winter.ledger"]
    assert {one["verdict"]["format"] for one in verdicts["ledgers"]} == {"ballot-service/verdict/1"}
    assert sorted(one.name for one in pages.iterdir()) == ["01-spring.html", "02-summer.html", "03-winter.html"]


def test_the_status_is_the_worst_of_all(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*files[:2], "--unpinned", "--jobs", "1", "--lang", "en"]) == 1
    assert "a ledger is missing" in capsys.readouterr().out
    broken = tmp_path / "broken.ledger"
    broken.write_bytes(b"no ledger")
    assert main([*files, str(broken), "--unpinned", "--jobs", "1", "--json", "-"]) == 2
    said = capsys.readouterr()
    assert [one["verdict"]["accepted"] for one in json.loads(said.out)["ledgers"]] == [True, True, True, False]
    assert said.err.splitlines()[-1] == "broken.ledger: V01: line 1: the line has no end"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (["--earlier", "x"], "not a file"),
        (["--report", "page.html"], "name a folder"),
        (["nowhere.ledger"], "not a file"),
    ],
)
def test_what_several_ledgers_cannot_take(
    files: list[str], more: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*files, "--unpinned", *more]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert reason in said.err


def test_one_ledger_takes_one_fingerprint_and_several_no_earlier_ones(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([files[0], "--fingerprint", "0" * 64, "--fingerprint", "1" * 64]) == 2
    assert main([*files[:2], "--unpinned", "--earlier", files[2]]) == 2
    assert "hint: give all of them" in capsys.readouterr().err
