"""What a phone fetches before it can vote, on the network of a hall full of them."""

from __future__ import annotations

import gzip

from ballot_service.client import built_client
from hatch_build import build_client

BUDGET_BYTES = 70_000  # compressed


def test_page_style_and_every_script_fit_the_budget() -> None:
    """The second language is fetched on demand, and the two lists of words are data that are shown at the door only."""
    build_client()
    files = built_client().files
    page = files["index.html"].decode()
    sizes = {
        path: len(gzip.compress(data, mtime=0))
        for path, data in files.items()
        if path == "index.html" or f"/{path}" in page
    }
    assert {path.rpartition(".")[2] for path in sizes} == {"html", "css", "js"}
    assert sum(sizes.values()) <= BUDGET_BYTES, sizes


def test_there_is_one_script_the_one_before_it_and_the_language_that_is_fetched_when_wanted() -> None:
    """The other two are the terminal's, and no phone fetches them."""
    build_client()
    scripts = sorted(path.split("/")[-1].split("-")[0] for path in built_client().files if path.endswith(".js"))
    assert scripts == ["early", "en", "main", "reader", "terminal"]
