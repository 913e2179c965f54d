"""QR codes of one sheet: all of one version and one mask, so that nothing but the content tells two apart.

A fixed mask also saves trying all eight on every code. Error correction is Q (a quarter may be creased or torn) while
the modules stay large, M beyond.
"""

from __future__ import annotations

from collections.abc import Sequence

from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode

from ballot_service.printing.marks import Modules

MASK = 2
MAX_VERSION_FOR_Q = 10  # 57 modules: 0.6 mm each on a slip
_SHORTEST_SEGMENT = 20  # the address is upper case around one "#": three segments, and a smaller code


def qr_codes(texts: Sequence[str]) -> list[Modules]:
    """Not empty. Raises: qrcode's DataOverflowError for a text of more than some 2,000 characters."""
    level = ERROR_CORRECT_Q
    version = _version_for(texts, level)
    if version > MAX_VERSION_FOR_Q:
        level = ERROR_CORRECT_M
        version = _version_for(texts, level)
    return [_modules(text, version, level) for text in texts]


def _version_for(texts: Sequence[str], level: int) -> int:
    return max(int(_code(text, None, level).best_fit()) for text in texts)


def _modules(text: str, version: int, level: int) -> Modules:
    code = _code(text, version, level)
    code.make(fit=False)
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.modules)


def _code(text: str, version: int | None, level: int) -> QRCode:
    code = QRCode(version=version, error_correction=level, border=0, mask_pattern=MASK)
    code.add_data(text, optimize=_SHORTEST_SEGMENT)
    return code
