// 手机页面上的全部文字。用会议上的正式说法，句子短，七十岁的人一遍能看懂。
//
// The object is the type of every locale: a text that another one lacks does not compile. Counts come as numbers, words of
// the meeting (titles, names, a ballot's own labels) come as they stand in the meeting file.

import type { Step } from "../api/meeting.ts";
import type { CountName, Fate, ItemProgress, Result, RoundReason, StopCode, Value } from "../voting/journey.ts";

export const zhCN = {
  language: "zh-CN",
  /** On the switch to the other language, in that language. */
  otherLanguage: "English",
  appName: "无记名投票",
  date: (year: number, month: number, day: number) => `${year}年${month}月${day}日`,

  code: "代码：",
  detail: "详情：",

  bands: {
    noAnswer: "网络不通。手机会一直重试，什么都不会丢。",
    busy: "现在人多。手机会一直重试，什么都不会丢。",
    tryNow: "立即重试",
    memory: "这个浏览器不保存内容。散会以前，请不要关闭本页。",
  },

  opening: { title: "正在打开会议", text: "正在核对凭条和会议，请稍候。" },

  scan: {
    howTitle: "怎样扫码",
    how: ["打开手机相机，或用“扫一扫”。", "对准凭条上的方形码。", "点屏幕上出现的网址。"],
    photo: "拍凭条上的方形码",
    reading: "正在识别…",
    notFound: "照片里没有找到方形码。请靠近一些，拍清楚，再试一次。",
    pasteTitle: "扫码后只看到一行文字？",
    pasteLabel: "把这行文字粘贴在这里",
    pasteButton: "打开",
    help: "不会扫码，请到会务台。那里有平板和纸质选票。",
  },
  noSlip: { title: "请扫凭条上的方形码", text: "投票要用您抽到的入场凭条。" },
  damagedSlip: { title: "没有认出凭条", text: "方形码没有读全，或者不是入场凭条。请再扫一次。" },
  wrongAddress: {
    title: "网址不对",
    otherHost: "凭条上的网址和现在打开的网址不一样。请不要在这里投票。",
    noSuchMeeting: "这个网址没有凭条上的会议。可能是凭条拿错了，也可能是会议还没有准备好。",
    here: "现在打开的：",
    onSlip: "凭条上印的：",
    ask: "请把这一屏给会务人员看。",
  },
  otherTab: {
    title: "已在另一个页面打开",
    text: "同一张凭条已经在这部手机的另一个页面打开。请回到那个页面。",
    goesOn: "那个页面关闭以后，这里会自动继续。",
  },
  slipUsed: {
    title: "这张凭条不能领票",
    text: "请带着凭条到会务台，会务人员会帮您办好。",
    notYou: "这不一定是您的问题。凭条上没有姓名，到会务台不会暴露您怎么投票。",
    again: "再试一次",
    another: "换了新凭条",
  },

  welcome: {
    what: "这里进行本次会议的无记名投票。",
    cannotSee: "系统只知道有一张凭条领了票；盖章时看不到选票，开箱后也分不出哪一票是谁投的。",
    wordsTitle: "请核对这八个字",
    wordsText: "与会场大屏一样，再领取选票。",
    wordsDiffer: "不一样的不要领取，请找监票人。",
    redeem: "领取选票",
    once: "一张凭条只能领一次，领了就用这部手机投票。",
    agenda: "会议议程",
    about: "还要说明的",
    server: "票箱钥匙是在服务器上生成后分给监票人的。",
    plain: "本会场没有使用加密网址。如果有人能篡改会场网络，就可能改动本页。",
    voterClass: "票种：",
  },
  redeeming: {
    title: "正在领取选票",
    making: "正在准备空白选票",
    asking: "正在请系统盖章",
    checking: "正在核对每一个章",
    keepOpen: "可能要一分钟。请不要关闭本页。",
  },

  ballot: {
    title: "请填写选票",
    place: (place: number, of: number) => `第 ${place} 张，共 ${of} 张`,
    filled: (done: number, of: number) => `已填 ${done}\u00a0/\u00a0${of}`,
    previous: "上一张",
    next: "下一张",
    review: "核对选票",
    left: (count: number) => `还有 ${count} 处没有填，按弃权计。`,
    notReady: "有一处要改，才能继续。",
    round: (round: number) => `第 ${round} 轮`,
    seats: (seats: number) => `应选 ${seats} 名。`,
    voided: "上一次投票已经作废，请重新投票。",
    again: "现在再次投票。",
    abstain: "弃权",
    unknown: "不了解",
  },
  again: (reasons: readonly string[]) => `上一轮${reasons.join("，")}，现在再次投票。`,
  reasons: {
    tie: "得票相同",
    none: "没有人选达到通过线",
    "too-few": "选出的人数不够",
  } satisfies Record<RoundReason, string>,
  approval: {
    limit: (max: number, approve: string) => `“${approve}”最多投 ${max} 个。`,
    given: (done: number, max: number, approve: string) => `“${approve}”已投 ${done}\u00a0/\u00a0${max}`,
    full: (max: number, approve: string, given: readonly string[], wanted: string, others: readonly string[]) =>
      `“${approve}”最多投 ${max} 个，您已投给${given.join("、")}。要改投${wanted}，请先把${given.join("或")}改为${others
        .map((label) => `“${label}”`)
        .join("或")}。`,
  },
  pick: {
    limit: (max: number) => `最多选 ${max} 个，可以少选。`,
    one: "只选 1 个。",
    chosen: (done: number, max: number) => `已选 ${done}\u00a0/\u00a0${max}`,
    full: (max: number) => `最多选 ${max} 个，已经选满。要改选，请先取消一个。`,
    writeIn: (place: number, of: number) => (of === 1 ? "另推人选" : `另推人选 ${place}`),
    writeInHint: "写姓名全名，不写职务。",
  },
  score: {
    range: (min: string, max: string, step: string) => `${min} 到 ${max} 分，每档 ${step} 分。`,
    label: "分数",
    less: "减",
    more: "加",
  },
  comment: {
    label: "意见和建议",
    warn: "请不要写自己的姓名、职务、单位，也不要写只有您知道的事。",
    left: (left: number) => `还可以写 ${left} 字`,
    over: (over: number) => `多了 ${over} 字`,
    empty: "可以不写。",
  },
  problems: {
    "too-many": (max: number) => `最多 ${max} 个，请取消一些。`,
    "name-too-long": (max: number) => `姓名最多 ${max} 个字。`,
    "text-too-long": (max: number) => `最多 ${max} 字，请删去一些。`,
    "name-characters": "姓名中间不能有空格或特殊符号。",
    "name-repeated": "同一个人写了两次，请删去一个。",
    "text-characters": "有不能印出来的符号，请删去。",
    "not-a-score": (min: string, max: string, step: string) => `请填 ${min} 到 ${max} 之间的分数，每档 ${step} 分。`,
  },

  review: {
    title: "请核对您的选票",
    final: "投出以后不能更改。",
    willWait: "为了保密，手机会先等一会儿再送出，最多两分钟。",
    change: "修改",
    changeOf: (title: string) => `修改：${title}`,
    cast: "投出选票",
    back: "返回修改",
    blank: "弃权",
    unmarked: "没有填，按弃权计",
    noPick: "一个也没有选，按弃权计",
    noText: "没有写",
    points: (score: string) => `${score} 分`,
  },
  sending: {
    title: "正在投出选票",
    wait: "为了保密，正在等候片刻，然后自动送出。",
    received: (done: number, of: number) => `已收到 ${done}\u00a0/\u00a0${of} 张`,
    keepOpen: "请不要关闭本页。",
  },
  received: {
    title: "选票已经收到",
    text: (got: number, total: number) => {
      if (got < total) return `${total} 张选票中，${got} 张有了回执。`;
      return total === 1 ? "您的选票有了回执。" : `您的 ${total} 张选票都有了回执。`;
    },
    refused: (count: number) => `有 ${count} 张选票没有被接受，请把这一屏给会务人员看。`,
    later: "投票截止后，手机会自动查对您的选票在不在票箱。请不要关闭本页。",
  },
  waiting: {
    title: "现在不用投票",
    notMyClass: "正在投票的是别的票种，您不用操作。",
    allCast: "您这一次的票已经投完。",
    next: {
      voting: "正在投票：",
      "under-way": "正在进行：",
      ahead: "下一项：",
      counting: "等候开箱：",
      done: "",
    } satisfies Record<ItemProgress, string>,
    stay: "开始投票时，本页会自动打开选票。",
    attendance: (expected: number, present: number) => `应到 ${expected} 人，实到 ${present} 人`,
    unsent: (count: number) => `还有 ${count} 张选票没有回执，手机正在继续送出。请不要关闭本页。`,
    agenda: "会议议程",
  },
  closed: {
    title: "会议结束",
    text: "这部手机上的选票秘密已经全部删除。",
    slip: "请把凭条投入凭条箱。现在可以关闭本页。",
  },

  latest: {
    checking: { title: "正在查对您的选票", text: "投票已经截止。" },
    in: { title: "您的选票已在票箱", text: "手机已经查对。" },
    missing: {
      title: "您的选票不在票箱",
      text: "系统给过回执，票箱里却没有您的选票。",
      sending: "手机正在自动提出异议。",
      recorded: "手机已经自动提出异议，异议已记录。",
      void: "这次投票已经作废，手机不能再提出异议。",
      show: "请马上把这一屏给监票人看。",
    },
    "not-taken": {
      title: "您的选票没有计入",
      text: "投票截止以前，系统没有收到您的选票。",
      show: "请到会务台说明情况。",
    },
    refused: {
      title: "您的选票没有被接受",
      text: "手机上其他的选票不受影响。",
      show: "请把这一屏给会务人员看。",
    },
    void: { title: "这次投票已经作废", text: "所有人的票都不计，会重新投票。", reason: "原因：" },
    "not-cast": { title: "这次您没有投票", text: "投票已经截止。" },
    sending: { title: "选票正在送出", text: "还没有回执，请不要关闭本页。" },
    received: { title: "选票已经收到", text: "等候查对票箱。" },
    papers: "每张选票",
  },
  fates: {
    sending: "正在送出",
    received: "已收到",
    in: "已在票箱",
    missing: "不在票箱",
    "not-taken": "没有计入",
    "not-cast": "没有投",
    refused: "没有被接受",
    void: "已作废",
  } satisfies Record<Fate["fate"], string>,

  progress: {
    ahead: "未开始",
    "under-way": "进行中",
    voting: "正在投票",
    counting: "等候开箱",
    done: "已完成",
  } satisfies Record<ItemProgress, string>,
  added: "新增议题",
  steps: {
    report: "汇报",
    question: "质询",
    introduce: "介绍",
    deliberate: "酝酿",
    speak: "逐一发言",
    "chief-last": "末位表态",
    inspection: "考察测评",
  } satisfies Record<Step, string>,
  step: (step: string, done: boolean) => (done ? `${step}（已完成）` : `${step}（未进行）`),
  papersOf: (count: number) => `${count} 张选票`,
  notMine: "您的票种不投这一项",

  result: {
    title: "结果",
    of: "结果：",
    state: { decided: "已有结果", undecided: "没有结果", counted: "计票完成" } satisfies Record<
      Result["state"],
      string
    >,
    next: {
      none: "",
      "committee-decides": "是否再次投票，由会议决定。",
      revote: "将再次投票。",
      ended: "不再投票。",
    } satisfies Record<Result["next"], string>,
    counts: {
      expected: "应到",
      present: "实到",
      issued: "发出票",
      returned: "收回票",
      invalid: "无效票",
      valid: "有效票",
      abstain: "弃权",
      unknown: "不了解",
      scored: "计分票",
    } satisfies Record<CountName, string>,
    because: (state: string, reasons: readonly string[]) => `${state}（${reasons.join("，")}）`,
    votes: (count: number) => `${count} 票`,
    approve: "同意",
    oppose: "不同意",
    abstain: "弃权",
    passed: "通过",
    elected: "当选",
    rank: (rank: number) => `第 ${rank} 名`,
    value: ({ rule, of, marks, classes, weighted }: Value) => {
      const said = { approve: "同意", oppose: "不同意", abstain: "弃权" };
      const names = of.join("+") + marks.map((mark) => said[mark]).join("+");
      const title = rule === "rate" ? `${names}率` : rule === "mean" ? "平均分" : "折合分";
      return title + (weighted ? "（加权）" : classes.length > 0 ? `（${classes.join("、")}）` : "");
    },
    noValue: "无（基数为 0）",
  },

  stopped: {
    title: "请停止投票",
    sendsNothing: "为了您的安全，手机不再送出任何内容。",
    show: "请把这一屏给监票人看。",
    received: (count: number) => `停止以前有回执的 ${count} 张选票，仍然有效。`,
    reasons: {
      "wrong-meeting": "收到的会议，和凭条上印的不一致。",
      "wrong-keys": "给选票盖章的印章，和凭条对不上。",
      "wrong-checkpoint": "会议账本的签名不对。",
      "wrong-proof": "收到的内容，不在会议账本里。",
      "wrong-paper": "收到的选票，和会议议程不一致。",
      "wrong-signature": "领到的选票，章不对。这些选票已经作废，不会再领。",
      "booklet-abandoned": "上次领到的选票，章不对，已经作废。",
      "wrong-receipt": "收到的回执，签名不对。",
      "two-histories": "会议账本和刚才看到的不一样，前后矛盾。",
      "wrong-answer": "服务器多次给出不合规定的回答。",
      "storage-damaged": "手机里保存的选票内容坏了，读不出来。",
      internal: "本页自己出了错。",
    } satisfies Record<StopCode, string>,
  },
};

export type Texts = typeof zhCN;
