"""A file by which `ballot-kiosk demo` finds the service of a demonstration and pairs with its meeting.

It lies beside the other files of the demonstration and holds a pairing code, made at the same desk as the console's,
and the slips that are the newcomer's own. Codes grow old: one that nobody has used is replaced, until the service
stops.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ballot_service.errors import Refused
from ballot_service.hubs.codes import spell_code
from ballot_service.hubs.desk import CODE_SECONDS
from ballot_service.service import Service
from ballot_service.store.keydir import write_whole

FILE = "terminal.json"
NAME = {True: "演示终端站", False: "Demonstration hub"}  # by whether the story is told in Chinese
RENEW_SECONDS = CODE_SECONDS / 3
LOOK_SECONDS = 2.0


def keep_code(
    service: Service, meeting_id: str, file: Path, slips: Sequence[str], stop: threading.Event, *, chinese: bool
) -> None:
    """Write the file, renew it while no hub has used its code, and delete it when `stop` is set. Runs in a thread.

    slips: addresses, as a scanner types them. A hub may be removed on the console, and paired again with a new code.
    """
    waited = RENEW_SECONDS
    while True:
        with service.acts.look(meeting_id) as (session, state):
            is_paired = NAME[chinese] in {hub.name for hub in service.hubs.paired(session, meeting_id)}
            is_waiting = NAME[chinese] in service.hubs.codes(session, meeting_id)
        if not (is_paired or state.closed) and (not is_waiting or waited >= RENEW_SECONDS):
            with suppress(Refused):  # a hub was quicker
                code = service.hubs.make_code(meeting_id, NAME[chinese])
                told = {"server": service.config.base_url, "meeting": meeting_id, "code": spell_code(code)}
                write_whole(file, json.dumps({**told, "slips": list(slips)}).encode())
                waited = 0.0
        if stop.wait(LOOK_SECONDS):
            file.unlink(missing_ok=True)
            return
        waited += LOOK_SECONDS
