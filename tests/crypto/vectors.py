"""Published test vectors, kept beside the checkout. Tests that need them skip, saying so, where they are absent."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2].parent / "shared" / "vectors"


def load(name: str) -> Any:
    path = FOLDER / name
    if not path.is_file():
        pytest.skip(f"test vectors not found: {name}", allow_module_level=True)
    return json.loads(path.read_text(encoding="utf-8"))
