"""The reader's problems in the words of a Chinese office; the English ones stay as the reader has them.

Each pattern is tried on "found | expected". What no pattern knows is shown in the reader's own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ballot_service.meetings.problems import Problem

_Say = str | Callable[[re.Match[str]], str]


def _row(match: re.Match[str]) -> str:
    return f"和第 {int(match['first']) + 1} 行重复，请改成不同的内容"


_HIDDEN = {
    "a control character": "控制字符",
    "an invisible formatting character": "看不见的格式或方向字符",
    "a line separator": "分行符",
    "a paragraph separator": "分段符",
    "a private-use character": "自造字，别的设备显示不出来",
    "an invisible character": "看不见的字符",
}
_BALLOTS = {"grade": "等次", "score": "打分", "pick": "选择", "comment": "书面意见"}

PATTERNS: tuple[tuple[str, _Say], ...] = (
    (r"found nothing.*this field: it is required", "必须填写"),
    (r'found "".*text of 1 to (?P<most>\d+)', "必须填写"),
    (r"text of 1 to (?P<most>\d+) characters", "请填写文字，最多 {most} 个字"),
    (r"found (?P<many>\d+) characters, expected at most (?P<most>\d+)", "太长：有 {many} 个字，最多 {most} 个字"),
    (
        r"found (?P<code>U\+[0-9A-F]+), (?P<what>[a-z -]+), expected one line",
        lambda match: f"含有{_HIDDEN.get(match['what'], '不能使用的字符')}（{match['code']}），请删去后重新输入",
    ),
    (r'found "".*an integer from', "必须填写数字"),
    (r"an integer from (?P<least>\d+) to (?P<most>\d+)", "请填写 {least} 到 {most} 之间的整数"),
    (r"a date as|a day of the calendar", "请填写日期，写成 2026-12-18 的样子，而且要有这一天"),
    (r"an id of 1 to 64", "编号只能用小写字母 a-z、数字和连字符 -，最多 64 个"),
    (r"a class id of 1 to 8", "票种代号只能用大写字母和数字，最多 8 个"),
    (r"\(see \[(?P<first>\d+)\]\)", _row),
    (r"an id of its own", "编号和前面的重复，请另写一个"),
    (r"at least one class that is not an observer's", "至少选一个不是列席的票种"),
    (r"one of the classes", "这里有一个本次会议没有的票种，请重新勾选"),
    (r"exactly one name", "等额票决只能有一名人选；有两名以上的，请改用差额票决"),
    (r"a list with at least one element", "至少填写一项"),
    (r"at most (?P<most>\d+) (elements|candidates|names|grades|classes|options)", "太多，最多 {most} 项"),
    (r"at most the number of cards, (?P<most>\d+)", "不能超过监票卡的张数（{most} 张）"),
    (r"at most the number of keys", "见证人的门限不能超过密钥的个数"),
    (r"at least (?P<least>\d+) for later rounds", "至少 {least}，第二轮投票和作废重投要用"),
    (
        r"found class (?P<name>\w+) with (?P<many>\d+) expected, expected at least (?P<least>\d+) for a (?P<kind>\w+)",
        lambda match: (
            f"票种 {match['name']} 应到 {match['many']} 人，不足 {match['least']} 人："
            f"{_BALLOTS.get(match['kind'], '')}票会让人猜出是谁投的。请并入别的票种，或者这一项不让它单独参加"
        ),
    ),
    (
        r"found (?P<many>\d+) (candidates|options) for (?P<posts>\d+) posts?, .*at least (?P<least>\d+)",
        "{posts} 个职数只有 {many} 名人选，每个职数至少要 {least} 名",
    ),
    (
        r"found (?P<many>\d+) (candidates|options) for (?P<posts>\d+) posts?",
        "{posts} 个职数只有 {many} 名人选，人选不够",
    ),
    (
        r"who is barred from the post",
        "此人在限制期内，会议当天不能作为这个岗位的人选（见高级设置的 bars 和 history）",
    ),
    (r"a result of up to", "书面意见太长或人数太多，结果放不下：请减少意见字数或手写名额"),
    (r"candidates or roster", "候选人名单和推荐范围只能填一个，请清空另一个"),
    (r"points for exactly the grades", "分值要和等次一一对应：两项一起改"),
    (r"no grades beside points", "直接打分时不设等次，请把等次改回默认"),
    (r"weights for exactly the voters", "权重要和参加的票种一一对应"),
    (r"one of the voters", "这里只能选参加测评的票种"),
    (r"shorter ids: together", "编号太长，请把议题编号改短一些"),
    (r"at most \d+ keys and values", "内容太多"),
    (r"expected an exact number", "请填写准确的数，如 70、0.5、2/3"),
    (r"a field of this version|a field of the template", "这里不认识这个字段：{found}"),
    (r"expected true or false", "只能写 true 或 false"),
    (r"expected one of", "只能是：{expected}"),
)
_COMPILED = tuple((re.compile(pattern), say) for pattern, say in PATTERNS)


def in_chinese(problem: Problem) -> str:
    """One sentence that says what to do."""
    text = f"found {problem.found}, expected {problem.expected}"
    for pattern, say in _COMPILED:
        match = pattern.search(text)
        if match is None:
            continue
        if not isinstance(say, str):
            return say(match)
        groups = {name: value or "" for name, value in match.groupdict().items()}
        return say.format(**groups, found=problem.found, expected=problem.expected.removeprefix("one of "))
    return f"不合要求：{problem.found}；应当是：{problem.expected}"


def in_english(problem: Problem) -> str:
    return f"found {problem.found}, expected {problem.expected}"
