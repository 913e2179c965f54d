"""What the portable file runs once it is unpacked; as `__main__.py` beside the package and its libraries."""

import os
import sys

try:
    from verify.cli import main
except ImportError as error:
    print(f"ballot-verify: a library cannot be loaded from {os.path.dirname(__file__)}: {error}", file=sys.stderr)
    print("hint: set TMPDIR (on Windows TEMP) to a folder from which programs may be run", file=sys.stderr)
    sys.exit(2)

if __name__ == "__main__":  # worker processes import this module again, and must not start over
    sys.exit(main())
