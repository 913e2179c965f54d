"""The limits to compare with: OpenSSL's own figures, from its own `openssl speed`-like loops through `cryptography`.

`cryptography` adds a few microseconds a call; the `openssl` program's own figures are used where it is installed,
which makes the limit stricter.
"""

from __future__ import annotations

import re
import shutil
import subprocess

SECONDS = 2
PATTERNS = {
    "rsa2048": re.compile(r"^rsa 2048 bits\s+\S+\s+\S+\s+([\d.]+)\s+([\d.]+)", re.MULTILINE),
    "ed25519": re.compile(r"^\s*253 bits EdDSA \(Ed25519\)\s+\S+\s+\S+\s+([\d.]+)\s+([\d.]+)", re.MULTILINE),
    "ecdhx25519": re.compile(r"^\s*253 bits ecdh \(X25519\)\s+\S+\s+([\d.]+)", re.MULTILINE),
}


def operations_per_second(algorithm: str, processes: int = 1) -> tuple[float, ...]:
    """(sign, verify) for signatures, (agreements,) for X25519, all processes together.

    Raises: RuntimeError without the `openssl` program.
    """
    program = shutil.which("openssl")
    if program is None:
        raise RuntimeError("the benchmark compares with the openssl program: install it")
    command = [program, "speed", "-seconds", str(SECONDS)]
    if processes > 1:
        command += ["-multi", str(processes)]
    output = subprocess.run([*command, algorithm], capture_output=True, text=True, check=True).stdout
    found = PATTERNS[algorithm].search(output)
    if found is None:
        raise RuntimeError(f"openssl speed {algorithm} printed something else than expected")
    return tuple(float(figure) for figure in found.groups())


def seconds_per_ballot(processes: int = 1) -> float:
    """One RSA-2048 verify, one Ed25519 verify, one X25519 agreement: what a ballot costs at the least."""
    return (
        1 / operations_per_second("rsa2048", processes)[1]
        + 1 / operations_per_second("ed25519", processes)[1]
        + 1 / operations_per_second("ecdhx25519", processes)[0]
    )
