"""Casting over HTTP: 16 connections, every ballot committed to disk before its receipt.

The server is the real command in its own process; bodies are made beforehand, and the load comes from a second
process, so that on two cores each side has one.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

from ballot_service.config import Config
from ballot_service.meetings.meeting_file import read_meeting_value
from ballot_service.service import Service
from crypto import ballot, blind_rsa, booklet, canonical, ed25519, transport
from crypto.encoding import from_b64u
from tests.bench.table import Row

BALLOTS = 6000
CONNECTIONS = 16
GOAL_PER_SECOND = 600
GOAL_P99_SECONDS = 0.1
MEETING = {
    "format": "ballot-service/meeting/1",
    "id": "bench",
    "title": "表决",
    "organiser": "组织部",
    "place": "会议室",
    "date": "2026-12-18",
    "classes": [{"id": "A", "name": "代表", "expected": BALLOTS}],
    "pages": {"spare": 2},
    "boxes": {"spare": 2},
    "scrutineers": {"cards": 1, "threshold": 1},
    "agenda": [
        {
            "id": "item",
            "title": "议题",
            "announce": "on-spot",
            "contests": [
                {
                    "id": "contest",
                    "voters": ["A"],
                    "ballot": {"kind": "approval", "max_approve": 1, "candidates": [{"id": "a", "name": "甲"}]},
                    "rules": [{"rule": "pass", "over": "1/2", "of": "expected"}],
                }
            ],
        }
    ],
}


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bodies = _prepare(Path(folder))
        port = _free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "ballot_service", "serve", "--data", folder, "--port", str(port)],
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_for(port)
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                durations, spent = pool.apply(_load, (port, bodies))
        finally:
            server.terminate()
            server.wait()
    per_second = len(durations) / spent
    p99 = sorted(durations)[int(len(durations) * 0.99)]
    return [
        Row(
            f"casting over HTTP, {CONNECTIONS} connections",
            f"{per_second:,.0f} durable ballots/s",
            "",
            f"{per_second:,.0f}/s",
            f"≥ {GOAL_PER_SECOND}/s",
            per_second >= GOAL_PER_SECOND,
        ),
        Row(
            "the slowest hundredth of these casts",
            f"p99 {p99 * 1000:.0f} ms",
            "",
            f"{p99 * 1000:.0f} ms",
            f"< {GOAL_P99_SECONDS * 1000:.0f} ms",
            p99 < GOAL_P99_SECONDS,
        ),
    ]


def _prepare(folder: Path) -> list[bytes]:
    """Publish, open a poll, and make the sealed bodies of all casts."""
    service = Service(Config(data_dir=folder, cast_limit_per_key="1000 per minute"))
    service.publish(read_meeting_value(MEETING))
    service.conduct.attendance("bench", {"A": BALLOTS}, "bench")
    opened = service.polls.open("bench", ["contest"])
    with service.acts.look("bench") as (_session, state):
        meeting, fingerprint, paper = state.meeting, state.fingerprint, state.papers[opened.papers[0]]
    (issuer_key,) = (service.keyring.issuer("bench", "A") or [])[:1]
    service.close()
    box = meeting["boxes"][opened.box]
    bodies = []
    for _ballot in range(BALLOTS):
        seed = os.urandom(32)
        key = ed25519.public_key(seed)
        message = booklet.credential_message(fingerprint, paper.page, "A", key)
        encoded = blind_rsa.encode_pss(message, os.urandom(48), 2047)
        line = ballot.make_ballot(
            seed,
            paper.hash,
            "A",
            [blind_rsa.blind_sign(issuer_key, encoded, os.urandom)],
            box_public_key=from_b64u(box["key"]),
            choice=canonical.encode({"marks": {"a": "approve"}}),
            length=paper.length,
            ephemeral_seed=os.urandom(32),
        )
        bodies.append(
            transport.seal_request(
                from_b64u(box["transport"]),
                fingerprint,
                "ballots",
                line,
                ephemeral_seed=os.urandom(32),
                answer_key=os.urandom(32),
                length=-(-len(line) // 256) * 256,
            )
        )
    return bodies


def _load(port: int, bodies: list[bytes]) -> tuple[list[float], float]:
    """(seconds of each cast, seconds in all)."""

    async def connection(mine: list[bytes], durations: list[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for body in mine:
            start = time.perf_counter()
            writer.write(
                b"POST /api/v1/meetings/bench/ballots HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Content-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n" % len(body) + body
            )
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 201"), head[:200]
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            durations.append(time.perf_counter() - start)
        writer.close()
        await writer.wait_closed()

    async def all_connections() -> tuple[list[float], float]:
        durations: list[float] = []
        start = time.perf_counter()
        await asyncio.gather(*(connection(bodies[first::CONNECTIONS], durations) for first in range(CONNECTIONS)))
        return durations, time.perf_counter() - start

    return asyncio.run(all_connections())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port


def _wait_for(port: int) -> None:
    for _attempt in range(100):
        try:
            requests.get(f"http://127.0.0.1:{port}/api/v1/meetings/bench/checkpoint", timeout=5).raise_for_status()
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")
