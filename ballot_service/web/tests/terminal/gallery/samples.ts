// Every screen of a terminal as a fixed view, by name. The records are keyed by the terminal's own types, so a farewell or a
// notice without a sample does not compile.

import type { Journey } from "../../../voting/journey.ts";
import type { HubMeeting, OutOfService } from "../../../terminal/hub.ts";
import type { Farewell, Notice, View } from "../../../terminal/terminal.ts";
import { SAMPLES } from "../../gallery/samples.ts";

export const MEETING: HubMeeting = {
  meeting: "lushui-2026-12",
  title: "中共泸水市委常委会（扩大）会议",
  organiser: "市委组织部",
  locale: "zh-CN",
  words: "冲 斋 芬 训 圳 仁 粉 舒",
  idleSeconds: 60,
  warningSeconds: 15,
  doneSeconds: 8,
};

const plain: View = {
  screen: { kind: "attract", notice: null },
  meeting: MEETING,
  settings: { language: null, large: false, contrast: false },
  hub: "none",
  connected: true,
  closing: null,
  warning: null,
  assisted: false,
};
const soon = (seconds: number) => Date.now() + seconds * 1000;

function visit(journey: Journey, more: Partial<View> = {}): View {
  return { ...plain, screen: { kind: "visit", journey }, ...more };
}

function named(name: string): Journey {
  const found = Object.values(SAMPLES)
    .map((samples) => (samples as Readonly<Record<string, Journey>>)[name])
    .find((journey) => journey !== undefined);
  if (found === undefined) throw new Error(`no sample ${name}`);
  return found.kind === "review" ? { ...found, willWait: false } : found; // nobody waits at a terminal
}

const notices: Readonly<Record<Notice, View>> = {
  "not-a-slip": { ...plain, screen: { kind: "attract", notice: "not-a-slip" } },
  damaged: { ...plain, screen: { kind: "attract", notice: "damaged" } },
  "other-meeting": { ...plain, screen: { kind: "attract", notice: "other-meeting" } },
  "take-away": { ...plain, screen: { kind: "attract", notice: "take-away" } },
};

function farewell(why: Farewell): View {
  return { ...plain, screen: { kind: "farewell", why, until: soon(8) } };
}

const farewells: Readonly<Record<Farewell, View>> = {
  done: farewell("done"),
  ready: farewell("ready"),
  already: farewell("already"),
  "not-mine": farewell("not-mine"),
  late: farewell("late"),
  "slip-used": farewell("slip-used"),
  closed: farewell("closed"),
  unknown: farewell("unknown"),
};

const out: Readonly<Record<OutOfService, View>> = {
  removed: { ...plain, screen: { kind: "out", why: "removed" } },
  mistrust: { ...plain, screen: { kind: "out", why: "mistrust" } },
};

const VISITS = [
  "opening",
  "welcome",
  "redeeming",
  "approval",
  "approval-single",
  "approval-revote",
  "pick-write-in",
  "grade",
  "sheet-mixed",
  "score",
  "score-keys",
  "comment",
  "review",
  "sending",
  "stopped-two-histories",
] as const;

function prefixed<T>(prefix: string, samples: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(samples).map(([name, sample]) => [`${prefix}-${name}`, sample]));
}

export const VIEWS: Readonly<Record<string, View>> = {
  starting: { ...plain, meeting: null, screen: { kind: "starting" } },
  "starting-no-hub": { ...plain, meeting: null, screen: { kind: "starting" }, hub: "no-hub" },
  attract: plain,
  "attract-disconnected": { ...plain, connected: false },
  ...prefixed("notice", notices),
  ...Object.fromEntries(VISITS.map((name) => [name, visit(named(name))])),
  "redeeming-no-service": visit(named("redeeming-asking"), { connected: false }),
  "ballot-closing": visit(named("approval"), { closing: { poll: "poll", until: soon(24) } }),
  "ballot-closing-soon": visit(named("review"), { closing: { poll: "poll", until: null } }),
  "ballot-assisted": visit(named("approval"), { assisted: true }),
  "ballot-idle": visit(named("approval-one-given"), { warning: { until: soon(15) } }),
  "sending-no-hub": visit(named("sending"), { hub: "no-hub" }),
  "sending-full": visit(named("sending"), { hub: "full" }),
  ...prefixed("farewell", farewells),
  ...prefixed("out", out),
};
