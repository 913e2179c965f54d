// 监票页的全部文字。The type of both languages is that of the Chinese one.

import type { CardStopCode } from "./ledger.ts";
import type { Refusal } from "./desk.ts";

export const zh = {
  language: "zh-CN",
  other: "English",
  app: "监票",
  reading: "正在核对监票卡，请稍候",
  offline: "网络不通，正在重试。",
  card: (card: number) => `监票卡 第 ${card} 号`,
  putAway: "收起监票卡",
  noCard: {
    title: "请扫监票卡上的方形码",
    damaged: "没有认出监票卡。方形码没有读全，或者不是监票卡，请再扫一次。",
    wrongPlace: "这个网址里没有会议。请扫监票卡上的方形码。",
    how: ["打开手机相机，或用“扫一扫”。", "对准监票卡上的方形码。", "点屏幕上出现的网址。"],
    why: "这部手机不保存监票卡。关闭本页以后，要用就再扫一次。",
    words: "扫不了？输入卡上的 24 个字",
    label: "从左到右，逐行输入，中间可以不空格",
    count: (count: number) => `已输入 ${count} 个，共 24 个`,
    wrong: (place: number, word: string) => `第 ${place} 个“${word}”不在字表里，请对照卡片改正。`,
    mixedUp: "有字输错了，或者次序不对。请从头对照卡片。",
    go: "确定",
  },
  compare: {
    title: "请核对这八个字",
    text: "与会场大屏一样，才是这次会议。",
    same: "与大屏一样",
    differ: "不一样就不要继续，马上报告监票负责人。",
  },
  fingerprint: "会议的八个字",
  test: {
    title: "验卡",
    text: "第一次投票以前，每张监票卡都要验一次。验卡只打开试验票箱，里面没有选票。",
    button: "验卡",
    good: (boxes: number) => `这张卡好用，${boxes} 个票箱都是用它封的。`,
    done: (cards: readonly number[], of: number) =>
      cards.length === of ? `${of} 张卡都已验过。` : `已验 ${list(cards)} 号，共 ${of} 张。`,
    wait: "等待投票。请不要关闭本页，投票截止后在这里开箱。",
  },
  box: (box: number) => `${box} 号票箱`,
  round: (round: number) => `第 ${round} 轮`,
  questions: "票箱里的选票：",
  open: "开箱",
  sending: "正在开箱…",
  phase: {
    open: "正在投票，截止以后才能开箱。",
    opened: "票箱已经打开，选票已经清点。",
    void: "这次投票已经作废，票箱不再打开。",
  },
  waits: {
    seconds: (seconds: number) => `各手机正在核对选票，还要等 ${seconds} 秒。`,
    objection: "有手机证明自己的选票不在票箱里。这个票箱不能开，要作废重投。",
    witnesses: "投票已经截止，正在等见证方签名。",
  },
  ask: "投票已经截止。要打开这个票箱，请点“开箱”。",
  mine: "您这张卡已经开过锁。",
  released: (cards: readonly number[], threshold: number) =>
    cards.length === 0
      ? `还没有人开锁，要 ${threshold} 张卡。`
      : cards.length < threshold
        ? `${list(cards)} 号卡已开锁，还差 ${threshold - cards.length} 张。`
        : `${list(cards)} 号卡已开锁，张数已够。请等工作人员宣布开箱。`,
  openedBy: (cards: readonly number[]) => `由 ${list(cards)} 号卡打开。`,
  again: "这张卡刚才已经开过锁，不用再点。",
  refusals: {
    "too-early": "还没有到开箱的时候，请稍候。",
    "poll-closed": "这个票箱已经打开，或者投票已经作废。",
    "objection-open": "有手机提出异议，这个票箱不能开。",
    "witness-missing": "见证方还没有签名，请稍候。",
    "share-wrong": "这张卡与票箱不符，没有打开。请报告监票负责人。",
    other: "没有办成，请再点一次。",
  } satisfies Record<Refusal, string>,
  over: "会议已经结束。请把监票卡当众销毁。",
  earlier: "以前的票箱",
  stopped: {
    title: "停下，不要开箱",
    call: "请把这一屏给监票负责人和会务人员看。",
    detail: "详情：",
    why: {
      "other-meeting": "这个网址显示的不是卡上的会议。",
      "other-card": "这张卡不是这次会议的监票卡。",
      "other-boxes": "票箱被换过：有的票箱不是用这张卡封的。",
      "not-closed": "说是投票已经截止，但是账本里查不到。",
      "two-histories": "会议的账本前后对不上。",
      "no-meeting": "这个网址没有卡上的会议。可能是网址不对，也可能会议还没有发布。",
    } satisfies Record<CardStopCode | "no-meeting", string>,
  },
};

export type Texts = typeof zh;

export const en: Texts = {
  language: "en",
  other: "中文",
  app: "Scrutineer",
  reading: "Checking the card, please wait",
  offline: "No network; trying again.",
  card: (card) => `Card ${card}`,
  putAway: "Put the card away",
  noCard: {
    title: "Scan the code on your card",
    damaged: "This was no scrutineer's card, or the code was cut short. Please scan it again.",
    wrongPlace: "This address names no meeting. Please scan the code on your card.",
    how: ["Open the phone's camera.", "Point it at the square code on the card.", "Tap the address that appears."],
    why: "This phone keeps no card. When the page was closed, scan the card again.",
    words: "Cannot scan? Type the card's 24 words",
    label: "Line by line, from left to right",
    count: (count) => `${count} of 24 words`,
    wrong: (place, word) => `Word ${place}, “${word}”, is not in the list: compare it with the card.`,
    mixedUp: "A word is wrong or in another one's place: compare all of them with the card.",
    go: "Continue",
  },
  compare: {
    title: "Compare these eight words",
    text: "It is this meeting only if the hall's screen shows the same.",
    same: "They are the same",
    differ: "If they differ, go no further, and say so at once.",
  },
  fingerprint: "The meeting's eight words",
  test: {
    title: "Test the card",
    text: "Every card is tried once before the first poll. It opens the test box only, which holds no ballots.",
    button: "Test the card",
    good: (boxes) => `The card works: all ${boxes} boxes were made with it.`,
    done: (cards, of) =>
      cards.length === of ? `All ${of} cards were tried.` : `Tried: ${cards.join(", ")} of ${of} cards.`,
    wait: "Wait for the poll. Keep this page open: the box is opened here after the close.",
  },
  box: (box) => `Box ${box}`,
  round: (round) => `Round ${round}`,
  questions: "It holds the ballots on:",
  open: "Open the box",
  sending: "Opening…",
  phase: {
    open: "The poll is open. The box can be opened after the close.",
    opened: "The box is open.",
    void: "The poll is void; its box stays closed.",
  },
  waits: {
    seconds: (seconds) => `The phones still look for their ballots: ${seconds} s more.`,
    objection: "A phone proved that its ballot is missing. This box cannot be opened; the poll has to be repeated.",
    witnesses: "The poll is closed; the witnesses have not signed yet.",
  },
  ask: "The poll is closed. To open this box, tap “Open the box”.",
  mine: "Your card has unlocked this box.",
  released: (cards, threshold) =>
    cards.length === 0
      ? `No card has unlocked it yet; it needs ${threshold}.`
      : cards.length < threshold
        ? `Unlocked by card ${cards.join(", ")}; ${threshold - cards.length} more needed.`
        : `Unlocked by card ${cards.join(", ")}: enough. Wait until the officers open it.`,
  openedBy: (cards) => `Opened by card ${cards.join(", ")}.`,
  again: "This card had unlocked the box before; once is enough.",
  refusals: {
    "too-early": "It is too early to open this box.",
    "poll-closed": "This box is open already, or its poll is void.",
    "objection-open": "A phone objected: this box cannot be opened.",
    "witness-missing": "The witnesses have not signed yet.",
    "share-wrong": "This card does not fit the box: nothing was opened. Say so at once.",
    other: "That did not work; please tap again.",
  },
  over: "The meeting has ended. Destroy the card before everybody's eyes.",
  earlier: "Earlier boxes",
  stopped: {
    title: "Stop: open nothing",
    call: "Show this screen to the scrutineers and the officers.",
    detail: "Detail: ",
    why: {
      "other-meeting": "What this address shows is not the meeting on the card.",
      "other-card": "This is not one of this meeting's cards.",
      "other-boxes": "Boxes were exchanged: some were not made with this card.",
      "not-closed": "The poll is said to be closed, but the ledger does not show it.",
      "two-histories": "The meeting's ledger does not agree with itself.",
      "no-meeting": "There is no such meeting at this address, or it is not published yet.",
    },
  },
};

function list(cards: readonly number[]): string {
  return cards.join("、");
}
