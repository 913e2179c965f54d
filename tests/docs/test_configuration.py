"""docs/configuration.md against the settings."""

import re
from dataclasses import fields

import pytest

from ballot_service.cli import _parser
from ballot_service.config import ENVIRONMENT_PREFIX, Config
from tests.docs.pages import page, rows

CONFIGURATION = page("configuration.md")
TABLE = {row[0].strip("`"): row for row in rows(CONFIGURATION) if row[0].startswith("`") and "--" not in row[0]}


def test_every_setting_is_described_and_no_other():
    assert TABLE.keys() == {field.name for field in fields(Config)}


@pytest.mark.parametrize("field", fields(Config), ids=lambda field: field.name)
def test_every_setting_has_a_unit_its_default_and_a_reason(field):
    _, unit, default, reason = TABLE[field.name]
    assert unit
    assert len(reason) > 20
    if field.name not in ("key_dir", "database_url"):  # their defaults follow from data_dir
        assert str(field.default) in default


def test_the_prefix_of_the_environment_is_named():
    assert f"`{ENVIRONMENT_PREFIX}`" in CONFIGURATION


def test_every_command_and_option_is_described():
    described = set(re.findall(r"`(--[a-z-]+)`", CONFIGURATION))
    commands = next(action for action in _parser()._actions if action.choices)
    for name, command in commands.choices.items():
        assert f"ballot-service {name}" in CONFIGURATION
        options = {option for action in command._actions for option in action.option_strings if option[:2] == "--"}
        assert options - {"--help"} <= described, name
        for row in rows(CONFIGURATION):
            if len(row) == 3 and row[0].startswith("`--"):
                ours = set(re.findall(r"--[a-z-]+", row[0]))
                assert (name in re.findall(r"[a-z-]+", row[1])) == bool(ours & options), (name, row[0])
