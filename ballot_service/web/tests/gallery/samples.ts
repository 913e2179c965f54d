// Every screen as a fixed journey, by name: what the gallery draws, the screenshots show and axe looks at. The records are
// keyed by the journey's own types, so a screen, a fate or a stop code without a sample does not compile.

import type { Ballot, BallotKind, Subject } from "../../api/meeting.ts";
import { emptyDraft, isBlank, problemOf, unmarked } from "../../voting/choices.ts";
import type {
  AgendaLine,
  Connection,
  Draft,
  EndedPoll,
  Fate,
  Journey,
  JourneyKind,
  MeetingFacts,
  PaperView,
  Result,
  Room,
  StopCode,
} from "../../voting/journey.ts";

const ok = { connection: { state: "ok" }, keeping: "stored" } as const;
const NOW = 1_797_000_000_000;
const noAnswer: Connection = { state: "trying", why: "no-answer", since: NOW, nextTry: NOW + 4000, tries: 3 };
const busy: Connection = { ...noAnswer, why: "busy" };

const meeting: MeetingFacts = {
  id: "lushui-2026-12",
  title: "中共泸水市委常委会（扩大）会议",
  organiser: "市委组织部",
  place: "市委常委会议室",
  date: "2026-12-18",
  locale: "zh-CN",
  voterClass: { id: "A", name: "市委常委", expected: 13, observer: false },
  ceremony: "server",
  transport: "https",
};

const words = ["冲", "斋", "芬", "训", "圳", "仁", "粉", "舒"];
const englishWords = ["supply", "object", "wagon", "chronic", "trophy", "already", "quit", "hurdle"];

// ── papers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export function paper(given: {
  id: string;
  item: string;
  title: string;
  ballot: Ballot;
  draft?: Draft;
  subject?: Subject;
  more?: Partial<PaperView>;
}): PaperView {
  const draft = given.draft ?? emptyDraft(given.ballot);
  return {
    paper: given.id,
    item: { id: given.item, title: given.item },
    contest: { id: given.id, title: given.title },
    subject: given.subject ?? null,
    seats: null,
    round: 1,
    again: null,
    ballot: given.ballot,
    ...judged(given.ballot, draft),
    ...given.more,
  };
}

export function judged(ballot: Ballot, draft: Draft): Pick<PaperView, "draft" | "blank" | "unmarked" | "problem"> {
  return { draft, blank: isBlank(draft), unmarked: unmarked(ballot, draft), problem: problemOf(ballot, draft) };
}

const labels = { approve: "同意", oppose: "不同意", abstain: "弃权" };
const two: Ballot = {
  kind: "approval",
  maxApprove: 1,
  labels,
  candidates: [
    { id: "zhang", name: "张建国", note: "市财政局副局长" },
    { id: "li", name: "李秀兰", note: "市审计局副局长" },
  ],
};
const post = { id: "finance", item: "干部任免", title: "市财政局局长人选票决", ballot: two };
const single: Ballot = {
  kind: "approval",
  maxApprove: 1,
  labels,
  candidates: [{ id: "wang", name: "王志强", note: "拟任市水务局局长，免去市林业局副局长职务" }],
};
const motion: Ballot = {
  kind: "approval",
  maxApprove: 1,
  labels: { approve: "赞成", oppose: "反对", abstain: "弃权" },
  candidates: [{ id: "budget", name: "追加防汛物资采购经费120万元", note: null }],
};
const problems: Ballot = {
  kind: "pick",
  max: 5,
  writeIn: 0,
  options: [
    "落实中央要求加强领导班子队伍建设不够",
    "统筹谋划不够、班子结构不优",
    "干部能力素质不适应",
    "干部精神状态不佳或斗争精神不足",
    "突出政治标准不够、政治把关不到位",
    "注重实绩、群众公认不够",
    "任人唯亲、搞小圈子",
  ].map((name, place) => ({ id: `p${place}`, name, note: null })),
};
const nominees: Ballot = {
  kind: "pick",
  max: 2,
  writeIn: 2,
  options: [
    { id: "wang-wu", name: "王五", note: "市发改局副局长" },
    { id: "zhao-liu", name: "赵六", note: "市税务局副局长" },
    { id: "sun-qi", name: "孙七", note: "鲁掌镇党委书记" },
  ],
};
const one: Ballot = { kind: "pick", max: 1, writeIn: 0, options: nominees.options };
const grades: Ballot = {
  kind: "grade",
  unknown: true,
  grades: ["优秀", "称职", "基本称职", "不称职"].map((name, place) => ({ id: `g${place}`, name })),
};
const whole: Ballot = {
  kind: "score",
  min: "0",
  max: "100",
  step: "1",
  unknown: true,
  scores: Array.from({ length: 101 }, (_, score) => String(score)),
};
const halves: Ballot = {
  kind: "score",
  min: "0",
  max: "5",
  step: "1/2",
  unknown: false,
  scores: Array.from({ length: 11 }, (_, score) => String(score / 2)),
};
const words300: Ballot = { kind: "comment", maxChars: 300 };

const people: readonly Subject[] = ["张建国", "李秀兰", "王志强", "赵春梅", "杨永华", "和丽珍", "普文军", "余德福"].map(
  (name, place) => ({
    id: `person-${place}`,
    name,
    unit: ["市财政局", "市审计局", "市水务局", "市林业和草原局"][place % 4] ?? null,
    title: place < 4 ? "局长" : "副局长",
  }),
);
const sheet: readonly PaperView[] = people.map((subject, place) =>
  paper({
    id: subject.id,
    item: "科级领导干部述廉民主测评",
    title: subject.name,
    subject,
    ballot: grades,
    draft: { kind: "grade", answer: place < 2 ? { grade: "g0" } : place === 2 ? "unknown" : null },
  }),
);
const review: readonly PaperView[] = [
  paper({ ...post, draft: { kind: "approval", marks: { zhang: "approve", li: "oppose" } } }),
  paper({
    id: "overall",
    item: "一报告两评议",
    title: "对干部选拔任用工作的总体评价",
    ballot: grades,
    draft: { kind: "grade", answer: { grade: "g1" } },
  }),
  paper({
    id: "nominees",
    item: "推荐提名人选",
    title: "市发改局局长提名人选推荐",
    ballot: nominees,
    draft: { kind: "pick", picks: ["zhao-liu"], writeIn: ["和志刚"] },
  }),
  paper({ id: "score", item: "述廉测评", title: "述廉打分", ballot: whole, draft: { kind: "score", answer: null } }),
  paper({
    id: "comment",
    item: "一报告两评议",
    title: "意见和建议",
    ballot: words300,
    draft: { kind: "comment", text: "建议把评议时间放在上午，多留一些看材料的时间。" },
  }),
];

function ballot(papers: readonly PaperView[]): Journey {
  const ready = papers.every((one) => one.problem === null);
  return { ...ok, kind: "ballot", meeting, poll: "poll", papers, ready };
}

const ballots: Readonly<Record<BallotKind, Readonly<Record<string, Journey>>>> = {
  approval: {
    approval: ballot([paper(post)]),
    "approval-one-given": ballot([paper({ ...post, draft: { kind: "approval", marks: { zhang: "approve" } } })]),
    "approval-single": ballot([
      paper({
        id: "wang",
        item: "干部任免表决",
        title: "王志强",
        ballot: single,
        subject: { id: "wang", name: "王志强", unit: null, title: "拟任市水务局局长，免去市林业局副局长职务" },
      }),
      paper({ id: "budget", item: "紧急议题", title: "是否追加防汛物资采购经费", ballot: motion }),
    ]),
    "approval-revote": ballot([
      paper({ ...post, more: { round: 2, again: { why: "revote", reasons: ["tie", "none"] } } }),
    ]),
    "approval-voided": ballot([paper({ ...post, more: { again: { why: "voided" } } })]),
    "approval-further": ballot([paper({ ...post, more: { round: 3, again: { why: "further-round" } } })]),
  },
  pick: {
    "pick-problems": ballot([
      paper({
        id: "problems",
        item: "一报告两评议",
        title: "选人用人工作中存在的主要问题",
        ballot: problems,
        draft: { kind: "pick", picks: ["p1", "p5"], writeIn: [] },
      }),
    ]),
    "pick-write-in": ballot([
      paper({
        id: "nominees",
        item: "推荐提名人选",
        title: "市发改局局长提名人选推荐",
        ballot: nominees,
        more: { seats: 2 },
      }),
    ]),
    "pick-one": ballot([
      paper({ id: "nominee", item: "推荐提名人选", title: "市发改局局长提名人选推荐", ballot: one }),
    ]),
    "pick-repeated": ballot([
      paper({
        id: "nominees",
        item: "推荐提名人选",
        title: "市发改局局长提名人选推荐",
        ballot: nominees,
        draft: { kind: "pick", picks: ["wang-wu"], writeIn: ["王五"] },
      }),
    ]),
  },
  grade: {
    grade: ballot(sheet.slice(0, 3).map((one) => ({ ...one, ...judged(one.ballot, { kind: "grade", answer: null }) }))),
    sheet: ballot(sheet),
    "sheet-mixed": ballot([
      ...sheet.slice(0, 2),
      paper({ ...post, draft: { kind: "approval", marks: { zhang: "approve", li: "abstain" } } }),
      paper({ id: "problems", item: "一报告两评议", title: "存在的主要问题", ballot: problems }),
      paper({
        id: "points",
        item: "一报告两评议",
        title: "工作打分",
        ballot: whole,
        draft: { kind: "score", answer: { score: "88" } },
      }),
      paper({ id: "comment", item: "一报告两评议", title: "意见和建议", ballot: words300 }),
    ]),
  },
  score: {
    score: ballot([
      paper({
        id: "points",
        item: "述廉测评",
        title: "张建国述廉打分",
        subject: people[0] as Subject,
        ballot: whole,
        draft: { kind: "score", answer: { score: "86" } },
      }),
    ]),
    "score-keys": ballot([paper({ id: "stars", item: "信得过评议", title: "对市政务服务中心的评分", ballot: halves })]),
    "score-wrong": ballot([
      paper({
        id: "points",
        item: "述廉测评",
        title: "张建国述廉打分",
        ballot: whole,
        draft: { kind: "score", answer: { score: "860" } },
      }),
    ]),
  },
  comment: {
    comment: ballot([
      paper({
        id: "comment",
        item: "一报告两评议",
        title: "对改进干部选拔任用工作的意见建议",
        ballot: words300,
        draft: { kind: "comment", text: "建议把评议时间放在上午。" },
      }),
    ]),
  },
};

// ── the room ───────────────────────────────────────────────────────────────────────────────────────────────────────

const counts = {
  expected: 13,
  present: 12,
  issued: 12,
  returned: 12,
  invalid: 0,
  valid: 12,
  abstain: 0,
  unknown: 0,
  scored: 12,
};
const tie: Result = {
  round: 1,
  ballot: "approval",
  counts,
  rows: [
    {
      id: "zhang",
      name: "张建国",
      votes: { kind: "marks", approve: 6, oppose: 5, abstain: 1 },
      passed: false,
      elected: false,
      rank: null,
    },
    {
      id: "li",
      name: "李秀兰",
      votes: { kind: "marks", approve: 6, oppose: 6, abstain: 0 },
      passed: false,
      elected: false,
      rank: null,
    },
  ],
  state: "undecided",
  reasons: ["tie", "none"],
  next: "committee-decides",
  values: [],
};
const elected: Result = {
  ...tie,
  round: 2,
  rows: tie.rows.map((row, place) => ({
    ...row,
    votes: { kind: "marks", approve: place === 0 ? 7 : 5, oppose: place === 0 ? 5 : 7, abstain: 0 },
    passed: place === 0,
    elected: place === 0,
  })),
  state: "decided",
  reasons: [],
  next: "none",
};
const graded: Result = {
  ...tie,
  ballot: "grade",
  rows: ["优秀", "称职", "基本称职", "不称职"].map((name, place) => ({
    id: `g${place}`,
    name,
    votes: { kind: "count", count: [7, 4, 1, 0][place] ?? 0 },
    passed: false,
    elected: false,
    rank: null,
  })),
  state: "counted",
  reasons: [],
  next: "none",
  values: [
    { id: "well", rule: "rate", of: ["优秀", "称职"], marks: [], classes: [], weighted: false, display: "91.67%" },
    { id: "points", rule: "bands", of: [], marks: [], classes: [], weighted: false, display: "18.00" },
    { id: "team", rule: "rate", of: ["优秀"], marks: [], classes: ["班子成员"], weighted: false, display: null },
  ],
};

function agenda(fate: Fate | null, result: Result | null): readonly AgendaLine[] {
  return [
    {
      id: "finance",
      title: "市财政局局长人选差额票决",
      added: false,
      steps: [
        { step: "introduce", done: true },
        { step: "deliberate", done: true },
      ],
      progress: result === null ? "counting" : "done",
      contests: [
        {
          id: "finance",
          title: "市财政局局长人选",
          subject: null,
          mine: true,
          poll: { id: "poll", phase: result === null ? "closed" : "opened", round: result?.round ?? 1 },
          fate,
          result,
        },
      ],
    },
    {
      id: "integrity",
      title: "科级领导干部述廉民主测评",
      added: false,
      steps: [
        { step: "report", done: true },
        { step: "question", done: false },
      ],
      progress: "under-way",
      contests: people.map((subject) => ({
        id: subject.id,
        title: subject.name,
        subject,
        mine: true,
        poll: null,
        fate: null,
        result: null,
      })),
    },
    {
      id: "urgent",
      title: "追加防汛物资采购经费",
      added: true,
      steps: [],
      progress: "ahead",
      contests: [
        {
          id: "urgent",
          title: "是否追加防汛物资采购经费",
          subject: null,
          mine: false,
          poll: null,
          fate: null,
          result: null,
        },
      ],
    },
  ];
}

function room(fate: Fate | null, more: Partial<Room> = {}): Room {
  const latest: EndedPoll | null =
    fate === null
      ? null
      : {
          poll: "poll",
          phase: "closed",
          checking: false,
          papers: [{ contest: "finance", title: "市财政局局长人选", subject: null, round: 1, fate }],
        };
  return {
    meeting,
    attendance: { expected: 13, present: 12 },
    agenda: agenda(fate, null),
    next: "integrity",
    openPoll: "none",
    latest,
    unsent: 0,
    ...more,
  };
}

function waiting(of: Room, connection: Connection = ok.connection): Journey {
  return { kind: "waiting", connection, keeping: "stored", room: of };
}

const fates: Readonly<Record<Fate["fate"], Journey>> = {
  in: waiting(room({ fate: "in" })),
  missing: waiting(room({ fate: "missing", objection: "recorded" })),
  "not-taken": waiting(room({ fate: "not-taken" })),
  "not-cast": waiting(room({ fate: "not-cast" })),
  refused: waiting(room({ fate: "refused", code: "page-of-another-class" })),
  void: waiting(room({ fate: "void", reason: "现场停电" })),
  sending: waiting(room({ fate: "sending" }, { unsent: 1 }), noAnswer),
  received: waiting(room({ fate: "received" })),
};

const checking = room({ fate: "received" });
const mixed = room({ fate: "in" });

// ── stopped ────────────────────────────────────────────────────────────────────────────────────────────────────────

const details: Readonly<Record<StopCode, string>> = {
  "wrong-meeting": "expected a fingerprint that starts with 2KRGFNSI, got 7XQ2LB4A",
  "wrong-keys": "the keys line of class A is not the one in the meeting",
  "wrong-checkpoint": "no signature by the ledger key",
  "wrong-proof": "line 41 is not in the tree of size 57",
  "wrong-paper": "the contest is not the agenda's",
  "wrong-signature": "page 3 does not verify",
  "booklet-abandoned": "page 3 did not verify",
  "wrong-receipt": "not signed by the receipt key",
  "two-histories": "size 57 does not continue size 41",
  "wrong-answer": "expected 1024 bytes, got 12",
  "storage-damaged": "expected a session, got nothing",
  internal: "Cannot read properties of undefined",
};
const stopCodes = Object.keys(details) as readonly StopCode[];

function stopped(code: StopCode): Journey {
  return { kind: "stopped", code, detail: details[code], meeting, received: code === "two-histories" ? 2 : 0 };
}

// ── all of them ────────────────────────────────────────────────────────────────────────────────────────────────────

const welcome = {
  ...ok,
  kind: "welcome",
  meeting,
  words,
  agenda: ["市财政局局长人选差额票决", "科级领导干部述廉民主测评"],
  pages: 24,
} as const;
const redeeming = { ...ok, kind: "redeeming", meeting, stage: "making", done: 17, of: 48 } as const;
const sending = { ...ok, kind: "sending", meeting, poll: "poll", total: 3, received: 1, wait: null } as const;
const filled = room(null, { agenda: agenda({ fate: "received" }, null), next: "finance" });
const received = { ...ok, kind: "received", poll: "poll", total: 3, refused: [], room: filled } as const;

export const SAMPLES: Readonly<Record<JourneyKind, Readonly<Record<string, Journey>>>> = {
  opening: {
    opening: { ...ok, kind: "opening" },
    "opening-offline": { ...ok, kind: "opening", connection: noAnswer },
  },
  "no-slip": { "no-slip": { kind: "no-slip" } },
  "damaged-slip": { "damaged-slip": { kind: "damaged-slip" } },
  "wrong-address": {
    "wrong-address": {
      kind: "wrong-address",
      why: "other-host",
      here: "ballot-example.top",
      onSlip: "ballot.example",
    },
    "no-such-meeting": {
      kind: "wrong-address",
      why: "no-such-meeting",
      here: "ballot.example",
      onSlip: "ballot.example",
    },
  },
  "other-tab": { "other-tab": { kind: "other-tab" } },
  welcome: {
    welcome,
    "welcome-plain": { ...welcome, meeting: { ...meeting, transport: "plain" }, keeping: "memory" },
    "welcome-english-meeting": {
      ...welcome,
      words: englishWords,
      meeting: {
        ...meeting,
        locale: "en",
        title: "Annual general meeting of the rowing club",
        organiser: "The board",
        place: "Boathouse",
        voterClass: { id: "M", name: "Members", expected: 60, observer: false },
      },
      agenda: ["Election of the treasurer", "New boats"],
    },
  },
  redeeming: {
    redeeming,
    "redeeming-asking": { ...redeeming, stage: "asking", done: 0, of: 0, connection: busy },
    "redeeming-checking": { ...redeeming, stage: "checking", done: 60, of: 72 },
  },
  "slip-used": { "slip-used": { kind: "slip-used", meeting } },
  waiting: {
    waiting: waiting(room(null, { next: "finance", agenda: agenda(null, null) })),
    "waiting-offline": waiting(room(null), noAnswer),
    "waiting-other-class": waiting(room(null, { openPoll: "not-my-class" })),
    "waiting-all-cast": waiting(room({ fate: "received" }, { openPoll: "all-cast", latest: null })),
    checking: waiting({ ...checking, latest: checking.latest && { ...checking.latest, checking: true } }),
    ...Object.fromEntries(Object.entries(fates).map(([name, journey]) => [`fate-${name}`, journey])),
    "fate-missing-sending": waiting(room({ fate: "missing", objection: "sending" })),
    "fate-missing-void": waiting(room({ fate: "missing", objection: "void" })),
    "fate-mixed": waiting({
      ...mixed,
      latest: mixed.latest && {
        ...mixed.latest,
        papers: people.slice(0, 3).map((subject, place) => ({
          contest: subject.id,
          title: subject.name,
          subject,
          round: 1,
          fate: place === 1 ? { fate: "not-cast" } : { fate: "in" },
        })),
      },
    }),
    "result-tie": waiting(room({ fate: "in" }, { agenda: agenda({ fate: "in" }, tie) })),
    "result-elected": waiting(room({ fate: "in" }, { agenda: agenda({ fate: "in" }, elected) })),
    "result-grades": waiting(room({ fate: "in" }, { agenda: agenda({ fate: "in" }, graded) })),
  },
  ballot: Object.assign({}, ...Object.values(ballots)),
  review: {
    review: { ...ok, kind: "review", meeting, poll: "poll", papers: review, willWait: true },
    "review-one": { ...ok, kind: "review", meeting, poll: "poll", papers: review.slice(0, 1), willWait: false },
    "review-blank": { ...ok, kind: "review", meeting, poll: "poll", papers: [paper(post)], willWait: false },
  },
  sending: {
    sending,
    "sending-wait": { ...sending, received: 0, wait: { from: 0, until: Number.MAX_SAFE_INTEGER } },
    "sending-offline": { ...sending, connection: noAnswer, keeping: "memory" },
  },
  received: {
    received,
    "received-refused": {
      ...received,
      refused: [{ title: "述廉打分", subject: people[1] ?? null, code: "paper-not-open" }],
    },
    "received-none": {
      ...received,
      total: 1,
      refused: [{ title: "述廉打分", subject: people[1] ?? null, code: "paper-not-open" }],
    },
  },
  "meeting-closed": {
    "meeting-closed": {
      kind: "meeting-closed",
      room: room({ fate: "in" }, { agenda: agenda({ fate: "in" }, elected).slice(0, 1), next: null }),
    },
  },
  stopped: Object.fromEntries(stopCodes.map((code) => [`stopped-${code}`, stopped(code)])),
};
