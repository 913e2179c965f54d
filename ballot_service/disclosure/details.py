"""The table: how much of a round a viewer may see, and how much of it a document may hold.

| | once closed | once counted | once told |
|---|---|---|---|
| hall screen, observer | papers | papers | `hall`: result |
| voters' phones, anybody | nothing | nothing | `hall` or `public`: result |
| organiser, supervisor | papers | remarks | remarks |
| teller, scrutineer | papers | names | names |
| host | papers | names, where the hall is told first | `committee`: remarks |
| committee | papers | papers | `committee`: remarks |
| subject, of the own contest | nothing | nothing | `subject`: result |
| scope | nothing | nothing | `scope`: result |

Whoever was told to the hall or the public is told to all. Remarks and written names never go farther than the
committee: a hand is known by its words (docs/threats.md).
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from ballot_service.disclosure.standing import Phase, Standing
from verify import rules


class Detail(IntEnum):
    """How much of a round; each includes those before."""

    NOTHING = 0
    PAPERS = 1  # 应到、实到、发出、收回, in total
    COUNTS = 2  # also valid and invalid, abstentions, unknown
    RESULT = 3  # what stands on the paper, counted and judged
    NAMES = 4  # also names that voters wrote in
    REMARKS = 5  # also comments


class Viewer(StrEnum):
    """Audiences of announcements, and the roles of officers (`console.roles.Role`, by the same words)."""

    HALL = "hall"  # the screen
    PUBLIC = "public"  # phones, and anybody who asks the service
    COMMITTEE = "committee"
    SUBJECT = "subject"  # who is assessed, of the own contest
    SCOPE = "scope"
    ORGANISER = "organiser"
    HOST = "host"
    TELLER = "teller"
    SCRUTINEER = "scrutineer"
    SUPERVISOR = "supervisor"
    OBSERVER = "observer"


class Document(StrEnum):
    """What is printed or exported after a count."""

    COUNT_REPORT = "count-report"  # 票数清点报告单
    TALLY_SHEET = "tally-sheet"  # 计票单
    VOTE_REPORT = "vote-report"  # 票决结果报告单
    ASSESSMENT_SUMMARY = "assessment-summary"  # 民主测评统计汇总表
    INTEGRITY_REPORT = "integrity-report"  # 述廉测评结果报告单
    CADRE_RECORD = "cadre-record"  # 干部选拔任用工作记实表
    FOLLOW_UPS = "follow-ups"  # 后续事项清单
    FEEDBACK = "feedback"  # 个人反馈单
    SCOPE_NOTICE = "scope-notice"  # 在一定范围内公布
    PUBLIC_NOTICE = "public-notice"  # 公布


_OFFICERS_COUNTING = {
    Viewer.ORGANISER: Detail.REMARKS,
    Viewer.SUPERVISOR: Detail.REMARKS,
    Viewer.TELLER: Detail.NAMES,
    Viewer.SCRUTINEER: Detail.NAMES,
}
_SEES_PAPERS = {Viewer.HALL, Viewer.OBSERVER, Viewer.COMMITTEE, Viewer.HOST, *_OFFICERS_COUNTING}
_TOLD_AS = {Viewer.OBSERVER: "hall", Viewer.HOST: "committee"}  # who is told together with another audience
_IN_CONFIDENCE = {Viewer.COMMITTEE, Viewer.HOST}
_EVERYBODY = {"hall", "public"}

_HOLDS = {
    Document.COUNT_REPORT: Detail.COUNTS,
    Document.TALLY_SHEET: Detail.NAMES,
    Document.VOTE_REPORT: Detail.NAMES,
    Document.ASSESSMENT_SUMMARY: Detail.REMARKS,
    Document.INTEGRITY_REPORT: Detail.REMARKS,
    Document.CADRE_RECORD: Detail.RESULT,
    Document.FOLLOW_UPS: Detail.RESULT,
}
"""Papers of those who count and report: made by whoever may see as much. A report to the committee is how it is told,
so it exists before."""

_TELLS = {
    Document.FEEDBACK: (Viewer.SUBJECT, {"subject", "hall", "public"}),
    Document.SCOPE_NOTICE: (Viewer.SCOPE, {"scope", "public"}),
    Document.PUBLIC_NOTICE: (Viewer.PUBLIC, {"public"}),
}
"""Papers that leave the house: whose eyes they are for, and which announcements let them be made."""


def detail(viewer: Viewer | str, standing: Standing) -> Detail:
    """How much this viewer may see of a round. A subject: of a contest about himself or herself.

    Raises: ValueError for a viewer that is not known, verify.rules.RulesError for a mode that is not.
    """
    viewer = Viewer(viewer)
    first = rules.default_audience(standing.mode)
    told = _told(standing)
    if standing.phase < Phase.CLOSED:
        return Detail.NOTHING
    seen = Detail.PAPERS if viewer in _SEES_PAPERS else Detail.NOTHING
    if standing.phase < Phase.COUNTED:
        return seen
    if viewer in _OFFICERS_COUNTING:
        return _OFFICERS_COUNTING[viewer]
    if viewer is Viewer.HOST and first == "hall":
        return Detail.NAMES  # who reads it out
    if viewer in _IN_CONFIDENCE and _TOLD_AS.get(viewer, viewer) in told:
        return Detail.REMARKS
    if viewer is Viewer.HALL or viewer is Viewer.OBSERVER:
        return Detail.RESULT if "hall" in told else seen
    if _TOLD_AS.get(viewer, viewer) in told or told & _EVERYBODY:
        return Detail.RESULT
    return seen


def detail_of_document(document: Document | str, role: Viewer | str, standing: Standing) -> Detail:
    """How much of a round this document may hold when an officer of this role makes it; NOTHING: not to be made yet.

    The feedback is about one subject: only contests about that person go into it.
    """
    document = Document(document)
    of_role = detail(role, standing)
    if document in _TELLS:
        reader, announcements = _TELLS[document]
        if announcements.isdisjoint(_told(standing)):
            return Detail.NOTHING
        return min(of_role, detail(reader, standing))
    allowed = min(of_role, _HOLDS[document])
    enough = Detail.PAPERS if document is Document.COUNT_REPORT else Detail.RESULT
    return allowed if allowed >= enough else Detail.NOTHING


def _told(standing: Standing) -> set[str]:
    """Only those that the mode ever tells: what another announcement says opens nothing."""
    return set(standing.told) & set(rules.AUDIENCES[standing.mode])
