"""`python -m ballot_service`: the same as the `ballot-service` command."""

import sys

from ballot_service.cli import main

sys.exit(main())
