"""The verifier alone, with its two libraries, on another machine: a ledger that was mailed and renamed is verified."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import verify
from tests.ledger_builder import LedgerBuilder

# Everything but the standard library, the two libraries and what they need is not installed on that machine.
ALONE = """
import sys
ALLOWED = {"verify", "cryptography", "nacl", "cffi", "_cffi_backend", "pycparser"}

class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ALLOWED and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"{name} is not installed here")

sys.meta_path.insert(0, NotInstalled())
sys.path.insert(0, sys.argv.pop(1))
from verify.cli import main
sys.exit(main())
"""


def test_only_verify_and_two_libraries_verify_a_mailed_and_renamed_ledger(small: LedgerBuilder, tmp_path: Path) -> None:
    shutil.copytree(Path(verify.__file__).parent, tmp_path / "alone" / "verify")
    ledger = tmp_path / "附件 (1).txt"
    ledger.write_bytes(small.ledger())
    options = ["--fingerprint", small.fingerprint.hex(), "--json", "-"]
    command = [sys.executable, "-I", "-c", ALONE, str(tmp_path / "alone"), str(ledger), *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    verdict = json.loads(done.stdout)
    assert (verdict["accepted"], verdict["pinned"]) == (True, True)
