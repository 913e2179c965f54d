"""Which procedure is meant: the templates in the groups in which an office thinks of them."""

from __future__ import annotations

from dataclasses import dataclass

from ballot_service.meetings.templates import Template, read_template, template_names


@dataclass(frozen=True)
class Group:
    """Templates of one kind, in the order in which they are offered."""

    zh: str
    en: str
    templates: tuple[str, ...]


GROUPS = (
    Group(
        "述职述廉测评",
        "Assessment after a report on duty and integrity",
        ("integrity-report/f0", "written-report/f0", "duty-review/f1", "work-report/f3"),
    ),
    Group(
        "年度考核和考察测评",
        "Annual assessment and inspection",
        ("annual-assessment/f4", "annual-assessment/f1", "inspection-assessment/f4", "inspection-review/f1"),
    ),
    Group(
        "民主评议",
        "Democratic review",
        ("one-report-two-reviews/f4", "openness-review/f0", "double-review/f0", "pledge-review/f2", "grid-review/f2"),
    ),
    Group(
        "推荐提名和征求意见",
        "Recommendation, nomination, consultation",
        ("nomination/f4", "nomination/f3", "unit-recommendation/f4", "consultation/f4"),
    ),
    Group(
        "票决和表决",
        "Votes",
        ("differential-vote/f4", "single-vote/f4", "appointment-vote/f4", "major-matter/f3", "urgent-item/f3"),
    ),
    Group(
        "问卷和满意度调查",
        "Surveys",
        ("credibility-survey/f4", "satisfaction/f3", "conduct-survey/f3", "discipline-questionnaire/f3"),
    ),
)


def grouped_templates() -> list[tuple[Group, list[Template]]]:
    """Every template that is shipped, once; one that is in no group comes last."""
    listed = {name for group in GROUPS for name in group.templates}
    rest = tuple(name for name in template_names() if name not in listed)
    groups = (*GROUPS, Group("其他", "Others", rest)) if rest else GROUPS
    return [(group, [read_template(name) for name in group.templates]) for group in groups]
