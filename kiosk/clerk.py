"""What the hub does by itself, a poll at a time: stop taking, send, tell that it is delivered, check the close, forget.

Each step stands on disk before the next begins, and each may be done again: whoever pulls the plug between any two
loses nothing and doubles nothing.
"""

from __future__ import annotations

import secrets
from collections import Counter

from kiosk.checking import keep_evidence, look_at_end, object_to
from kiosk.complaint import Mistrust
from kiosk.hub import Hub
from kiosk.remote import NoAnswer, Refused
from kiosk.sending import Shuffle, envelope, send_batch
from kiosk.store import Phase, PollRow, StorageFull
from kiosk.view import View

BY_CHANCE: Shuffle = secrets.SystemRandom().shuffle
REFUSALS = 3  # the same refusal so often is taken for the server's own word


class Clerk:
    """One per hub; `work` is called again and again by one thread."""

    def __init__(self, hub: Hub, shuffle: Shuffle = BY_CHANCE) -> None:
        """shuffle: the order of the batch; a parameter for tests, as clocks are."""
        self._hub = hub
        self._store = hub.store
        self._say = hub.teller.say
        self._shuffle = shuffle
        self._refusals: Counter[tuple[str, str]] = Counter()

    def work(self) -> None:
        """Do what there is to do now; what the server does not answer is tried again next time."""
        hub = self._hub
        if hub.stopped is not None and not hub.removed:
            return  # mistrust: nothing more is sent
        try:
            self._work()
        except Mistrust as error:
            hub.mistrust(error)
        except (NoAnswer, Refused) as error:
            self._say("work", "等待服务器", f"waiting for the server: {error}")
        except (StorageFull, OSError):
            self._say("disk", "磁盘已满，请腾出空间", "the disk is full: make room; nothing is lost", loud=True)

    def _work(self) -> None:
        hub, told = self._hub, self._hub.told
        if told is None and not hub.removed:
            return
        rows = self._store.polls()
        if told is not None and told.open_poll is not None and told.open_poll not in {row.poll for row in rows}:
            hub.look()
        for row in self._store.polls():
            self._serve(row)
        if told is not None and told.closed and not self._store.over and hub.look().closed and self._all_settled():
            self._store.end_meeting()
            self._say("meeting", "会议已结束，这里的选票本已销毁", "the meeting is closed: booklets are destroyed")

    def _serve(self, row: PollRow) -> None:
        told, removed = self._hub.told, self._hub.removed
        if row.phase is Phase.SETTLED:
            return
        is_open = told is not None and told.open_poll == row.poll and not removed  # a removed hub is told nothing more
        if row.phase is Phase.TAKING and is_open and not self._asked_and_over(row.poll):
            return
        if row.phase is Phase.DELIVERED and is_open:
            return
        view = self._hub.look()
        phase = view.polls[row.poll].phase
        if row.phase is Phase.TAKING:
            if phase == "open" and not is_open and not removed:
                return  # the heartbeat is older than the state: what it says next decides
            self._store.shut(row.poll)
            self._say(f"poll {row.poll}", f"{row.poll}：停止收票", f"{row.poll}: takes no more ballots")
        if phase != "open":
            self._settle(row.poll, view)
        elif row.phase is not Phase.DELIVERED:
            self._deliver(row.poll, view)

    def _asked_and_over(self, poll: str) -> bool:
        told = self._hub.told
        return told is not None and told.asked == poll and self._hub.seconds_left(poll) is None

    def _all_settled(self) -> bool:
        return all(row.phase is Phase.SETTLED for row in self._store.polls())

    def _deliver(self, poll: str, view: View) -> None:
        """Send what waits; when everything has its answer, say so first to the disk, then to the server."""
        hub = self._hub
        row = self._store.poll(poll)
        if row is None or row.outbox is None:
            self._key_lost(poll)
            return
        sealing = envelope(hub.meeting, view, "ballots", row.about.box)
        for answers in send_batch(
            hub.server, hub.meeting, sealing, [one.line for one in row.outbox.waiting], self._shuffle
        ):
            self._store.answer(poll, answers.receipts, self._final(answers.refusals))
            if answers.forged:
                self._say(
                    f"receipts {poll}",
                    f"{poll}：服务器给出的 {answers.forged} 张回执签名不对，选票留在这里继续送",
                    f"{poll}: {answers.forged} receipts are not signed by the meeting's key; the ballots wait on",
                    loud=True,
                )
            if answers.others:
                told = ", ".join(f"{code} × {count}" for code, count in sorted(answers.others.items()))
                self._say(
                    f"refusals {poll}",
                    f"{poll}：服务器暂时不收选票（{told}），选票留在这里继续送",
                    f"{poll}: the server does not take ballots now ({told}); they wait on",
                    loud=True,
                )
        row = self._store.poll(poll)
        if row is None or row.outbox is None or row.outbox.waiting:
            return
        self._store.deliver(poll)
        refused = row.outbox.refused
        self._say(
            f"poll {poll}",
            f"{poll}：{len(row.outbox.ballots) - refused} 张选票全部送达"
            + (f"，{refused} 张被拒绝" if refused else ""),
            f"{poll}: all delivered, {len(row.outbox.ballots) - refused} receipts, {refused} refused",
            loud=bool(refused),
        )

    def _final(self, refusals: dict[str, str]) -> dict[str, str]:
        """Those that were refused often enough to believe it."""
        self._refusals.update(refusals.items())
        return {line: code for line, code in refusals.items() if self._refusals[line, code] >= REFUSALS}

    def _settle(self, poll: str, view: View) -> None:
        """Check the end of a poll in the ledger, object where something is missing, then forget everything of it."""
        hub = self._hub
        row = self._store.poll(poll)
        if row is None or row.outbox is None:
            self._key_lost(poll)
            return
        end = look_at_end(hub.server, hub.ledger, poll, row.outbox)
        if end.missing:
            keep_evidence(hub.folder, hub.meeting, poll, end.missing)
            taken = object_to(hub.server, hub.meeting, envelope(hub.meeting, view, "objections", 0), end.missing)
            self._say(
                f"objection {poll}",
                f"{poll}：{len(end.missing)} 张有回执的选票不在票箱里，已提出异议 {taken} 件；凭据在 evidence 文件夹",
                f"{poll}: {len(end.missing)} ballots with a receipt are not in the box; {taken} objections recorded; "
                f"their receipts are in the folder evidence",
                loud=True,
            )
        self._store.settle(poll, end.lost)
        self._refusals.clear()
        if end.void:
            self._say(f"poll {poll}", f"{poll}：已作废，选票已删除", f"{poll}: void, its ballots are erased")
        else:
            self._say(
                f"poll {poll}",
                f"{poll}：已截止，{end.counted} 张在票箱里，{end.lost} 张未收",
                f"{poll}: closed, {end.counted} ballots in the box, {end.lost} not taken",
                loud=end.lost > 0,
            )

    def _key_lost(self, poll: str) -> None:
        self._say(
            f"poll {poll}",
            f"{poll}：选票的密钥文件不见了，无法送出",
            f"{poll}: the key file of its ballots is gone from the data folder; they cannot be sent",
            loud=True,
        )
