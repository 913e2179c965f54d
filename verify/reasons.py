"""What is wrong, in Chinese: a fault is found and named in English, and told to people in their own language.

A reason is made of places ("line 7: ", "contest post: ") and of what is wrong there; each has its line in a table
below, `{}` standing for what differs. What has no line stays as it is: a fault told in English is better than none.
"""

import re
from functools import cache

_PLACES = {
    "line {}: ": "第 {} 行：",
    "after line {}: ": "第 {} 行之后：",
    "poll {}, contest {}: ": "投票 {} 的事项 {}：",
    "contest {}, class {}: ": "事项 {}，票种 {}：",
    "contest {}: ": "事项 {}：",
    "class {}: ": "票种 {}：",
    "item {}: ": "议题 {}：",
    "key of page {}: ": "第 {} 页的签发密钥：",
    "close: ": "截止时的校验点：",
    "the checkpoint: ": "账本末端的校验点：",
    "checkpoint {}: ": "校验点 {}：",
    "receipt {}: ": "回执 {}：",
    "a witness of entry 0: ": "首条记录写明的见证：",
    "history: ": "历次表决记录：",
    "previous: ": "上一次会议的账本：",
    "earlier ledger {}: ": "以往的账本 {}：",
    "is not accepted: ": "自身不能接受：",
    "cannot be read: ": "读不了：",
    "the scores cannot be computed: ": "得分无法计算：",
    "input {}: ": "录入项 {}：",
    "score {}: ": "得分 {}：",
    "not-admitted: ": "临时议题没有获准：",
    "ad-hoc-cadre-item: ": "临时议题涉及干部：",
    "announce-not-allowed: ": "不得这样宣布：",
    "no-decision: ": "没有决定：",
    "round-limit: ": "轮次已满：",
    "V{}: ": "V{}：",
}

_REASONS = {
    # V01, V02: the file, the spelling and the fields
    "no entries": "没有任何记录",
    "not a regular file": "不是普通文件",
    "cannot open the file: {}": "文件打不开（{}）",
    "the line has no end": "这一行没有结束",
    "the file ends without an empty line and a checkpoint": "文件末尾缺少空行和校验点",
    "longer than {} bytes": "超过 {} 字节",
    "more than {} entries": "超过 {} 条记录",
    "more than {} values": "一行内容超过 {} 项",
    "nested deeper than {}": "嵌套超过 {} 层",
    "slips of more than 255 classes": "凭条的票种超过 255 个",
    "the file changed while it was read": "文件在读取时被改动",
    "a worker process ended by itself; try --jobs 1": "核验的子进程自行结束，请用 --jobs 1 再试",
    "not valid UTF-8": "不是 UTF-8 文字",
    "not JSON": "不是 JSON",
    "not an object": "不是一条记录",
    "not in canonical form": "写法与规定的唯一写法不同",
    "a field is given twice": "同一字段写了两次",
    "an integer too long to read": "整数过长",
    "an entry type that this version does not know": "本版程序不认识的记录类型",
    "ballot: a field that a ballot does not have": "选票里有不该有的字段",
    "ballot: not in its one spelling": "选票的写法与规定的唯一写法不同",
    "unknown field {}": "有不认识的字段 {}",
    "no field {}": "缺少字段 {}",
    "{} that this version does not know": "本版程序不认识的内容（{}）",
    "expected at least {} elements": "至少应有 {} 项",
    "expected at most {} elements": "最多应有 {} 项",
    "expected {} bytes": "应为 {} 字节",
    "expected dates that exist": "日期应当存在",
    "expected a string in lowest terms": "应为最简形式的数",
    "expected a number from 0 to 1": "应为 0 到 1 之间的数",
    "expected an exact number": "应为精确的数",
    "not base64url": "不是 base64url",
    "not base64url in its one spelling": "base64url 的写法与规定的唯一写法不同",
    "not base64": "不是 base64",
    "not base64 in its one spelling": "base64 的写法与规定的唯一写法不同",
    "expected a meeting entry": "应为会议记录",
    # V03, V04, V05: signatures and what the reader brings along
    "a verifier key is NAME+HASH+BASE64": "公钥应为“名称+校验+公钥”",
    "a verifier key of an unknown type": "不认识的公钥类型",
    "the hash in the verifier key is not that of its key": "公钥里的校验与公钥不符",
    "a checkpoint of more than {} bytes": "校验点超过 {} 字节",
    "the checkpoint is not valid UTF-8": "校验点不是 UTF-8 文字",
    "a checkpoint is three lines, an empty line and signatures": "校验点应为三行、一个空行和签名",
    "a control character in the checkpoint": "校验点里有控制字符",
    "the origin of the checkpoint is not a name": "校验点的账本名称不合格式",
    "the size in the checkpoint is not a number": "校验点的记录数不是数字",
    "the root hash in the checkpoint is not 32 bytes": "校验点的根不是 32 字节",
    "two signatures by one key": "同一密钥签了两次",
    "not a signature line": "签名行不合格式",
    "a signature that is too short": "签名过短",
    "entry 0 names another ledger key or origin than the key given": "首条记录写明的账本公钥或名称与所给的不同",
    "the origin of the checkpoint is not that of entry 0": "校验点的账本名称与首条记录不同",
    "the checkpoint is not signed by the ledger key": "校验点不是由账本密钥签名的",
    "expected {} witnesses, got {}": "应有见证 {} 家，实有 {} 家",
    "has no cosignature key": "没有见证公钥",
    "a witness of entry 0 has no cosignature key": "首条记录写明的见证没有见证公钥",
    "not cosigned by {}, as --witness asks": "没有所要求的见证 {} 的签名",
    "the checkpoint is of {} entries, the file holds {}": "校验点签的是 {} 条记录，文件里有 {} 条",
    "the root of the tree over all lines is not the one in the checkpoint": (
        "全部记录的树根与校验点签的不同，记录被改动过"
    ),
    "the fingerprint of this ledger is not the one given": "这份账本的指纹与所给的会议指纹不符",
    "of another ledger": "属于另一份账本",
    "not signed by the key of this ledger": "不是由这份账本的密钥签名的",
    "of {} entries, this ledger holds only {}": "记的是 {} 条，这份账本只有 {} 条",
    "this ledger does not begin with what was signed then": "这份账本的开头与当时签名的不同",
    "dropped, proven: the service signed for a ballot that this ledger does not hold": (
        "证实丢票：服务器签收过的选票，这份账本里没有"
    ),
    # V06: the order
    "an entry after closed": "会议结束之后还有记录",
    "a second meeting entry": "有两条会议记录",
    "keys after other entries": "签发密钥记录的位置不对",
    "a slip after other entries": "凭条记录的位置不对",
    "expected page {}, got {}": "应为第 {} 页，实为第 {} 页",
    "a page beyond those of the booklets": "超出选票本的页数",
    "a box that the meeting does not have for polls": "本次会议没有这个票箱",
    "another key than the meeting gives its box": "票箱公钥与会前公布的不同",
    "the fingerprint of another meeting": "会议指纹是另一次会议的",
    "poll {} was there before": "投票 {} 前面已有",
    "a paper that was not printed before": "用了没有公布过的选票样张",
    "a paper that was polled before": "样张已经投过票",
    "a paper of another box": "样张不属于这个票箱",
    "two papers of one contest": "同一事项有两张样张",
    "a contest of poll {}, which is not opened yet, is polled again": "投票 {} 尚未开箱，其中的事项又投票",
    "a ballot on a paper that is not of this poll": "选票不属于这次投票",
    "{} while no poll is open": "没有投票在进行时不应有：{}",
    "{} while poll {} is open": "投票 {1} 进行中不应有：{0}",
    "{} after a booklet": "换领选票本的记录之后不应是：{}",
    "{} after the booklet that ends poll {}": "结束投票 {1} 的换领记录之后不应是：{0}",
    "expected poll-close after the ballots, got {}": "选票之后应为截止，实为：{}",
    "expected poll {} to be closed": "应为投票 {} 的截止",
    "expected poll {}, the open one, to be voided": "能作废的只有进行中的投票 {}",
    "poll {} is void already": "投票 {} 已经作废",
    "poll {} is voided after its box was opened": "投票 {} 开箱之后又作废",
    "expected results of exactly the contests of the poll": "结果的事项与投票的事项不一致",
    "expected the result of poll {}": "应为投票 {} 的结果",
    "expected the result of poll {}, got {}": "应为投票 {} 的结果，实为：{}",
    "a result of poll {}, whose box is not opened": "投票 {} 没有开箱就有结果",
    "closed while poll {} is neither opened nor void": "投票 {} 既未开箱也未作废，会议就结束了",
    "expected-change after the first poll": "第一次投票之后更改应到人数",
    "paper ballots of a class that does not vote on this paper": "纸质票的票种不参加这次投票",
    "paper ballots of a poll that is not closed, or opened or void already": "纸质票所属的投票未截止，或已开箱、作废",
    "a second count of the same paper ballots": "同一批纸质票计了两次",
    "a box is opened while poll {} is open": "投票 {} 进行中开启票箱",
    "an objection while no poll is closed and unopened": "没有待开箱的投票，却有异议",
    "a poll that was never opened": "提到没有开始过的投票",
    # V07, V09: keys and slips
    "expected one keys entry per issuer and class, in their order": "签发密钥应按单位和票种依次各有一条",
    "the keys entries are not those that entry 0 names": "签发密钥与会前公布的不同",
    "expected {} keys, one per page, got {}": "应有 {} 把签发密钥，每页一把，实有 {} 把",
    "shares a factor with an earlier key": "与前面的密钥有公因数",
    "expected exactly {} bits": "应恰为 {} 位",
    "an even modulus": "模数是偶数",
    "a modulus with a factor below 65537": "模数有小于 65537 的因数",
    "entry 0 uses one public key in two roles": "首条记录把同一公钥用在两处",
    "the slips are not those that entry 0 commits to": "凭条名单与会前公布的不同",
    "slips do not ascend by id, or one comes twice": "凭条没有按编号排列，或有重复",
    "slips of class {}, which the meeting does not have": "有票种 {} 的凭条，本次会议没有这个票种",
    "expected {} slips, got {}": "应有凭条 {} 张，实有 {} 张",
    "expected {} reserve slips, got {}": "应有备用凭条 {} 张，实有 {} 张",
    "entry 0 says {} slips, the list has {}": "首条记录写明 {} 张凭条，名单上有 {} 张",
    "token {} hashes to no slip of this meeting": "换领记录第 {} 个没有对应的凭条",
    "tokens do not ascend by slip id, at token {}": "换领记录没有按凭条编号排列（第 {} 个）",
    "token {} is of a slip that was redeemed before": "换领记录第 {} 个的凭条前面已经用过",
    "token {} is of a slip that is not active": "换领记录第 {} 个的凭条没有启用或已作废",
    "{} names no slip": "没有写明是哪张凭条（{}）",
    "a slip that this class does not have": "这个票种没有这张凭条",
    "voids a slip that is redeemed or void already": "作废的凭条已经使用或作废",
    "activates a slip that is no inactive reserve slip": "启用的不是未启用的备用凭条",
    # V08: papers and added items
    "is not in this item of the agenda": "不在议程的这一议题之中",
    "is not in the agenda": "不在议程上",
    "the paper is not byte-equal to the agenda": "选票样张与议程不是一字不差",
    "expected the classes {}": "应由票种 {} 投票",
    "somebody is recused of a class that does not vote": "回避的票种不参加投票",
    "expected round {}, got {}": "应为第 {} 轮，实为第 {} 轮",
    "the names on the paper are not those left for round {}": "样张上的人选与第 {} 轮应有的不同",
    "the committee has not decided to vote again": "会议没有决定再次投票",
    "the contest has no further round": "这一事项不再投票",
    "an item about cadres must stand on the agenda before publishing": "涉及干部的议题必须在公布前列入议程",
    "contest {} is about cadres": "事项 {} 涉及干部",
    "there is no contest of that id to admit it": "没有准许它的表决",
    "the motion that should admit it has not passed": "准许它的动议没有通过",
    "the motion let in {} already, as many as passed": "动议已准许 {} 项，与通过的数目相同",
    "the id {} is that of another {}": "编号 {} 已被另一个 {} 使用",
    "class {} is not of this meeting": "本次会议没有票种 {}",
    "a score names {} that the meeting does not have": "得分引用了会议没有的内容（{}）",
    "scores wait for one another, more than {} in a row": "得分互相引用超过 {} 层",
    "the score {} depends on itself": "得分 {} 引用了自己",
    # V10, V11, V14: ballots
    "the credential does not verify under the key of this page and class": "资格凭证在这一页、这个票种的密钥下无效",
    "a credential that is not below its modulus": "资格凭证不小于模数",
    "a ballot of class {}, which does not vote on this paper": "票种 {} 不参加这次投票，却有选票",
    "the signature does not verify under the ballot key, or that is no key to sign with": (
        "选票的签名无效，或密钥不能用来签名"
    ),
    "the ballot key of the line before once more": "与上一行是同一张选票的密钥",
    "the ballot key of an earlier ballot": "与前面某张选票的密钥相同",
    "the enc of an earlier ballot": "与前面某张选票的密封相同",
    "ballots do not ascend by paper, class and ballot key": "选票没有按样张、票种和密钥排列",
    "expected length {}, got {}": "长度应为 {}，实为 {}",
    "expected a sealed choice of {} bytes, got {}": "密封的选择应为 {} 字节，实为 {} 字节",
    # V12: numbers
    "{} ballots returned, {} issued": "收回 {} 张，发出 {} 张",
    "{} ballots returned, at most {} present": "收回 {} 张，实到最多 {} 人",
    "{} paper ballots of {} handed out": "纸质票收回 {} 张，发出 {} 张",
    "{} slips and paper ballots given out, at most {} present": "凭条和纸质票共发出 {}，实到最多 {} 人",
    "{} present, {} expected": "实到 {} 人，应到 {} 人",
    "expected slips redeemed − replaced ≤ highest present ≤ expected, got {}, {}, {}": (
        "应为：已换凭条 − 补发 ≤ 最高实到 ≤ 应到；实为 {}、{}、{}"
    ),
    "the counts at the close of poll {} are not those of the ledger": "投票 {} 截止时的发出、收回数与账本不符",
    "a figure of a class is below zero": "某一票种的数字小于零",
    # V13: boxes
    "the box of poll {} is opened before the poll is closed": "投票 {} 未截止就开箱",
    "the box is opened before the poll is closed": "投票未截止就开箱",
    "the box of poll {} is opened a second time": "投票 {} 的票箱开了两次",
    "the box of poll {}, which is void, is opened": "投票 {} 已作废，票箱却开了",
    "the box of poll {} is opened in spite of an objection": "投票 {} 有异议，票箱仍然开了",
    "box {} is opened for poll {}, whose box is {}": "投票 {1} 的票箱是 {2} 号，开的是 {0} 号",
    "box {} was used by an earlier poll": "{} 号票箱前面的投票已经用过",
    "a second result, poll {}": "投票 {} 有两次结果",
    "a result of a void poll, poll {}": "作废的投票 {} 有结果",
    "card {} is given twice or does not exist": "{} 号监票卡重复或不存在",
    "the share of card {} is not the one entry 0 commits to": "{} 号监票卡的份额与会前公布的不符",
    "expected at least {} shares, got {}": "至少应有 {} 份，实有 {} 份",
    "the shares do not give the key of box {}": "各份额合不成 {} 号票箱的钥匙",
    "not signed by the ledger key": "不是由账本密钥签名的",
    "expected the tree of size {} that ends with poll-close": "应为到截止为止的 {} 条记录",
    "the root is not that of the first {} entries": "根与前 {} 条记录的不同",
    "an objection without a valid receipt": "异议没有有效的回执",
    "an objection about a ballot that the ledger holds": "有异议的选票就在账本里",
    # V15, V16: conditions and the recount
    "step {} is missing": "缺少步骤 {}",
    "step {} is out of order": "步骤 {} 次序不对",
    "a step of an item that is not in the agenda": "步骤所属的议题不在议程上",
    "the quorum was not held: {}": "未达到法定人数：{}",
    "{} paper ballots of a class, fewer than {}": "一个票种的纸质票只有 {} 张，少于 {} 张，等于记名",
    "class {} is smaller than {}": "票种 {} 少于 {} 人，不能保证无记名",
    "class {} is too small to hide in": "票种 {} 领票人数太少，不能保证无记名",
    "the recount differs from the result in {}": "重新计票与记录的结果不同（{}）",
    "a number comes to more than {} digits": "数字超过 {} 位",
    # V17 to V20
    "a decision that no round asks for": "没有一轮投票要求作这个决定",
    "{} is barred from this post on the day of the meeting": "{} 在会议当天受限制，不得提名这一职务",
    "a failure of {} that {} does not show": "{} 的一次未通过，{} 里没有",
    "leaves out that {} failed for {} on {}, as {} shows (contest {}, round {}), "
    "and no ledger given shows a later pass": (
        "漏记 {} 在职务 {} 上 {} 的一次未通过（见 {}，事项 {}，第 {} 轮），所给的账本里也没有后来的通过"
    ),
    "{} is nominated for {}, barred from it in {} on {}": "{} 被提名 {}，而 {} 记载其自 {} 起不得提名",
    "its ledger key is not that of this ledger": "账本公钥与这份账本不同",
    "has the origin of this ledger": "与这份账本是同一次会议",
    "has the origin of {}": "与 {} 是同一次会议",
    "score {} is not one of the meeting": "得分 {} 不是本次会议的",
    "score {} is left out": "漏记得分 {}",
    "expected {}, got {}": "应为 {}，实为 {}",
    "input {} is not one of the meeting": "录入项 {} 不是本次会议的",
    "expected a number from {} to {}, got {}": "应为 {} 到 {} 之间的数，实为 {}",
    "mode {} tells hall, then public, each once": "{} 方式依次向会场、公众各宣布一次",
    "mode {} tells {}": "{} 方式的宣布对象依次为 {}",
    "the contest is not counted": "这一事项没有计票",
    "expected announce mode {}": "宣布方式应为 {}",
    "{} does not begin with the {} entries that entry 0 names": "{} 的开头与首条记录写明的 {} 条不同",
    "of {} entries, {} holds only {}": "应有 {} 条记录，{} 只有 {} 条",
}

# Words of the ledger that stand in a gap by themselves.
_WORDS = {
    "announce": "宣布",
    "attendance": "到会登记",
    "ballot": "选票",
    "booklet": "换领选票本",
    "box-open": "开箱",
    "closed": "会议结束",
    "decision": "决定",
    "expected-change": "更改应到人数",
    "input": "录入",
    "item": "议题",
    "keys": "签发密钥",
    "objection": "异议",
    "paper": "选票样张",
    "paper-count": "纸质票计票",
    "poll-close": "截止",
    "poll-open": "投票开始",
    "poll-void": "作废投票",
    "result": "结果",
    "slip": "凭条",
    "slip-change": "凭条变更",
    "step": "步骤",
    "witness-waived": "免除见证",
    "contest": "事项",
    "score": "得分",
    "a ballot kind": "选票种类",
    "a rule": "规则",
    "a value": "数值",
    "an input": "录入项",
    "counts": "人数和票数",
    "tally": "得票",
    "tally_by_class": "分票种得票",
    "quorum": "法定人数",
    "values": "数值",
    "passed": "达到通过线的人",
    "elected": "当选人",
    "state": "是否决定",
    "reasons": "未决定的原因",
    "next": "下一步",
    "flags": "提示",
    "ranks": "名次",
    "barred": "提名限制",
    "round": "轮次",
    "poll": "投票编号",
    "voided": "作废",
    "activated": "启用",
    "null": "无",
}

_MORE = re.compile(r"(.*) \(and (\d+) more\)", re.DOTALL)
_FIELD = re.compile(r"([a-z_-]+(?:\.[\w-]+|\[\d+\])*): (.*)", re.DOTALL)


def in_chinese(reason: str) -> str:
    """The reason in Chinese, as far as it is known."""
    more = _MORE.fullmatch(reason)
    if more is not None:
        return f"{in_chinese(more[1])}（另有 {more[2]} 处）"
    for pattern, chinese in _places():
        found = pattern.fullmatch(reason)
        if found is not None:
            *place, rest = found.groups()
            return chinese.format(*place) + in_chinese(rest)
    if reason in _REASONS:
        return _REASONS[reason]
    field = _FIELD.fullmatch(reason)
    if field is not None:
        return f"字段 {field[1]}：{in_chinese(field[2])}"
    for pattern, chinese in _reasons():
        found = pattern.fullmatch(reason)
        if found is not None:
            return chinese.format(*map(_word, found.groups()))
    return reason


def _word(gap: str) -> str:
    return "、".join(_WORDS.get(one, one) for one in gap.split(", "))


@cache
def _places() -> list[tuple[re.Pattern[str], str]]:
    return [(_pattern(english, r"[^\s:,]+", "(.*)"), chinese) for english, chinese in _PLACES.items()]


@cache
def _reasons() -> list[tuple[re.Pattern[str], str]]:
    """Those that say most stand first."""
    ordered = sorted(_REASONS.items(), key=lambda one: -len(one[0].replace("{}", "")))
    return [(_pattern(english, ".+?"), chinese) for english, chinese in ordered]


def _pattern(english: str, gap: str, rest: str = "") -> re.Pattern[str]:
    return re.compile(f"({gap})".join(map(re.escape, english.split("{}"))) + rest, re.DOTALL)
