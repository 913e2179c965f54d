"""Values of a template's fields in Chinese, for those who read no YAML. Where there are no words, the file's own."""

from __future__ import annotations

from typing import Any

from ballot_service.prepare.fields import yaml_text

MAX_CHARS = 120

_BASES = {
    "expected": "应到人数",
    "present": "实到人数",
    "issued": "发出票数",
    "returned": "收回票数",
    "valid": "有效票",
    "scored": "有效票减去弃权和不了解",
}
_STEPS = {
    "report": "汇报",
    "question": "质询",
    "introduce": "介绍情况",
    "deliberate": "酝酿",
    "speak": "逐一发言",
    "chief-last": "主要负责人末位表态",
    "inspection": "考察测评已完成",
}
_MODES = {
    "on-spot": "当场公布",
    "report-then-feedback": "先报告，再向本人反馈",
    "publish": "当场公布并公开",
    "limited-later": "先报常委会，以后在一定范围内公布",
    "internal": "只报常委会，不公布",
}
_COMPARISONS = {"at_least": "{}{} 以上（含）", "over": "超过{}{}", "at_most": "{}{} 以下（含）", "under": "不满{}{}"}
_ON_FAILURE = {"committee": "仍未通过的由常委会决定", "revote": "仍未通过的再投", "end": "未通过即终止"}


def in_words(value: Any) -> str:
    """One line; empty for nothing."""
    if value is None or value == []:
        return ""
    if isinstance(value, str):
        return _BASES.get(value) or _MODES.get(value) or value
    if isinstance(value, list):
        return _list(value)
    if isinstance(value, dict):
        return _mapping(value) or _as_written(value)
    return yaml_text(value)


def _list(values: list[Any]) -> str:
    if all(isinstance(one, str) and one in _STEPS for one in values):
        return " → ".join(_STEPS[one] for one in values)
    if all(isinstance(one, dict) and ("name" in one or "title" in one) for one in values):
        return "、".join(str(one.get("name", one.get("title"))) for one in values)
    return yaml_text(values).replace("\n", "，")


def _as_written(value: dict[str, Any]) -> str:
    """The file's own words where they fit on a line; a table of bands is told by the field's help."""
    text = yaml_text(value).replace("\n", "，")
    return text if len(text) <= MAX_CHARS else ""


def _mapping(value: dict[str, Any]) -> str:
    """The few mappings that templates use; empty for any other."""
    words = set(value)
    if words & set(_COMPARISONS) and words <= {*_COMPARISONS, "of", "mark"}:
        base = f"{_BASES[value['of']]}的 " if value.get("of") in _BASES else " "
        lines = [_COMPARISONS[word].format(base, value[word]) for word in value if word in _COMPARISONS]
        return "且".join(lines).strip()
    if words == {"max_rounds", "on_failure"}:
        return f"最多 {value['max_rounds']} 轮，{_ON_FAILURE[value['on_failure']]}"
    if words == {"failures", "months", "count_loss", "reset"}:
        end = "不得再提名" if value["months"] == "forever" else f"{value['months']} 个月内不得再提名"
        return f"{value['failures']} 次未通过，{end}"
    if words == {"title", "max_chars"}:
        return f"“{value['title']}”，最多 {value['max_chars']} 字"
    if words == {"working_days"}:
        return f"{value['working_days']} 个工作日"
    if words == {"min", "max", "step"}:
        return f"{value['min']} 到 {value['max']} 分，每格 {value['step']} 分"
    if all(
        isinstance(one, list) or (isinstance(one, dict) and set(one) == {"title", "max_chars"})
        for one in value.values()
    ):
        return "；".join(in_words(one) for one in value.values() if one)
    return ""
