"""`python -m tests.bench [NAME ...]`: run the benchmarks and print their table."""

from __future__ import annotations

import sys

from tests.bench import (
    belenios,
    casting,
    console,
    counting,
    issuing,
    kiosk,
    opening,
    second_verifier,
    slow_phone,
    verifying,
)
from tests.bench.table import Row, print_rows

BENCHMARKS = {
    "issuing": issuing.measure,
    "opening": opening.measure,
    "counting": counting.measure,
    "casting": casting.measure,
    "console": console.measure,
    "kiosk": kiosk.measure,
    "verifying": verifying.measure,
    "belenios": belenios.measure,
    "second-verifier": second_verifier.measure,
    "slow-phone": slow_phone.measure,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"error: no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        print(f"{name} …", flush=True)
        measured = BENCHMARKS[name]()
        for row in measured:
            print(
                f"  {row.what}: {row.measured}; {row.compared or 'no comparison'}; {row.result} ({row.goal})",
                flush=True,
            )
        rows += measured
    print_rows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
