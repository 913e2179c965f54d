// The terminal's texts in English.

import { en } from "../../locales/en.ts";
import type { Texts } from "../../locales/zh-CN.ts";
import type { TerminalTexts } from "./zh-CN.ts";

export const terminalEn: TerminalTexts = {
  language: "en",
  otherLanguage: "中文",
  appName: "Voting terminal",
  large: "Large",
  contrast: "Contrast",
  settings: "Display settings",
  leave: "Leave",

  starting: { title: "Opening the terminal", noHub: "The hub does not answer. Please call the staff." },
  out: {
    title: "This terminal is out of service",
    why: {
      removed: "The organisers have taken this hub out. Please go to the desk to vote another way.",
      mistrust:
        "The server does not show the meeting that it should, so this hub takes no voters. Call a scrutineer and show this screen.",
    },
    nothing: "Ballots that were not cast are not spent. Take your slip with you.",
  },

  attract: {
    title: "Scan your slip to vote",
    what: "Hold the square code on your slip up to the camera.",
    whatToScanner: "Point the hand scanner at the square code on your slip.",
    scanner: "Or use the hand scanner.",
    drawing: "A hand holds a slip, its square code towards the camera above the screen",
    camera: {
      ok: "Camera picture",
      missing: "No camera was found. Please use the hand scanner.",
      refused: "The browser does not allow the camera. Please use the hand scanner.",
      off: "This terminal works without a camera. Please use the hand scanner.",
    },
    opening: "Opening the camera",
    words: "Words of this meeting",
    terminal: (name) => `Terminal ${name}`,
    connected: "Connected",
    notConnected: "No connection to the server for now",
    notices: {
      "not-a-slip": "This is not the code of a voting slip. Please scan your slip.",
      damaged: "The code was not read in full. Hold the slip flat and scan again.",
      "other-meeting": "This slip is not for this meeting. Please go to the desk.",
      "take-away": "Take the slip away from the camera first, then scan.",
    },
  },

  bands: {
    noHub: "The hub does not answer; trying again. Nothing is lost, please wait.",
    full: "The hub has no room left; trying again. Please call the staff and stay here.",
    noService: "No connection to the server; trying again. Nothing is lost, please wait.",
    closing: (seconds) => `Voting is about to close: cast within ${seconds} s`,
    closingSoon: "Voting is about to close: please cast soon",
  },

  assisted: {
    button: "Assisted",
    title: "Does somebody help you vote?",
    who: "If you cannot well fill in the ballot yourself, somebody you trust may do it as you tell them, and must keep it secret. Candidates may not help.",
    counted: "Only the number of people who were helped is recorded in the minutes: no name, and no tie to a ballot.",
    yes: "Somebody helps me vote",
    no: "Nobody helps me",
  },

  idle: {
    title: "Are you still there?",
    text: (seconds) => `This terminal starts over in ${seconds} s.`,
    nothing: "Choices that were not cast are deleted. Your slip is not spent: you can scan it again and vote.",
    goOn: "Continue",
  },
  leaving: {
    title: "Leave now?",
    stay: "Keep voting",
    leave: "Delete and leave",
  },

  sending: {
    title: "Casting your ballot",
    text: "Please stay, this takes a moment.",
    waiting: "The hub does not have your ballot yet. Please stay; the terminal keeps trying.",
  },

  farewells: {
    done: {
      title: "You have voted. Take your slip",
      text: "Your ballot is sealed and kept. It goes into the box with all others when voting closes.",
    },
    ready: {
      title: "Your ballots are ready",
      text: "When voting begins, scan your slip again at any terminal. Take your slip with you.",
    },
    already: {
      title: "You have already voted in this poll",
      text: "Scan your slip again when the next one begins. Take your slip with you.",
    },
    "not-mine": {
      title: "There is nothing for you to vote on now",
      text: "Other participants are voting this time. Scan your slip again when it is your turn. Take your slip with you.",
    },
    late: {
      title: "This poll has closed",
      text: "Your ballot was not cast and is not counted. Your slip is not spent and works in later polls. Take it with you; ask the staff if anything is unclear.",
    },
    "slip-used": {
      title: "This slip cannot be used",
      text: "Please take your slip to the desk; the staff will help. There is no name on the slip: nobody learns how you vote.",
    },
    closed: { title: "The meeting is over", text: "There is no more voting. Please drop your slip into the slip box." },
    unknown: { title: "The service does not know this meeting", text: "Please show your slip to the staff." },
  },
  seconds: (seconds) => `Starts over in ${seconds} s`,
  finish: "Done",
};

export const screensEn: Texts = {
  ...en,
  opening: { title: "Checking your slip", text: "Please wait." },
  welcome: {
    ...en.welcome,
    once: "A slip gets ballots once. From then on it votes at the terminals of this venue.",
  },
  redeeming: { ...en.redeeming, keepOpen: "This may take half a minute. Please stay." },
  stopped: {
    ...en.stopped,
    sendsNothing: "For your safety this terminal sends nothing more.",
    show: "Call a scrutineer and show this screen.",
    reasons: { ...en.stopped.reasons, "storage-damaged": "What the hub keeps cannot be read." },
  },
};
