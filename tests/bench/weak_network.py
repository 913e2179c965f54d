"""A weak network between this machine and one browser: delay, a narrow line, and lost packets under the real TCP.

Chromium's own emulation delays answers and slows them down, but cannot lose a packet: its `packetLoss` is for WebRTC
alone. Here a browser runs in a network namespace whose only way out is a tunnel, and this process carries the packets
across: late, one after the other, and not all of them. Needs root, iproute2 and /dev/net/tun; the names are the
kernel's (`man ip-netns`, Documentation/networking/tuntap.rst).
"""

from __future__ import annotations

import fcntl
import heapq
import os
import random
import select
import shlex
import shutil
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE, THERE = "10.91.7.1", "10.91.7.2"  # this machine, and the browser's, on their common line
LONGEST_PACKET = 2048  # bytes; more than the tunnel's 1500
LONGEST_QUEUE_SECONDS = 1.5  # what does not fit into the line's buffer is lost, as everywhere

_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_TUN = Path("/dev/net/tun")


@dataclass(frozen=True)
class Line:
    """Each way by itself."""

    bytes_per_second: float
    one_way_seconds: float
    loss: float  # of packets, from 0 to 1


def is_possible() -> bool:
    """Whether this machine lets us build one."""
    return os.geteuid() == 0 and _TUN.exists() and shutil.which("ip") is not None


@contextmanager
def weak_network(line: Line, folder: Path, program: Path, seed: int = 0) -> Iterator[Path]:
    """A program that runs `program` at the far end; servers for it listen on `HERE`. seed: which packets are lost."""
    name = f"weak{os.getpid()}"
    ours, theirs = _tunnel(f"a{name}"), _tunnel(f"b{name}")
    commands = (
        f"ip netns add {name}",
        f"ip link set b{name} netns {name}",
        f"ip addr add {HERE} peer {THERE} dev a{name}",
        f"ip link set a{name} up",
        f"ip -n {name} addr add {THERE} peer {HERE} dev b{name}",
        f"ip -n {name} link set lo up",
        f"ip -n {name} link set b{name} up",
    )
    wrapper = folder / "far-browser"
    wrapper.write_text(f'#!/bin/sh\nexec ip netns exec {name} {shlex.quote(str(program))} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o700)
    over = threading.Event()
    carriers = [
        threading.Thread(target=_carry, args=(*ends, line, random.Random(seed + way), over))
        for way, ends in enumerate(((ours, theirs), (theirs, ours)))
    ]
    try:
        for command in commands:
            subprocess.run(shlex.split(command), check=True)
        for carrier in carriers:
            carrier.start()
        yield wrapper
    finally:
        over.set()
        for carrier in carriers:
            if carrier.is_alive():
                carrier.join()
        subprocess.run(shlex.split(f"ip netns del {name}"), check=False)
        os.close(ours)
        os.close(theirs)


def _tunnel(name: str) -> int:
    end = os.open(_TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return end


def _carry(source: int, target: int, line: Line, chance: random.Random, over: threading.Event) -> None:
    """Packets of one way, in order: the line sends one after the other, then each travels for a while."""
    travelling: list[tuple[float, int, bytes]] = []
    count = 0
    free_at = time.monotonic()  # when the line has sent what it was given
    while not over.is_set():
        now = time.monotonic()
        while travelling and travelling[0][0] <= now:
            _, _, packet = heapq.heappop(travelling)
            try:
                os.write(target, packet)
            except OSError:
                continue  # the far end is not up yet
        wait = min(0.2, travelling[0][0] - now) if travelling else 0.2
        if not select.select([source], [], [], max(0, wait))[0]:
            continue
        packet = os.read(source, LONGEST_PACKET)
        now = time.monotonic()
        if chance.random() < line.loss or free_at - now > LONGEST_QUEUE_SECONDS:
            continue
        free_at = max(free_at, now) + len(packet) / line.bytes_per_second
        count += 1
        heapq.heappush(travelling, (free_at + line.one_way_seconds, count, packet))
