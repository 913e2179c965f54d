// The page: files are dropped, a fingerprint is typed, workers verify. Nothing is loaded and nothing is sent. Files are
// read in the worker; here only their first bytes, to tell what they are.

import { LEDGER_TYPE, readVerifierKey, type VerifierKey, WITNESS_TYPE } from "../note.ts";
import { seriesAsJson } from "../series.ts";
import type { ShownAll } from "../shown.ts";
import { TITLES } from "../titles.ts";
import { readFingerprint, unknownWord } from "../words.ts";
import { element } from "./elements.ts";
import { ownHash } from "./own.ts";
import { report } from "./report.ts";
import { type Language, TEXTS } from "./texts.ts";
import { type Ending, type Progress, type Running, start, type Typed } from "./verifying.ts";

type Kind = "ledger" | "checkpoint" | "receipt" | "unknown";

interface Chosen {
  readonly kind: Kind;
  readonly file: File;
}

const HASH = ownHash();

const EMPTY = {
  ledgers: [] as readonly File[],
  others: [] as readonly Chosen[],
  fingerprint: "",
  key: "",
  witnesses: "",
  unpinned: false,
  moreIsOpen: false,
  running: null as Running | null,
  found: null as ShownAll | null,
  shown: 0, // which of several ledgers
  error: null as string | null,
};

/** What the page holds; each change draws it anew. */
const state = { language: "zh" as Language, ...EMPTY };

const main = document.getElementById("main") as HTMLElement;

function draw(): void {
  const texts = TEXTS[state.language];
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  const language = element("button", { type: "button", class: "screen", id: "language" }, texts.other);
  language.onclick = () => change({ language: state.language === "zh" ? "en" : "zh" });
  const header = element(
    "header",
    {},
    element("h1", {}, state.found === null ? texts.title : texts.reportTitle),
    language,
  );
  const body = state.found !== null ? result(state.found) : state.running !== null ? working() : form();
  const program = element(
    "footer",
    { class: "soft" },
    element("p", {}, `${texts.program}${texts.colon}`, element("code", { id: "own-hash" }, HASH)),
    element("p", { class: "screen" }, texts.programHelp),
  );
  main.replaceChildren(header, ...body, program);
}

function change(changes: Partial<typeof state>): void {
  Object.assign(state, changes);
  draw();
}

// --------------------------------------------------------------------------------------------------------------- files

const HEAD_BYTES = 60_000;

/** What a file is, by its beginning. */
async function kindOf(file: File): Promise<Kind> {
  const head = await file.slice(0, HEAD_BYTES).text();
  if (/^\s*\{/.test(head) && head.includes("ballot-service/receipt/")) return "receipt";
  if (head.startsWith("{") && /"type":"meeting"|^\{"agenda":/.test(head)) return "ledger";
  if (/^[^\s{]+\n[0-9]+\n[A-Za-z0-9+/=]+\n/.test(head)) return "checkpoint";
  return "unknown";
}

async function chosen(files: readonly File[]): Promise<Chosen[]> {
  return Promise.all(
    files.map(async (file) => {
      try {
        return { file, kind: await kindOf(file) };
      } catch {
        return { file, kind: "unknown" as const }; // gone since it was chosen; reading it will say so
      }
    }),
  );
}

/** Whatever is dropped where ledgers go is taken for one, unless it is plainly something else: what cannot be read shall
 * be said by the verdict. */
async function takeLedgers(files: readonly File[]): Promise<void> {
  const given = await chosen(files);
  const ledgers = given.filter((one) => one.kind === "ledger" || one.kind === "unknown").map((one) => one.file);
  const others = given.filter((one) => one.kind === "checkpoint" || one.kind === "receipt");
  change({
    ledgers: [...state.ledgers, ...ledgers],
    others: [...state.others, ...others],
    moreIsOpen: state.moreIsOpen || others.length > 0,
    error: null,
  });
}

async function takeOthers(files: readonly File[]): Promise<void> {
  const given = await chosen(files);
  change({
    ledgers: [...state.ledgers, ...given.filter((one) => one.kind === "ledger").map((one) => one.file)],
    others: [...state.others, ...given.filter((one) => one.kind !== "ledger")],
    moreIsOpen: true,
  });
}

// ---------------------------------------------------------------------------------------------------------------- form

function dropZone(id: string, help: string, button: string, take: (files: File[]) => void, list: HTMLElement | null) {
  const input = element("input", { type: "file", id, multiple: "", hidden: "" });
  input.onchange = () => take([...(input.files ?? [])]);
  const choose = element("button", { type: "button", id: `${id}-choose` }, button);
  choose.onclick = () => input.click();
  const zone = element("div", { class: "drop", id: `${id}-zone` }, element("p", {}, help), choose, input, list);
  zone.ondragover = (event) => {
    event.preventDefault();
    zone.classList.add("over");
  };
  zone.ondragleave = () => zone.classList.remove("over");
  zone.ondrop = (event) => {
    event.preventDefault();
    event.stopPropagation();
    take([...(event.dataTransfer?.files ?? [])]);
  };
  return zone;
}

function listOf(
  files: readonly { readonly name: string; readonly text: string; readonly remove: () => void }[],
): HTMLElement | null {
  if (files.length === 0) return null;
  const texts = TEXTS[state.language];
  return element(
    "ul",
    { class: "files" },
    ...files.map((one) => {
      const remove = element("button", { type: "button", "aria-label": `${texts.remove} ${one.name}` }, texts.remove);
      remove.onclick = one.remove;
      return element("li", {}, element("b", {}, one.name), element("span", { class: "soft" }, one.text), remove);
    }),
  );
}

function size(file: File): string {
  return file.size < 1_000_000 ? `${Math.ceil(file.size / 1000)} KB` : `${(file.size / 1_000_000).toFixed(1)} MB`;
}

function form(): HTMLElement[] {
  const texts = TEXTS[state.language];
  const files = state.ledgers.map((file) => ({
    name: `✓ ${file.name}`,
    text: size(file),
    remove: () => change({ ledgers: state.ledgers.filter((other) => other !== file) }),
  }));
  const ledger = dropZone(
    "ledger",
    texts.dropLedger,
    texts.chooseLedger,
    (given) => void takeLedgers(given),
    listOf(files),
  );

  const said = element("p", { id: "fingerprint-said", role: "status" });
  const typed = element("input", {
    type: "text",
    id: "fingerprint",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-describedby": "fingerprint-help fingerprint-said",
  });
  typed.value = state.fingerprint;
  const judge = () => {
    state.fingerprint = typed.value;
    const unknown = unknownWord(typed.value);
    const isRead = readFingerprint(typed.value) !== null;
    said.className = isRead ? "good-text" : unknown === null ? "soft" : "bad-text";
    if (typed.value.trim() === "") said.textContent = "";
    else if (isRead) said.textContent = `✓ ${texts.fingerprintRead}`;
    else said.textContent = unknown === null ? texts.fingerprintNot : texts.fingerprintUnknown(unknown);
  };
  typed.oninput = (event) => {
    if (!(event as InputEvent).isComposing) judge();
  };
  typed.addEventListener("compositionend", judge);
  judge();

  const button = element("button", { type: "button", class: "main", id: "start" }, texts.start);
  button.onclick = begin;
  return [
    element("p", {}, texts.intro),
    element("h2", {}, texts.step1),
    ledger,
    element("h2", {}, element("label", { for: "fingerprint" }, texts.step2)),
    element(
      "p",
      { id: "fingerprint-help" },
      texts.fingerprintHelp + (state.ledgers.length > 1 ? texts.fingerprintHelpSeveral : ""),
    ),
    typed,
    said,
    more(),
    ...(state.error === null ? [] : [element("p", { class: "bad-text", role: "alert" }, state.error)]),
    button,
  ];
}

function more(): HTMLElement {
  const texts = TEXTS[state.language];
  const kinds = {
    ledger: texts.asLedger,
    checkpoint: texts.asCheckpoint,
    receipt: texts.asReceipt,
    unknown: texts.unknownFile,
  };
  const files = state.others.map((one) => ({
    name: one.file.name,
    text: kinds[one.kind],
    remove: () => change({ others: state.others.filter((other) => other !== one) }),
  }));
  const key = element("input", { type: "text", id: "key", autocomplete: "off", spellcheck: "false", class: "key" });
  key.value = state.key;
  key.oninput = () => void (state.key = key.value);
  const witnesses = element("textarea", { id: "witnesses", rows: "2", spellcheck: "false", class: "key" });
  witnesses.value = state.witnesses;
  witnesses.oninput = () => void (state.witnesses = witnesses.value);
  const box = element("input", { type: "checkbox", id: "unpinned" });
  box.checked = state.unpinned;
  box.onchange = () => void (state.unpinned = box.checked);
  const details = element(
    "details",
    state.moreIsOpen ? { open: "" } : {},
    element("summary", {}, texts.more),
    dropZone("others", texts.dropMore, texts.chooseMore, (given) => void takeOthers(given), listOf(files)),
    element("p", {}, element("label", { for: "key" }, texts.keyLabel)),
    key,
    element("p", {}, element("label", { for: "witnesses" }, texts.witnessLabel)),
    witnesses,
    element("label", { class: "check" }, box, element("span", {}, texts.unpinned)),
  );
  details.ontoggle = () => void (state.moreIsOpen = details.open);
  return details;
}

/** What was typed, or what is wrong with it. */
function readTyped(): Typed | string {
  const texts = TEXTS[state.language];
  const fingerprint = state.fingerprint.trim() === "" ? null : readFingerprint(state.fingerprint);
  if (fingerprint === null && state.fingerprint.trim() !== "") return texts.fingerprintNot;
  const ledgerKey = state.key.trim() === "" ? null : keyOf(state.key, LEDGER_TYPE);
  if (ledgerKey === null && state.key.trim() !== "") return texts.keyNot;
  const witnesses: VerifierKey[] = [];
  for (const line of state.witnesses.split("\n").filter((one) => one.trim() !== "")) {
    const witness = keyOf(line, WITNESS_TYPE);
    if (witness === null) return texts.witnessNot + line.trim();
    witnesses.push(witness);
  }
  if (fingerprint === null && ledgerKey === null && !state.unpinned) return texts.needPin;
  return { ledgerKey, fingerprint, unpinned: state.unpinned, witnesses };
}

function keyOf(text: string, type: number): VerifierKey | null {
  const key = readVerifierKey(text.trim());
  return key?.type === type ? key : null;
}

// ------------------------------------------------------------------------------------------------------------- working

function begin(): void {
  const texts = TEXTS[state.language];
  if (state.ledgers.length === 0) return change({ error: texts.needLedger });
  const typed = readTyped();
  if (typeof typed === "string") return change({ error: typed });
  const unknown = state.others.find((one) => one.kind === "unknown");
  if (unknown !== undefined)
    return change({ error: `${unknown.file.name}${texts.colon}${texts.unknownFile}`, moreIsOpen: true });
  const of = (kind: Kind) => state.others.filter((one) => one.kind === kind).map((one) => one.file);
  const files = { ledgers: state.ledgers, checkpoints: of("checkpoint"), receipts: of("receipt") };
  progress = { ...progress, ledger: 0, check: "V01", done: 0, of: 0 };
  change({ running: start(files, typed, tellProgress, end), error: null });
  document.getElementById("stop")?.focus();
}

function end(ending: Ending): void {
  const texts = TEXTS[state.language];
  if (ending.kind === "found") {
    change({ running: null, found: ending.all, shown: ending.all.members.length - 1 });
    document.getElementById("verdict")?.focus();
    window.scrollTo(0, 0);
  } else if (ending.kind === "error") change({ running: null, error: texts.failure + ending.message });
  else change({ running: null, error: `${ending.name}${texts.colon}${texts.unknownFile}` });
}

let progress: Progress = { kind: "progress", ledger: 0, check: "V01", done: 0, of: 0 };

/** Where each check that takes time begins and ends in the bar of one ledger. */
const PARTS: Readonly<Record<string, readonly [number, number]>> = { V10: [0.05, 0.6], V14: [0.6, 1] };

/** Changes the words and the bar alone: the button to stop keeps its place and its focus. */
function tellProgress(now: Progress): void {
  progress = now;
  const texts = TEXTS[state.language];
  const { check, done, of, ledger } = now;
  const title = `${texts.working} ${check}　${TITLES[check]?.[state.language] ?? ""}`;
  const count = of === 0 ? "" : `${done} / ${of}`;
  const many = state.ledgers.length;
  const which = many > 1 ? texts.workingOf(ledger + 1, many, state.ledgers[ledger]?.name ?? "") : "";
  const [from, to] = PARTS[check] ?? [0, 0.05];
  const share = (ledger + from + (of === 0 ? 0 : ((to - from) * done) / of)) / many;
  const say = (id: string, text: string) => {
    const place = document.getElementById(id);
    if (place !== null && place.textContent !== text) place.textContent = text;
  };
  say("working", title);
  say("working-which", which);
  say("working-count", count);
  document.getElementById("progress")?.setAttribute("value", String(share));
}

function working(): HTMLElement[] {
  const texts = TEXTS[state.language];
  const stop = element("button", { type: "button", id: "stop" }, texts.stop);
  stop.onclick = () => {
    state.running?.stop();
    change({ running: null });
    document.getElementById("start")?.focus();
  };
  queueMicrotask(() => tellProgress(progress)); // when it is on the page
  return [
    element("h2", { role: "status", id: "working" }, texts.working),
    element("p", { id: "working-which" }),
    element("progress", { max: "1", value: "0", id: "progress", "aria-label": texts.working }),
    element("p", { class: "soft", id: "working-count" }),
    stop,
  ];
}

// -------------------------------------------------------------------------------------------------------------- result

function result(all: ShownAll): HTMLElement[] {
  const texts = TEXTS[state.language];
  const save = element("button", { type: "button", id: "save" }, texts.save);
  save.onclick = () => {
    const only = all.members[0];
    const whole = all.series === null ? only?.verdict : seriesAsJson(all.series, all.members);
    const name = all.series === null ? (only?.verdict.meeting.id ?? "ledger") : "ledgers";
    const url = URL.createObjectURL(new Blob([`${JSON.stringify(whole, null, 1)}\n`], { type: "application/json" }));
    element("a", { href: url, download: `${name}.verdict.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  const print = element("button", { type: "button", id: "print" }, texts.print);
  print.onclick = () => window.print();
  const again = element("button", { type: "button", id: "again" }, texts.again);
  again.onclick = () => change({ ...EMPTY });
  const [verdict, ...rest] = report(all, state.shown, (shown) => change({ shown }), state.language, texts);
  return [verdict as HTMLElement, element("div", { class: "actions screen" }, print, save, again), ...rest];
}

// A file that misses its zone must not replace the page.
for (const name of ["dragover", "drop"] as const) window.addEventListener(name, (event) => event.preventDefault());
draw();
