"""Publishing a draft while a page watches, and what is printed afterwards: in memory, once, for an hour.

Observer: whoever finds the server's disk or a backup of it. Slips and cards carry secrets that exist on paper alone, so
their PDFs are never written to a file; they are forgotten when the organiser says that they are printed, after an hour,
and with the process. Whoever lost them publishes again under another id. Text: docs/threats.md.

A restart in the middle leaves nothing half published: the ledger's first lines are one transaction. The draft keeps
under which id publishing began, so that the page can say what became of it.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from functools import partial

from ballot_service.boxes.public_part import PublicPart
from ballot_service.errors import Refused
from ballot_service.meetings.meeting_file import MeetingPlan
from ballot_service.meetings.publish import HandedOut, Published
from ballot_service.prepare.drafts import Drafts
from ballot_service.service import Service
from ballot_service.store.tables import Meeting

log = logging.getLogger(__name__)

KEEP_SECONDS = 60 * 60
RUNNING, DONE, FAILED = "running", "done", "failed"


@dataclass
class Sheet:
    """One file to print. `secret`: it carries what exists on paper alone."""

    name: str
    data: bytes
    pages: int
    secret: bool


@dataclass
class Job:
    """One act of publishing, from the button to the printed sheets."""

    draft_id: str
    plan: MeetingPlan
    state: str = RUNNING
    what: str = "keys"  # keys, boxes, sheets
    done: int = 0
    of: int = 0
    refusal: Refused | None = None
    fingerprint: bytes = b""
    slips: dict[str, tuple[int, int]] = field(default_factory=dict)  # class → slips, spare ones
    sheets: list[Sheet] = field(default_factory=list)
    missing_letters: list[str] = field(default_factory=list)
    until: float = 0.0  # the monotonic clock at which the sheets are forgotten
    printed: bool = False

    @property
    def meeting_id(self) -> str:
        return str(self.plan.fields["id"])

    @property
    def seconds_left(self) -> int:
        return max(0, int(self.until - time.monotonic())) if self.sheets else 0


class Publishing:
    """What is being published by this process, one act at a time for each draft."""

    def __init__(self, service: Service, drafts: Drafts, keep_seconds: float = KEEP_SECONDS) -> None:
        self._service = service
        self._drafts = drafts
        self._keep_seconds = keep_seconds
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}

    def job(self, draft_id: str) -> Job | None:
        with self._lock:
            found = self._jobs.get(draft_id)
        if found is not None and found.sheets and found.seconds_left == 0:
            self.forget(draft_id)
        return found

    def begin(self, draft_id: str, plan: MeetingPlan, organiser: str, ceremony: PublicPart | None = None) -> Job:
        """Publish in the background, for the account `organiser`. ceremony: the boxes, where they were made elsewhere.

        Raises: Refused (already-published) for an id that is taken, or while this draft is on its way.
        """
        with self._service.store.read() as session:
            if session.get(Meeting, plan.fields["id"]) is not None:
                raise Refused(
                    "already-published",
                    f"meeting {plan.fields['id']!r} is published already: change the id under “For experts” in step 1",
                    zh=f"会议编号 {plan.fields['id']} 已经发布过，请在第 1 步“高级设置”里换一个",
                )
        with self._lock:
            known = self._jobs.get(draft_id)
            if known is not None and (known.state == RUNNING or known.sheets):
                raise Refused(
                    "already-published",
                    "this draft is being published, or its sheets wait for the printer",
                    zh="这份草稿正在发布，或者凭条还没有打印",
                )
            job = self._jobs[draft_id] = Job(draft_id, plan)
        self._drafts.mark_publishing(draft_id, job.meeting_id)
        work = partial(self._run, job, organiser, ceremony)
        threading.Thread(target=work, name="publishing", daemon=True).start()
        return job

    def keep(self, job: Job) -> None:
        """Show this act on its draft's page."""
        with self._lock:
            self._jobs[job.draft_id] = job

    def forget(self, draft_id: str, *, printed: bool = False) -> None:
        """Let go of the sheets."""
        with self._lock:
            job = self._jobs.get(draft_id)
            if job is not None and job.state == DONE:
                job.printed = job.printed or printed
                job.sheets = []

    def refuse_while_needed(self, draft_id: str) -> None:
        """Raises: Refused while the draft's slips exist nowhere but here."""
        job = self.job(draft_id)
        if job is not None and (job.state == RUNNING or job.sheets):
            raise Refused(
                "bad-request",
                "its slips are not printed yet: print them and say so, then delete the draft",
                zh="凭条还没有打印：先打印并确认，再删除草稿",
            )

    def dismiss(self, draft_id: str) -> None:
        """Take a failed act off the page."""
        with self._lock:
            job = self._jobs.get(draft_id)
            if job is not None and job.state == FAILED:
                del self._jobs[draft_id]
                self._drafts.mark_publishing(draft_id, None)

    def _run(self, job: Job, organiser: str, ceremony: PublicPart | None) -> None:
        def progress(what: str, done: int, of: int) -> None:
            job.what, job.done, job.of = what, done, of

        made_for = b""

        def prepare(likely: HandedOut) -> None:
            """While others may still write: ballots of another meeting must not wait for a printer."""
            nonlocal made_for
            progress("sheets", 0, 1)
            job.sheets, job.missing_letters = print_sheets(job.plan, likely)
            made_for = likely.fingerprint
            progress("sheets", 1, 1)

        def deliver(published: Published) -> None:
            if published.fingerprint != made_for:  # another meeting was published meanwhile: every slip is another
                prepare(published)

        try:
            published = self._service.publish(
                job.plan, organiser=organiser, ceremony=ceremony, prepare=prepare, deliver=deliver, progress=progress
            )
        except Exception as error:  # noqa: BLE001 -- a thread has nobody above it: the page tells
            if not isinstance(error, Refused):
                log.error("publishing failed: %s", type(error).__name__)
                error = Refused("internal", "the server made a mistake; nothing was published, try again")
            job.sheets, job.refusal, job.state = [], error, FAILED
            return
        job.fingerprint = published.fingerprint
        for slip in published.slips:
            ordinary, spare = job.slips.get(slip.voter_class, (0, 0))
            job.slips[slip.voter_class] = (ordinary + (not slip.reserve), spare + slip.reserve)
        job.until = time.monotonic() + self._keep_seconds
        job.state = DONE
        timer = threading.Timer(self._keep_seconds, self.forget, [job.draft_id])
        timer.daemon = True
        timer.start()


def print_sheets(plan: MeetingPlan, published: HandedOut) -> tuple[list[Sheet], list[str]]:
    """What is printed, and the letters that the font lacks."""
    # imported here: reading fonts takes half a second that no start of the service should wait
    from ballot_service.boxes.card_sheet import card_pages
    from ballot_service.printing.letters import letters
    from ballot_service.printing.pdf import to_pdf
    from ballot_service.slips.participant_card import participant_pages
    from ballot_service.slips.sheet import slip_pages
    from crypto.slips import parse_slip_url

    fields = plan.fields
    base_url = parse_slip_url(published.slips[0].url).base_url
    made = [
        ("slips", slip_pages(published, fields), True),
        ("participants", participant_pages(fields, transport=plan.transport), False),
    ]
    if published.cards:
        cards = card_pages(published, fields, threshold=plan.threshold, base_url=base_url)
        made.insert(1, ("cards", cards, True))
    sheets = [Sheet(name, to_pdf(pages, language=fields["locale"]), len(pages), secret) for name, pages, secret in made]
    shown = (fields["title"], fields["place"], *(one["name"] for one in fields["classes"]))
    return sheets, letters().missing(shown)
