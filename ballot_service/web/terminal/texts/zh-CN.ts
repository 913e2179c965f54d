// 投票终端上的文字。给站在终端前的人看：一句话说清做什么，七十岁的人一遍能看懂。
//
// The type of the other language. The screens' own texts (locales/) are changed where they speak of the phone.

import { type Texts, zhCN } from "../../locales/zh-CN.ts";
import type { CameraState, OutOfService } from "../hub.ts";
import type { Farewell, Notice } from "../terminal.ts";

export const terminalZhCN = {
  language: "zh-CN",
  /** On the switch to the other language, in that language. */
  otherLanguage: "English",
  appName: "投票终端",
  large: "大字",
  contrast: "高对比度",
  settings: "显示设置",
  leave: "离开",

  starting: { title: "正在打开投票终端", noHub: "终端站没有回应。请叫工作人员。" },
  out: {
    title: "本终端暂停使用",
    why: {
      removed: "会务组已经停用这个终端站。请到会务台，用其他方式投票。",
      mistrust: "终端站发现服务器给出的会议内容对不上，已经停止接待。请叫监票人来看这一屏。",
    } satisfies Record<OutOfService, string>,
    nothing: "没有投出的选票都没有用掉。请取走凭条。",
  },

  attract: {
    title: "请扫凭条，开始投票",
    what: "请把凭条上的方形码对准摄像头，拿稳。",
    whatToScanner: "请用扫码枪对准凭条上的方形码。",
    scanner: "也可以用扫码枪。",
    drawing: "手拿凭条，把方形码对着屏幕上方的摄像头",
    camera: {
      ok: "摄像头画面",
      missing: "没有找到摄像头，请用扫码枪。",
      refused: "浏览器没有允许使用摄像头，请用扫码枪。",
      off: "本终端不用摄像头，请用扫码枪。",
    } satisfies Record<CameraState, string>,
    opening: "正在打开摄像头",
    words: "本次会议的核对字",
    terminal: (name: string) => `${name} 号终端`,
    connected: "已连接",
    notConnected: "暂时连不上服务器",
    notices: {
      "not-a-slip": "这不是投票凭条上的方形码，请扫凭条。",
      damaged: "方形码没有读全。请把凭条放平，再扫一次。",
      "other-meeting": "这张凭条不是本次会议的，请到会务台。",
      "take-away": "请先把镜头前的凭条拿开，再扫。",
    } satisfies Record<Notice, string>,
  },

  bands: {
    noHub: "终端站没有回应，正在重试。什么都不会丢，请稍候。",
    full: "终端站的存储空间已满，正在重试。请叫工作人员，不要离开。",
    noService: "暂时连不上服务器，正在重试。什么都不会丢，请稍候。",
    closing: (seconds: number) => `投票即将截止，请在 ${seconds} 秒内投出`,
    closingSoon: "投票即将截止，请尽快投出",
  },

  assisted: {
    button: "有人协助",
    title: "有人协助您投票吗？",
    who: "自己不便填写的，可以请信任的人，按您的意思代为操作。候选人不能协助。协助的人要为您保密。",
    counted: "这里只记受协助的人数，写进会议记录；不记姓名，也不和选票连在一起。",
    yes: "有人协助我投票",
    no: "没有人协助",
  },

  idle: {
    title: "您还在吗？",
    text: (seconds: number) => `${seconds} 秒后，本终端自动退出。`,
    nothing: "没有投出的选择会清除。凭条没有用掉，可以再扫再投。",
    goOn: "继续",
  },
  leaving: {
    title: "要离开吗？",
    stay: "继续投票",
    leave: "清除并离开",
  },

  sending: {
    title: "正在投出选票",
    text: "请不要离开，马上就好。",
    waiting: "终端站还没有收到您的选票。请不要离开，终端会一直重试。",
  },

  farewells: {
    done: { title: "已投票，请取走凭条", text: "您的选票已经密封存好，截止投票时一起送进票箱。" },
    ready: { title: "选票已领好", text: "投票开始后，请到任意一台终端，再扫一次凭条。请取走凭条。" },
    already: { title: "这一次您已经投过票", text: "下一次投票开始后，请再扫一次凭条。请取走凭条。" },
    "not-mine": {
      title: "现在您不用投票",
      text: "这一次由其他参会人员投票。轮到您的时候，请再扫一次凭条。请取走凭条。",
    },
    late: {
      title: "这次投票已经截止",
      text: "您的选票没有投出，不计入结果。凭条没有用掉，以后的投票照常使用。请取走凭条；有疑问的，请找会务人员。",
    },
    "slip-used": {
      title: "这张凭条不能领票",
      text: "请带着凭条到会务台，会务人员会帮您办好。凭条上没有姓名，不会暴露您怎么投票。",
    },
    closed: { title: "会议已经结束", text: "不再投票。请把凭条投入凭条箱。" },
    unknown: { title: "系统里没有这次会议", text: "请把凭条给会务人员看。" },
  } satisfies Record<Farewell, { title: string; text: string }>,
  seconds: (seconds: number) => `${seconds} 秒后自动返回`,
  finish: "完成",
};

export type TerminalTexts = typeof terminalZhCN;

/** The screens' texts where they are drawn on a terminal. */
export const screensZhCN: Texts = {
  ...zhCN,
  opening: { title: "正在核对凭条", text: "请稍候。" },
  welcome: {
    ...zhCN.welcome,
    once: "一张凭条只能领一次。领好以后，这张凭条一直在本会场的终端上投票。",
  },
  redeeming: { ...zhCN.redeeming, keepOpen: "可能要半分钟，请不要离开。" },
  stopped: {
    ...zhCN.stopped,
    sendsNothing: "为了您的安全，本终端不再送出任何内容。",
    show: "请叫监票人来看这一屏。",
    reasons: { ...zhCN.stopped.reasons, "storage-damaged": "终端站保存的内容坏了，读不出来。" },
  },
};
