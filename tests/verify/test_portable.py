"""The portable file: the same bytes from the same lock, every part checked before it is imported, nothing left."""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
import zipfile
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import pytest

import hatch_build
import verify
from tests.ledger_builder import LedgerBuilder
from verify.cli import main as command
from verify.html_report import render_page
from verify.identity import Identity
from verify.options import Options
from verify.portable import build, start
from verify.portable.__main__ import LOCK, main
from verify.verdict import judge

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
PLATFORM = f"linux-{os.uname().machine}"


def wheel_of_installed(name: str, folder: Path) -> Path:
    """A wheel with the library as it is installed here: real code, and no network."""
    path = folder / f"{name}-0-installed.whl"
    found = metadata.files(name)
    assert found is not None
    with zipfile.ZipFile(path, "w") as made:
        for file in sorted(found, key=str):
            if ".." not in file.parts and file.suffix != ".pyc":
                made.writestr(zipfile.ZipInfo(file.as_posix()), file.read_binary())
    return path


def built(folder: Path) -> bytes:
    folder.mkdir()
    return build.archive(PLATFORM, {HERE: [wheel_of_installed(name, folder) for name in build.LIBRARIES]})


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return built(tmp_path_factory.mktemp("portable") / "one")


@pytest.fixture
def portable(made: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "盘" / "ballot-verify.pyz"
    path.parent.mkdir()
    path.write_bytes(made)
    return path


def run(portable: Path, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """As on a machine with nothing but Python; the folder for temporary files is our own, to see what is left."""
    temporary = portable.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(temporary)}
    line = [sys.executable, "-I", str(portable), *arguments]
    done = subprocess.run(line, env=environment, capture_output=True, check=False, cwd=portable.parent)
    assert list(temporary.iterdir()) == []
    return done


def test_built_twice_in_different_places_it_is_the_same(made: bytes, tmp_path: Path) -> None:
    again = built(tmp_path / "another folder")
    assert sha256(again).digest() == sha256(made).digest()
    for place in (str(tmp_path), str(Path(verify.__file__).parent)):
        assert place.encode() not in again


def test_it_verifies_a_ledger_with_python_alone(portable: Path, small: LedgerBuilder, tmp_path: Path) -> None:
    ledger = tmp_path / "账本.ledger"
    ledger.write_bytes(small.ledger())
    page = tmp_path / "page.html"
    given = ["--fingerprint", small.fingerprint.hex(), "--json", "-", "--jobs", "2", "--report", str(page)]
    done = run(portable, str(ledger), *given)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["accepted"] is True
    assert f"SHA-256：{sha256(portable.read_bytes()).hexdigest()}" in page.read_text()


def test_it_says_which_file_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for found, told in ((None, "an installed package"), ("ab" * 32, "SHA-256 of its file: " + "ab" * 32)):
        monkeypatch.setattr("verify.cli.identity", lambda found=found: Identity(verify.__version__, found))
        with pytest.raises(SystemExit) as stopped:
            command(["--version"])
        said = capsys.readouterr().out
        assert (stopped.value.code, said.count("\n")) == (0, 1)
        assert said.startswith(f"ballot-verify {verify.__version__}")
        assert told in said


@pytest.mark.parametrize("part", ["verify/cli.py", "wheels/cffi"])
def test_a_damaged_part_is_refused_before_anything_is_imported(portable: Path, part: str) -> None:
    data = bytearray(portable.read_bytes())
    place = data.index(part.encode()) + 200
    data[place] ^= 1
    portable.write_bytes(data)
    done = run(portable, "--version")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"damaged; hint: fetch it again" in done.stderr


def respelt(portable: Path, **changes: object) -> None:
    """The same file with another manifest."""
    with zipfile.ZipFile(portable) as old:
        parts = {one.filename: old.read(one) for one in old.infolist()}
    parts[start.MANIFEST] = json.dumps({**json.loads(parts[start.MANIFEST]), **changes}).encode()
    with zipfile.ZipFile(portable, "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"platform": "windows-x86_64"}, "this file is for windows-x86_64", id="of another platform"),
        pytest.param({"python": {"3.1": []}}, "this file runs with Python 3.1, and", id="of another Python"),
        pytest.param({"files": {"../outside.py": "0" * 64}}, "damaged", id="of a name that is not there"),
    ],
)
def test_the_file_of_another_machine_says_so(portable: Path, changes: dict[str, object], reason: str) -> None:
    respelt(portable, **changes)
    done = run(portable, "--version")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert reason in done.stderr.decode()


@pytest.mark.parametrize("name", ["../x", "/x", "a//x", "a\\..\\x", "C:x", "a/./x", ""])
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(start.CannotStart):
        start.write(str(tmp_path), name, b"")


def test_what_is_unpacked_nobody_else_may_enter_and_a_signal_cleans_it_up(
    portable: Path, small: LedgerBuilder, tmp_path: Path
) -> None:
    temporary, address = tmp_path / "temporary", "https://127.0.0.1:1/m/meeting"
    temporary.mkdir()
    line = [
        sys.executable,
        "-I",
        str(portable),
        "watch",
        address,
        "--fingerprint",
        "0" * 64,
        "--keep",
        str(tmp_path),
    ]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        deadline = time.monotonic() + 20
        while not list(temporary.glob("*/ballot-verify.sha256")) and time.monotonic() < deadline:
            time.sleep(0.01)
        [folder] = temporary.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        time.sleep(0.1)  # the handler is set right after
        running.send_signal(signal.SIGTERM)
        running.wait(20)
    assert list(temporary.iterdir()) == []


def test_the_version_is_that_of_the_project() -> None:
    project = (LOCK.parent.parent / "pyproject.toml").read_text()
    assert re.search(r'^version = "(.+)"$', project, re.MULTILINE)[1] == verify.__version__  # type: ignore[index]


def test_the_lock_is_cut_down_to_what_the_verifier_needs() -> None:
    cut = build.locked(LOCK.read_text())
    assert re.findall(r"^([a-z]+)==", cut, re.MULTILINE) == list(build.LIBRARIES)
    assert cut.count("--hash=sha256:") > 50
    with pytest.raises(build.CannotBuild, match="names no cffi"):
        build.locked(cut.replace("cffi==", "coffee=="))
    with pytest.raises(build.CannotBuild, match="names no pynacl with hashes"):
        build.locked(cut[: cut.index("\npynacl==") + 1] + "pynacl==1\n")


def test_an_installed_package_has_no_hash_to_show(small: LedgerBuilder, tmp_path: Path) -> None:
    path = tmp_path / "meeting.ledger"
    path.write_bytes(small.ledger())
    page = render_page(judge(path, Options(unpinned=True)), "zh")
    assert f"核验程序 ballot-verify {verify.__version__}（以软件包安装，没有单个文件的校验值）</footer>" in page


def test_the_sums_are_those_of_both_verifiers(made: bytes, tmp_path: Path) -> None:
    hatch_build.build(hatch_build.VERIFIER)
    files = {f"ballot-verify-{PLATFORM}.pyz": made, "verify.html": build.page()}
    sums = build.publish(files, tmp_path)
    assert (tmp_path / "SHA256SUMS").read_text() == sums
    assert [line.partition("  ")[2] for line in sums.splitlines()] == sorted(files)
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=tmp_path, check=False).returncode == 0
    (tmp_path / "verify.html").write_bytes(files["verify.html"] + b" ")
    assert subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 1


@pytest.mark.soak
def test_from_the_lock_twice_it_is_the_same_and_every_wheel_has_its_hash(tmp_path: Path) -> None:
    """Fetches the wheels; the other tests use what is installed."""
    for name in ("one", "two"):
        assert main(["--out", str(tmp_path / name), "--platform", PLATFORM]) == 0
    file = f"ballot-verify-{PLATFORM}.pyz"
    first, second = ((tmp_path / name / file).read_bytes() for name in ("one", "two"))
    assert first == second
    lock = LOCK.read_text()
    with zipfile.ZipFile(tmp_path / "one" / file) as made:
        wheels = json.loads(made.read(start.MANIFEST))["wheels"]
    assert len(wheels) == 3 + len(build.PYTHONS)
    assert all(f"--hash=sha256:{one}" in lock for one in wheels.values())
    shutil.copy(tmp_path / "one" / file, tmp_path / "ballot-verify.pyz")
    done = run(tmp_path / "ballot-verify.pyz", "--version")
    assert done.stdout.decode().split()[-1] == sha256(first).hexdigest()
