"""docs/threats.md: the checks and tests that it names exist, and what it must say plainly is said."""

import re

import pytest

from tests.docs.pages import ROOT, page
from verify.checks import CHECKS

THREATS = page("threats.md")


def test_named_tests_exist():
    named = re.findall(r"`(tests/[a-z_/]+\.py)`", THREATS)
    assert named
    for name in named:
        assert (ROOT / name).exists(), name


def test_named_checks_exist():
    assert set(re.findall(r"\bV\d\d\b", THREATS)) <= {check.id for check in CHECKS}


@pytest.mark.parametrize(
    "plainly",
    [
        "A corrupted server can vote for people who redeemed and stayed silent",
        "A compromised phone",
        "active attacker on plain HTTP",
        "records network addresses",
        "unanimous small group",
        "Database and key directory together",
        "Deleting on flash memory",
        "Replaced slips",
        "ceremony on the server",
        "Intake timing",
        "Who held a slip",
    ],
)
def test_what_is_not_protected_is_said_before_anything_else(plainly):
    assert plainly in THREATS.split("## Roles")[0]
