"""docs/auditing.md names every check, every portable file and the Pythons that it runs on."""

import re

from tests.docs.pages import page
from verify.checks import CHECKS
from verify.portable.build import PLATFORMS, PYTHONS

PAGE = page("auditing.md")


def test_every_check_is_explained_in_both_languages_in_its_order() -> None:
    rows = re.findall(r"^\| (V\d\d) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    assert [row[0] for row in rows] == [check.id for check in CHECKS]
    assert all(re.search("[一-鿿]", row[1]) and row[2].isascii() for row in rows)


def test_every_portable_file_is_named() -> None:
    assert {one for one in PLATFORMS if f"ballot-verify-{one}.pyz" in PAGE} == set(PLATFORMS)
    assert f"Python {PYTHONS[0]} 至 {PYTHONS[-1]}" in PAGE
