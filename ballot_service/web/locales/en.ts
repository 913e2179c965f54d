// Every text of the page in English: short and plain, for somebody who votes rarely.

import type { Texts } from "./zh-CN.ts";

const MONTHS = "January February March April May June July August September October November December".split(" ");

function some(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function either(parts: readonly string[]): string {
  return parts.join(" or ");
}

export const en: Texts = {
  language: "en",
  otherLanguage: "中文",
  appName: "Secret ballot",
  date: (year, month, day) => `${day} ${MONTHS[month - 1]} ${year}`,

  code: "Code: ",
  detail: "Detail: ",

  bands: {
    noAnswer: "No connection. The phone keeps trying, and nothing is lost.",
    busy: "The service is busy. The phone keeps trying, and nothing is lost.",
    tryNow: "Try now",
    memory: "This browser keeps nothing. Do not close this page before the meeting ends.",
  },

  opening: { title: "Opening the meeting", text: "Checking the slip and the meeting. One moment." },

  scan: {
    howTitle: "How to scan",
    how: [
      "Open the camera of your phone, or a scanner.",
      "Point it at the square code on the slip.",
      "Tap the address that appears.",
    ],
    photo: "Take a photo of the code",
    reading: "Reading…",
    notFound: "No code was found in the photo. Go closer, keep it sharp, and try again.",
    pasteTitle: "Does your scanner only show a line of text?",
    pasteLabel: "Paste the line here",
    pasteButton: "Open",
    help: "If you cannot scan, please go to the desk. There are tablets and paper ballots.",
  },
  noSlip: { title: "Scan the code on your slip", text: "To vote, you need the slip that you drew at the door." },
  damagedSlip: {
    title: "This is not a slip we can read",
    text: "The code was read only in part, or it is not a slip. Please scan again.",
  },
  wrongAddress: {
    title: "Wrong address",
    otherHost: "The address on the slip is not the one you opened. Do not vote here.",
    noSuchMeeting: "This address does not know the meeting on the slip. It may be the wrong slip, or too early.",
    here: "You opened: ",
    onSlip: "On the slip: ",
    ask: "Please show this screen at the desk.",
  },
  otherTab: {
    title: "Open in another tab",
    text: "The same slip is open in another tab of this phone. Please go back to it.",
    goesOn: "When that tab is closed, this one goes on by itself.",
  },
  slipUsed: {
    title: "This slip cannot be used",
    text: "Please take the slip to the desk. They will help you.",
    notYou: "It may not be your doing. There is no name on the slip: asking at the desk does not tell how you vote.",
    again: "Try again",
    another: "I have a new slip",
  },

  welcome: {
    what: "This is the secret ballot of this meeting. ",
    cannotSee:
      "The system knows only that a slip was used: it stamps ballots without seeing them, and once the box is open it cannot tell whose is whose.",
    wordsTitle: "Compare the eight words",
    wordsText: "Take your ballots only if the big screen shows the same.",
    wordsDiffer: "If they differ, do not go on. Tell a scrutineer.",
    redeem: "Take my ballots",
    once: "A slip works once. After that you vote on this phone.",
    agenda: "Agenda",
    about: "Also good to know",
    server: "The keys of the ballot boxes were made on the server and then split between the scrutineers.",
    plain: "This hall does not use an encrypted address. Who can change its network could change this page.",
    voterClass: "Class: ",
  },
  redeeming: {
    title: "Taking your ballots",
    making: "Preparing blank ballots",
    asking: "Asking the system to stamp them",
    checking: "Checking every stamp",
    keepOpen: "This may take a minute. Do not close this page.",
  },

  ballot: {
    title: "Fill in your ballots",
    place: (place, of) => `Ballot ${place} of ${of}`,
    filled: (done, of) => `${done} of ${of} filled in`,
    previous: "Back",
    next: "Next",
    review: "Check my ballot",
    left: (count) => `${count} left empty: counts as abstention.`,
    notReady: "One thing has to be corrected first.",
    round: (round) => `Round ${round}`,
    seats: (seats) => `${seats} to be elected.`,
    voided: "The last vote was voided. Please vote again.",
    again: "This is a further vote.",
    abstain: "Abstain",
    unknown: "Don’t know",
  },
  again: (reasons) => `Last round: ${reasons.join(", ")}. Please vote again.`,
  reasons: { tie: "equal votes", none: "nobody reached the line", "too-few": "too few were elected" },
  approval: {
    limit: (max, approve) => `At most ${max} “${approve}”.`,
    given: (done, max, approve) => `“${approve}”: ${done} of ${max}`,
    full: (max, approve, given, wanted, others) =>
      `At most ${max} “${approve}”: you gave it to ${given.join(", ")}. To give it to ${wanted}, first change ${either(given)} to ${either(others.map((label) => `“${label}”`))}.`,
  },
  pick: {
    limit: (max) => `Choose up to ${max}.`,
    one: "Choose one.",
    chosen: (done, max) => `${done} of ${max} chosen`,
    full: (max) => `At most ${max}, and ${max === 1 ? "one is" : `${max} are`} chosen. To change, first take one back.`,
    writeIn: (place, of) => (of === 1 ? "Write in a name" : `Write in name ${place}`),
    writeInHint: "The full name, without a post.",
  },
  score: {
    range: (min, max, step) => `From ${min} to ${max}, in steps of ${step}.`,
    label: "Score",
    less: "Less",
    more: "More",
  },
  comment: {
    label: "Your comment",
    warn: "Do not write your name, post or unit, nor what only you can know.",
    left: (left) => `${some(left, "character", "characters")} left`,
    over: (over) => `${some(over, "character", "characters")} too many`,
    empty: "You may leave it empty.",
  },
  problems: {
    "too-many": (max) => `At most ${max}. Please take some back.`,
    "name-too-long": (max) => `A name has at most ${max} characters.`,
    "text-too-long": (max) => `At most ${max} characters. Please shorten it.`,
    "name-characters": "No spaces or special signs inside a name.",
    "name-repeated": "One name is there twice. Please remove one.",
    "text-characters": "There is a sign that cannot be printed. Please remove it.",
    "not-a-score": (min, max, step) => `Please enter a score from ${min} to ${max}, in steps of ${step}.`,
  },

  review: {
    title: "Check your ballot",
    final: "Once cast, it cannot be changed.",
    willWait: "To keep it secret, the phone waits up to two minutes before it sends.",
    change: "Change",
    changeOf: (title) => `Change: ${title}`,
    cast: "Cast my ballot",
    back: "Go back",
    blank: "Abstain",
    unmarked: "Left empty: abstention",
    noPick: "Nothing chosen: abstention",
    noText: "Left empty",
    points: (score) => some(Number(score), "point", "points").replace(/^\S+/, score),
  },
  sending: {
    title: "Casting your ballot",
    wait: "To keep it secret, the phone waits a little and then sends by itself.",
    received: (done, of) => `${done} of ${of} received`,
    keepOpen: "Do not close this page.",
  },
  received: {
    title: "Your ballot was received",
    text: (got, total) => {
      if (got < total) return `${got} of ${total} ballots have a receipt.`;
      return total === 1 ? "It has a receipt." : `All ${total} ballots have a receipt.`;
    },
    refused: (count) =>
      `${some(count, "ballot was", "ballots were")} not accepted. Please show this screen at the desk.`,
    later: "When voting ends, the phone checks that your ballot is in the box. Do not close this page.",
  },
  waiting: {
    title: "Nothing to vote on now",
    notMyClass: "Another class is voting. You need do nothing.",
    allCast: "You have cast everything in this vote.",
    next: {
      voting: "Voting now: ",
      "under-way": "Now: ",
      ahead: "Next: ",
      counting: "Waiting for the box to be opened: ",
      done: "",
    },
    stay: "This page opens the ballot by itself when voting begins.",
    attendance: (expected, present) => `${expected} expected, ${present} present`,
    unsent: (count) =>
      `${some(count, "ballot has", "ballots have")} no receipt yet. The phone goes on sending. Do not close this page.`,
    agenda: "Agenda",
  },
  closed: {
    title: "The meeting is over",
    text: "The secrets of your ballots have been deleted from this phone.",
    slip: "Put your slip into the slip box. You can close this page now.",
  },

  latest: {
    checking: { title: "Checking your ballot", text: "Voting has ended." },
    in: { title: "Your ballot is in the box", text: "The phone has checked it." },
    missing: {
      title: "Your ballot is not in the box",
      text: "It has a receipt, but the box does not hold it.",
      sending: "The phone is filing an objection by itself.",
      recorded: "The phone has filed an objection. It is on record.",
      void: "This vote was voided, so the phone cannot file an objection any more.",
      show: "Show this screen to a scrutineer now.",
    },
    "not-taken": {
      title: "Your ballot was not counted",
      text: "It had not arrived when voting ended.",
      show: "Please go to the desk.",
    },
    refused: {
      title: "Your ballot was not accepted",
      text: "Nothing else on this phone is affected.",
      show: "Please show this screen at the desk.",
    },
    void: {
      title: "This vote was voided",
      text: "It counts for nobody. There will be a new vote.",
      reason: "Reason: ",
    },
    "not-cast": { title: "You did not vote this time", text: "Voting has ended." },
    sending: { title: "Your ballot is being sent", text: "There is no receipt yet. Do not close this page." },
    received: { title: "Your ballot was received", text: "It will be checked against the box." },
    papers: "Each ballot",
  },
  fates: {
    sending: "being sent",
    received: "received",
    in: "in the box",
    missing: "not in the box",
    "not-taken": "not counted",
    "not-cast": "not cast",
    refused: "not accepted",
    void: "voided",
  },

  progress: {
    ahead: "to come",
    "under-way": "under way",
    voting: "voting",
    counting: "waiting for the box",
    done: "done",
  },
  added: "new item",
  steps: {
    report: "report",
    question: "questions",
    introduce: "introduction",
    deliberate: "deliberation",
    speak: "statements",
    "chief-last": "chief speaks last",
    inspection: "inspection",
  },
  step: (step, done) => (done ? `${step} (done)` : `${step} (to come)`),
  papersOf: (count) => some(count, "ballot", "ballots"),
  notMine: "Your class does not vote on this",

  result: {
    title: "Result",
    of: "Result: ",
    state: { decided: "Decided", undecided: "Not decided", counted: "Counted" },
    next: {
      none: "",
      "committee-decides": "The meeting decides whether to vote again.",
      revote: "There will be another vote.",
      ended: "There will be no further vote.",
    },
    counts: {
      expected: "Expected",
      present: "Present",
      issued: "Issued",
      returned: "Returned",
      invalid: "Invalid",
      valid: "Valid",
      abstain: "Abstained",
      unknown: "Don’t know",
      scored: "Scored",
    },
    because: (state, reasons) => `${state} (${reasons.join(", ")})`,
    votes: (count) => some(count, "vote", "votes"),
    approve: "For",
    oppose: "Against",
    abstain: "Abstained",
    passed: "passed",
    elected: "elected",
    rank: (rank) => `rank ${rank}`,
    value: ({ rule, of, marks, classes, weighted }) => {
      const said = { approve: "for", oppose: "against", abstain: "abstained" };
      const names = [...of, ...marks.map((mark) => said[mark])].join(", ");
      const title = rule === "rate" ? `Rate of ${names}` : rule === "mean" ? "Mean" : "Points";
      return title + (weighted ? " (weighted)" : classes.length > 0 ? ` (${classes.join(", ")})` : "");
    },
    noValue: "None (its base is 0)",
  },

  stopped: {
    title: "Stop voting",
    sendsNothing: "To protect you, this phone sends nothing more.",
    show: "Please show this screen to a scrutineer.",
    received: (count) => `${some(count, "ballot", "ballots")} with a receipt from before: still valid.`,
    reasons: {
      "wrong-meeting": "The meeting is not the one printed on your slip.",
      "wrong-keys": "The stamp for ballots does not match your slip.",
      "wrong-checkpoint": "The signature of the meeting’s ledger is wrong.",
      "wrong-proof": "Something we received is not in the meeting’s ledger.",
      "wrong-paper": "The ballot we received does not match the agenda.",
      "wrong-signature": "The stamp on your ballots is wrong. They are given up and will not be asked for again.",
      "booklet-abandoned": "The stamp on the ballots taken before was wrong. They were given up.",
      "wrong-receipt": "The signature of a receipt is wrong.",
      "two-histories": "The meeting’s ledger is not the one seen before. It contradicts itself.",
      "wrong-answer": "The server gave answers against the rules, again and again.",
      "storage-damaged": "What this phone had stored is damaged and cannot be read.",
      internal: "This page itself made a mistake.",
    },
  },
};
