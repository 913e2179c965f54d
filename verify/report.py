"""The report in the terminal: the verdict first, then every check, every count with its working, and what is not shown.

Contests and scores are written by `verify.report_outcomes`; how text is made safe for a terminal: `verify.terminal`.
"""

from verify.prose import Prose
from verify.report_outcomes import contest_lines, input_lines, score_lines
from verify.terminal import pad, printable, width
from verify.verdict import Judged
from verify.words import to_words

OUTCOMES = {
    "pass": Prose("通过", "pass"),
    "fail": Prose("未通过", "FAIL"),
    "not checked": Prose("未检查", "not checked"),
}

NOT_SHOWN = Prose(
    "本报告不能说明的事：签发密钥、回执密钥和收票记录是否真的销毁；手机当时打开的是不是应有的页面；谁领了哪张凭条；"
    "服务器私下留存了什么。姓名、计票人、监票人等由服务器写入，本报告照录。",
    "What this does not show: that keys and intake were really destroyed; which page the phones were served; who held "
    "which slip; what the server kept for itself. Names of officers and tellers are those the server wrote down.",
)


def render(judged: Judged, language: str) -> str:
    """The whole report, ending in a newline."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    lines: list[str] = []
    if judged.accepted and not judged.pinned:
        lines.append(
            say(
                "注意：没有用指纹或账本公钥核对来源，以下只说明文件本身前后一致。",
                "NOT PINNED: no fingerprint or ledger key was given; the file was only found to agree with itself.",
            )
        )
    lines.append(
        say("结论：接受", "VERDICT: accepted") if judged.accepted else say("结论：不接受", "VERDICT: not accepted")
    )
    if judged.meeting is not None and judged.fingerprint is not None:
        words = to_words(judged.fingerprint, language)
        lines += [
            f"{say('会议', 'meeting')}: {printable(judged.meeting['title'])} ({judged.meeting['id']})",
            f"{say('指纹', 'fingerprint')}: {words}",
            f"    {judged.fingerprint.hex()}",
            f"{say('记录', 'entries')}: {judged.entries}   {say('作废投票', 'void polls')}: {_figure(judged.voids)}   "
            f"{say('补发', 'replaced')}: {_figure(judged.replaced)}   "
            + (say("会议已结束", "closed") if judged.finished else say("会议未结束", "unfinished")),
        ]
        lines += [f"{say('注意', 'note')}: {one.in_(language)}" for one in circumstances(judged)]
    lines += ["", say("检查", "Checks")]
    title_columns = max(width(one.check.title.in_(language)) for one in judged.outcomes)
    outcome_columns = max(width(one.in_(language)) for one in OUTCOMES.values())
    for one in judged.outcomes:
        title = pad(one.check.title.in_(language), title_columns)
        outcome = pad(OUTCOMES[one.outcome].in_(language), outcome_columns)
        lines.append(f"  {one.check.id}  {title}  {outcome}  {printable(one.detail.in_(language))}".rstrip())
    lines += _outcomes(judged, language)
    if judged.uncovered:
        lines += ["", say("没有覆盖到的", "Not covered")]
        lines += [f"  {printable(one.in_(language))}" for one in judged.uncovered]
    lines += ["", NOT_SHOWN.in_(language)]
    return "\n".join(lines) + "\n"


def _outcomes(judged: Judged, language: str) -> list[str]:
    """Contests, inputs and scores, each after an empty line."""
    assert judged.meeting is not None or not judged.contests
    lines: list[str] = []
    for item in judged.items:
        for contest in item["contests"]:
            if contest["id"] in judged.contests:
                lines += ["", *contest_lines(item, contest, judged.contests[contest["id"]], language)]
    places = [judged.meeting or {}, *judged.items]
    inputs = {one["id"]: one for place in places for one in place.get("inputs", [])}
    scores = {one["id"]: one for place in places for one in place.get("scores", [])}
    if judged.inputs:
        lines += ["", Prose("录入", "Inputs").in_(language)]
        lines += [f"  {line}" for line in input_lines(inputs, judged.inputs, language)]
    if judged.scores:
        lines += ["", Prose("得分", "Scores").in_(language)]
        for score_id, score in judged.scores.items():
            lines += [f"  {line}" for line in score_lines(scores[score_id], score, language)]
    return lines


def circumstances(judged: Judged) -> list[Prose]:
    """How the meeting was held, where that weakens a promise: it follows the rules, and the reader should know."""
    assert judged.meeting is not None
    notes = []
    if judged.meeting["ceremony"] == "server":
        notes.append(
            Prose(
                "票箱钥匙由服务器生成，不排除开箱前有人提前看票",
                "the box keys were made on the server: early reading is not excluded",
            )
        )
    if judged.meeting["transport"] == "plain":
        notes.append(
            Prose(
                "会场使用明文网络：能改动网络数据的人可以替换手机上的页面",
                "the hall used plain HTTP: whoever alters traffic there can replace the page on a phone",
            )
        )
    for poll, classes in judged.small_groups.items():
        named = "、".join(classes)
        notes.append(
            Prose(
                f"投票 {poll} 中票种 {named} 领票人数少于规定，经两名负责人同意仍进行",
                f"poll {poll} was held although few of class {named} had redeemed a slip; two officers agreed",
            )
        )
    for poll, hubs in judged.hubs_missing.items():
        notes.append(
            Prose(
                f"投票 {poll} 截止时有 {hubs} 个终端站没有送到选票，存在其中的选票没有计入",
                f"poll {poll} was closed while {hubs} venue hubs had not delivered: ballots they held do not count",
            )
        )
    for poll, helped in judged.assisted.items():
        notes.append(
            Prose(f"投票 {poll} 中有 {helped} 人在他人协助下投票", f"poll {poll}: {helped} voters were helped to vote")
        )
    if judged.replaced:
        notes.append(
            Prose(
                f"补发 {judged.replaced} 次：已领的选票本不能收回，每次补发最多可能多出一张选票",
                f"{judged.replaced} replacements: a redeemed booklet cannot be revoked; each may hide a ballot",
            )
        )
    return notes


def _figure(number: int | None) -> str:
    return "?" if number is None else str(number)
