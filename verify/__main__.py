"""python -m verify"""

import sys

from verify.cli import main

if __name__ == "__main__":  # worker processes import this module again, and must not start over
    sys.exit(main())
