"""A server in a process of its own, as noisy as it can be: `python -m tests.hostile.server_process CONFIG-JSON`.

Prints its address, serves until its input ends (also when whoever started it dies), and logs at DEBUG to its error
output, to show what even a careless operator's log holds.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from ballot_service.app import create_app
from ballot_service.config import Config
from ballot_service.serve import Server, listen
from ballot_service.service import Service


def main() -> None:
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    settings = json.loads(sys.argv[1])
    service = Service(Config(**{**settings, "data_dir": Path(settings["data_dir"])}))
    with listen("127.0.0.1", 0) as listening, Server(create_app(service), listening, threads=8) as server:
        print(server.url, flush=True)
        sys.stdin.read()
    service.close()


if __name__ == "__main__":
    main()
