"""Running tests with one module changed: each mistake in a process of its own, forked from one that has loaded
everything but our own code."""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
OPTIONS = (
    *("-x", "-q", "-m", "not soak", "-p", "no:cacheprovider", "-p", "no:xdist"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # plugins are loaded before pytest is, once for all
    *("--tb=no", "--assert=plain"),  # that a test fails is enough
)
_THIRD_PARTY = (
    "hypothesis", "hypothesis.strategies", "flask", "flask_limiter", "sqlalchemy.orm", "alembic.command", "pydantic",
    "cryptography.hazmat.primitives.asymmetric.rsa", "cryptography.hazmat.primitives.hpke", "nacl.signing", "gmpy2",
    "ruamel.yaml", "requests", "qrcode", "psycopg", "waitress", "jsone", "openpyxl", "rich.console", "rich.progress",
    "pytest",
)  # fmt: skip


class _OneMutant(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from a changed tree; everything else as always."""

    def __init__(self, module: str, path: Path, tree: ast.Module) -> None:
        self.module, self.path, self.tree = module, path, tree

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.module:
            return None
        package = self.path.name == "__init__.py"
        found = importlib.util.spec_from_file_location(
            fullname, self.path, loader=self, submodule_search_locations=[str(self.path.parent)] if package else None
        )
        assert found is not None
        return found

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.tree, str(self.path), "exec"), module.__dict__)


def load_third_party() -> None:
    for name in _THIRD_PARTY:
        importlib.import_module(name)


def put_in(path: Path, tree: ast.Module) -> None:
    """From now on this process loads the module at `path` from a changed tree."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    sys.meta_path.insert(0, _OneMutant(module, path, tree))


def fork(run: Callable[[], int]) -> int:
    """Run something silently in a child; its exit status is what `run` returns, 1 when it raises."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        os.chdir(ROOT)
        status = run()
    finally:
        os._exit(status)


def run_tests(*chosen: str, each: Callable[[str], object] | None = None) -> bool:
    """Whether all of these tests pass, in this process. `each` is told the name of every test before it begins."""
    import hypothesis
    import pytest

    class Told:
        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_setup(self, item: pytest.Item) -> None:
            if each is not None:
                each(item.nodeid)

    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutation", database=None, derandomize=True, phases=phases)
    hypothesis.settings.load_profile("mutation")
    return pytest.main([*OPTIONS, *chosen], plugins=[Told()]) == 0


def wait(child: int, *, limit: float) -> int:
    deadline = time.monotonic() + limit
    while (status := poll(child, deadline - time.monotonic())) is None:
        time.sleep(0.02)
    return status


def poll(child: int, left: float) -> int | None:
    """Exit status, None while it runs; beyond its time it is ended, and counts as noticed."""
    done, status = os.waitpid(child, os.WNOHANG)
    if done:
        return os.waitstatus_to_exitcode(status)
    if left < 0:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return 1
    return None


def reasons(path: Path) -> set[str]:
    """The mistakes that a list names; its comments say why they change nothing."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {line for line in lines if line and not line.startswith("#")}
