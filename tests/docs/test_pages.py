"""The pages as such: links lead somewhere, and what the code says about the documentation is so."""

import re
import subprocess
import sys
import unicodedata

import pytest

from ballot_service.meetings.meeting_file import read_meeting_text
from tests.docs.pages import DOCS, PAGES, ROOT, page

SOURCES = sorted(
    path
    for folder in ("ballot_service", "crypto", "kiosk", "verify", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if "docs" not in path.relative_to(ROOT).parts
)
CITED = re.compile(r"docs/[a-z0-9_/-]+\.md(?:(?: §(?P<section>[0-9]+))?(?:, [\"“](?P<title>[^\"”\n]+)[\"”])?)?")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_every_link_leads_to_a_file_of_the_project(path):
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        assert "://" not in target, f"{target} leads outside the project"
        assert (path.parent / target.split("#")[0]).exists(), f"{target} does not exist"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_pages_name_no_host_but_examples(path):
    for host in re.findall(r"https?://([A-Za-z0-9.-]+)", path.read_text(encoding="utf-8")):
        assert host.endswith(".example") or host == "127.0.0.1", host


def test_every_page_is_on_the_map():
    linked = {(DOCS / target).resolve() for target in re.findall(r"\]\(([^)\s]+)\)", page("README.md"))}
    assert {path for path in PAGES if path.name != "README.md"} <= linked


def citations():
    found = {}
    for path in SOURCES:
        for match in CITED.finditer(path.read_text(encoding="utf-8")):
            found.setdefault(match[0], (match, path.relative_to(ROOT)))
    return sorted(found.items())


@pytest.mark.parametrize(
    ("cited", "where"),
    [pytest.param(cited, where, id=cited) for cited, where in citations()],
)
def test_what_the_code_cites_exists(cited, where):
    match, source = where
    path = ROOT / re.match(r"docs/[a-z0-9_/-]+\.md", cited)[0]
    assert path.exists(), f"{source} cites {cited}"
    text = path.read_text(encoding="utf-8")
    if match["section"]:
        assert re.search(rf"^##+ §?{match['section']}\.", text, re.MULTILINE), f"{source} cites {cited}"
    if match["title"]:
        assert match["title"].lower() in text.lower(), f"{source} cites {cited}"


def test_worked_commands_of_the_map_run():
    (command,) = re.findall(r"^    ballot-verify (.+)$", page("README.md"), re.MULTILINE)
    name, words = re.fullmatch(r'(\S+) --fingerprint "([^"]+)"', command).groups()
    run = subprocess.run(
        [sys.executable, "-m", "verify", name, "--fingerprint", words, "--jobs", "1"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()


def test_the_first_meeting_that_a_newcomer_reads_can_be_published():
    (example,) = re.findall(r"^```yaml\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    plan = read_meeting_text(example.encode())
    assert [item["title"] for item in plan.fields["agenda"]] == ["县财政局局长人选差额票决"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_pages_hold_no_invisible_characters(path):
    text = path.read_text(encoding="utf-8")
    assert not [one for one in text if unicodedata.category(one) in ("Cf", "Cc", "Co") and one != "\n"]
    assert unicodedata.is_normalized("NFC", text)
