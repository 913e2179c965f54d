"""The words of a rehearsal's story, Chinese and English side by side, so that neither falls behind."""

from __future__ import annotations

STEPS = {
    "report": ("汇报", "report"),
    "question": ("质询", "questions"),
    "introduce": ("介绍", "introduction"),
    "deliberate": ("酝酿", "deliberation"),
    "speak": ("逐一发言", "everyone speaks"),
    "chief-last": ("末位表态", "the chief speaks last"),
    "inspection": ("考察测评已完成", "inspection done"),
}
AUDIENCES = {
    "hall": ("当场宣布", "announced in the hall"),
    "public": ("向社会公布", "published"),
    "committee": ("报告委员会", "reported to the committee"),
    "subject": ("反馈本人", "told to the person concerned"),
    "scope": ("在一定范围内公布", "published within a limited scope"),
}
MARKS = {"approve": ("同意", "approve"), "oppose": ("不同意", "oppose"), "abstain": ("弃权", "abstain")}
REASONS = {
    "tie": ("票数相同", "a tie"),
    "none": ("无人过线", "nobody reached the line"),
    "too-few": ("过线人数不足", "too few reached the line"),
}
NEXT = {
    "committee-decides": ("由委员会决定是否再投", "the committee decides what next"),
    "revote": ("再次投票", "vote again"),
    "ended": ("到此为止", "it ends here"),
}
DECISIONS = {"revote": ("再次投票", "vote again"), "end": ("不再投票", "no further vote")}
SLIPS = {"void": ("作废", "void"), "replace": ("补发登记", "replaced"), "activate": ("启用备用", "spare activated")}
DESK = {
    "void": ("交回未用的入场凭条", "the slip was handed in unused"),
    "replace": ("选票本遗失或无法使用", "the booklet was lost or did not work"),
    "activate": ("补发入场凭条", "a spare slip is given out"),
    "left-over": ("投票未能完成", "the poll could not be completed"),
}
COUNTS = {
    "expected": ("应到", "expected"),
    "present": ("实到", "present"),
    "issued": ("发出", "issued"),
    "returned": ("收回", "returned"),
    "invalid": ("无效", "invalid"),
    "valid": ("有效", "valid"),
    "abstain": ("弃权", "abstain"),
}
OPINION_COUNTS = {
    "unknown": ("不了解", "unknown"),
    "scored": ("计分", "scored"),
}
RULES = {
    "quorum": ("法定人数", "quorum"),
    "seats": ("当选名额", "seats"),
    "rate": ("比率", "rate"),
    "mean": ("均分", "mean"),
    "bands": ("档次", "band"),
    "flag": ("提示", "flag"),
    "bar": ("限制提名", "bar"),
}
VERBS = {
    "publish": ("公布会议", "publish"),
    "attendance": ("签到", "attendance"),
    "step": ("环节", "step"),
    "recuse": ("回避", "recusal"),
    "poll": ("投票", "poll"),
    "resume": ("继续投票", "resume"),
    "void_poll": ("作废投票", "void poll"),
    "decide": ("决定", "decision"),
    "slip": ("凭条", "slip"),
    "input": ("录入", "input"),
    "add_item": ("增加议题", "added item"),
    "announce": ("宣布", "announcement"),
    "close": ("闭会", "close"),
}
WHY = {
    "published": (
        "八个字由议程、规则、全部密钥和凭条清单一起算出，印在每张凭条上，也投在大屏上；换掉任何一项，字就对不上。",
        "The words follow from agenda, rules, keys and slips together. They stand on every slip and on the screen: "
        "change one thing, and they differ.",
    ),
    "attendance": (
        "每人在门口随手抽一张凭条，扫码换一本空白选票。选票经盲签：服务器知道这张凭条用过了，不知道签的是哪些票。",
        "Everyone draws a slip at the door and scans it for a booklet of blank pages. They are signed blindly: the "
        "server learns that the slip was used, not which pages it signed.",
    ),
    "poll": (
        "每部手机先核对选票与会前公布的议程一致，再把选择密封投进票箱；票箱要监票人凑齐才开。",
        "Each phone checks the paper against the agenda published before, then seals the choice into the box, which "
        "opens when enough scrutineers come together.",
    ),
    "checked": (
        "每部手机自己核对；少一张，凭回执就能提出异议，这个票箱便不能开，只能作废重投。",
        "Each phone checks for itself; with the receipt of a missing ballot it objects, and the box cannot be opened.",
    ),
    "undecided": (
        "过线要超过应到人数的一半，不是到场人数的一半，也不是投票人数的一半。",
        "The line is over half of those expected, not of those present or voting.",
    ),
    "verdict": (
        "账本就是一个文件。谁拿到它，都可以离线重算一遍：",
        "The ledger is one file. Whoever has it can recount it offline:",
    ),
}
STATES = {"decided": ("产生", "decided"), "undecided": ("未产生", "undecided"), "counted": ("已计票", "counted")}
