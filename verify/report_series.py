"""The report on several ledgers: the verdict on all of them, their order, what is wrong between them; then each."""

from verify.report import render
from verify.series import Member, Series
from verify.terminal import pad, printable, width


def render_series(series: Series, language: str) -> str:
    """The whole report, ending in a newline."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    count = len(series.members)
    unpinned = any(one.judged.accepted and not one.judged.pinned for one in series.members)
    lines = []
    if series.accepted and unpinned:
        lines.append(
            say(
                "注意：没有用指纹或账本公钥核对来源，以下只说明文件本身前后一致。",
                "NOT PINNED: no fingerprint or ledger key was given; the files were only found to agree.",
            )
        )
    lines.append(
        say(f"结论：接受，共 {count} 份账本", f"VERDICT: accepted, all {count} ledgers")
        if series.accepted
        else say(f"结论：不接受，共 {count} 份账本", f"VERDICT: not accepted, {count} ledgers")
    )
    lines += ["", say("账本，按先后次序", "Ledgers, in their order")]
    names = [printable(one.name) for one in series.members]
    columns = max(width(name) for name in names)
    for number, (name, one) in enumerate(zip(names, series.members, strict=True), 1):
        meeting = one.judged.meeting
        told = "" if meeting is None else printable(f"{meeting['date']}  {meeting['title']}")
        outcome = say("接受", "accepted") if one.judged.accepted else say("不接受", "NOT ACCEPTED")
        lines.append(f"  {number:2}  {pad(name, columns)}  {outcome}  {told}".rstrip())
    if series.findings:
        lines += ["", say("账本之间的问题", "What is wrong between them")]
        lines += [f"  {printable(one.text.in_(language))}" for one in series.findings]
    for number, (name, one) in enumerate(zip(names, series.members, strict=True), 1):
        lines += ["", f"──── {number}  {name}", ""]
        lines += _one(one, language)
    return "\n".join(lines) + "\n"


def _one(member: Member, language: str) -> list[str]:
    if member.judged.unreadable is not None:
        return [printable(member.judged.unreadable)]
    return render(member.judged, language).rstrip("\n").split("\n")
