"""Which verifier this is: its version and, where it is one file, the SHA-256 of that file.

What a program says of itself is for finding out *which* file ran. Whether that is the published one is found out with
another program, before it runs: docs/auditing.md.
"""

from dataclasses import dataclass
from pathlib import Path

import verify
from verify.prose import Prose

HASH_FILE = "ballot-verify.sha256"  # written by `verify.portable.start` beside the package that it unpacked


@dataclass(frozen=True)
class Identity:
    version: str
    sha256: str | None  # hexadecimal; None when the package is installed and there is no such file

    def told(self) -> Prose:
        if self.sha256 is None:
            return Prose(
                f"核验程序 ballot-verify {self.version}（以软件包安装，没有单个文件的校验值）",
                f"ballot-verify {self.version} (an installed package: no one file has its hash)",
            )
        return Prose(
            f"核验程序 ballot-verify {self.version}，程序文件 SHA-256：{self.sha256}",
            f"ballot-verify {self.version}, SHA-256 of its file: {self.sha256}",
        )


def identity() -> Identity:
    try:
        found = (Path(verify.__file__).parent.parent / HASH_FILE).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return Identity(verify.__version__, None)
    return Identity(verify.__version__, found)
