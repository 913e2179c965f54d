"""What officers' requests carry: exactly these fields, each bounded."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from ballot_service.meetings import field_readers
from ballot_service.meetings.problems import Findings
from ballot_service.routing import Body

MAX_TEXT_CHARS = 200


def _one_line(value: str) -> str:
    """As the meeting file reads text: these words enter the ledger and the minutes."""
    read = field_readers.text(MAX_TEXT_CHARS)(field_readers.Place(value, (), Findings({})))
    if read is field_readers.WRONG:
        raise ValueError(f"one line of printable text, 1 to {MAX_TEXT_CHARS} characters")
    return str(read)


def _all_different(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("each only once")
    return values


Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARS), AfterValidator(_one_line)]
Word = Annotated[str, Field(max_length=64)]  # one of a few that the act itself knows
Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
ClassId = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$")]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
TwoOfficers = Annotated[list[Text], Field(min_length=2, max_length=2), AfterValidator(_all_different)]


class LoginRequest(Body):
    code: Annotated[str, Field(max_length=100)]


class AttendanceRequest(Body):
    present: dict[ClassId, Count]


class ExpectedRequest(Body):
    voter_class: ClassId
    expected: Annotated[int, Field(ge=1, le=1_000_000)]
    reason: Text
    by: TwoOfficers


class StepRequest(Body):
    item: Id
    step: Id
    subject: Id | None = None


class RecusalRequest(Body):
    contest: Id
    voter_class: ClassId
    count: Count


class PollRequest(Body):
    contests: Annotated[list[Id], Field(min_length=1, max_length=200)]
    small_groups: Annotated[list[ClassId], Field(max_length=200), AfterValidator(_all_different)] = Field(
        default_factory=list
    )
    by: TwoOfficers | None = None


class CloseRequest(Body):
    assisted: Count = 0
    without_hubs: bool = False


class VoidRequest(Body):
    reason: Text
    by: TwoOfficers


class PaperCountRequest(Body):
    contest: Id
    voter_class: ClassId
    handed_out: Count
    ballots: Annotated[list[dict[str, Any]], Field(max_length=10_000)]
    teller: Text


class SlipChangeRequest(Body):
    kind: Word
    voter_class: ClassId
    token: Annotated[str, Field(max_length=64)] | None = None
    reason: Text
    by: TwoOfficers


class WaiveRequest(Body):
    reason: Text
    by: TwoOfficers


class DecisionRequest(Body):
    contest: Id
    choice: Word


class InputRequest(Body):
    id: Id
    value: int | Annotated[str, Field(max_length=64)]
    evidence: Text


class ItemRequest(Body):
    item: dict[str, Any]
    admitted_by: Id


class AnnounceRequest(Body):
    contests: Annotated[list[Id], Field(min_length=1, max_length=200)]
    to: Word | None = None
