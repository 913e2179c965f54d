// The page: files are dropped, a fingerprint is typed, a worker verifies. Nothing is loaded and nothing is sent.

import type { GivenFile, Options } from "../case.ts";
import { fromUtf8 } from "../bytes.ts";
import { isObject, type Json } from "../json.ts";
import { unreadable } from "../checks/trust.ts";
import { readVerifierKey } from "../note.ts";
import type { Verdict } from "../verdict.ts";
import type { Answer, Task } from "../worker.ts";
import { readFingerprint } from "../words.ts";
import { element } from "./elements.ts";
import { type Names, report } from "./report.ts";
import { type Language, TEXTS } from "./texts.ts";
import { TITLES } from "../titles.ts";

declare const WORKER_SOURCE: string;
declare const PROGRAM_HASH: string;

type Kind = "ledger" | "checkpoint" | "receipt" | "unknown";

/** What the page holds; each change draws it anew. */
const state = {
  language: "zh" as Language,
  ledger: null as GivenFile | null,
  others: [] as { readonly kind: Kind; readonly file: GivenFile }[],
  fingerprint: "",
  key: "",
  unpinned: false,
  moreIsOpen: false,
  working: null as { check: string; share: number } | null,
  verdict: null as Verdict | null,
  error: null as string | null,
};

const main = document.getElementById("main") as HTMLElement;

function draw(): void {
  const texts = TEXTS[state.language];
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  const language = element("button", { type: "button", class: "screen" }, texts.other);
  language.onclick = () => change({ language: state.language === "zh" ? "en" : "zh" });
  const header = element("header", {}, element("h1", {}, texts.title), language);
  const body = state.verdict !== null ? result(state.verdict) : state.working !== null ? working() : form();
  const program = element(
    "footer",
    { class: "soft" },
    element("p", {}, `${texts.program}：`, element("code", {}, PROGRAM_HASH)),
    element("p", { class: "screen" }, texts.programHelp),
  );
  main.replaceChildren(header, ...body, program);
}

function change(changes: Partial<typeof state>): void {
  Object.assign(state, changes);
  draw();
}

async function read(file: File): Promise<GivenFile> {
  return { name: file.name, data: new Uint8Array(await file.arrayBuffer()) };
}

/** What a file is, by its beginning. */
function kindOf(file: GivenFile): Kind {
  const head = fromUtf8(file.data.subarray(0, 60_000)) ?? new TextDecoder().decode(file.data.subarray(0, 60_000));
  if (head.startsWith("{") && file.data.includes(10) && /"type":"meeting"|^\{"agenda":/.test(head)) return "ledger";
  if (/^\s*\{/.test(head) && head.includes("ballot-service/receipt/")) return "receipt";
  if (/^[^\s{]+\n[0-9]+\n[A-Za-z0-9+/=]+\n/.test(head)) return "checkpoint";
  return "unknown";
}

function dropZone(id: string, help: string, button: string, take: (files: File[]) => void, ...more: HTMLElement[]) {
  const input = element("input", { type: "file", id, multiple: "", hidden: "" });
  input.onchange = () => take([...(input.files ?? [])]);
  const choose = element("button", { type: "button" }, button);
  choose.onclick = () => input.click();
  const zone = element("div", { class: "drop", id: `${id}-zone` }, element("p", {}, help), choose, input, ...more);
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

async function takeLedger(files: readonly File[]): Promise<void> {
  const given = await Promise.all(files.map(read));
  const ledger = given.find((one) => kindOf(one) === "ledger") ?? given[0];
  if (ledger === undefined) return;
  const others = given.filter((one) => one !== ledger).map((file) => ({ kind: kindOf(file), file }));
  change({
    ledger,
    others: [...state.others, ...others],
    error: null,
    moreIsOpen: state.moreIsOpen || others.length > 0,
  });
}

async function takeOthers(files: readonly File[]): Promise<void> {
  const given = await Promise.all(files.map(read));
  change({ others: [...state.others, ...given.map((file) => ({ kind: kindOf(file), file }))], moreIsOpen: true });
}

function form(): HTMLElement[] {
  const texts = TEXTS[state.language];
  const chosen =
    state.ledger === null
      ? []
      : [
          element(
            "p",
            {},
            element("b", {}, `✓ ${state.ledger.name}`),
            `（${Math.ceil(state.ledger.data.length / 1024)} KB）`,
          ),
        ];
  const ledger = dropZone("ledger", texts.dropLedger, texts.chooseLedger, (files) => void takeLedger(files), ...chosen);

  const said = element("p", { class: "soft", id: "fingerprint-said", role: "status" });
  const typed = element("input", {
    type: "text",
    id: "fingerprint",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": "fingerprint-help fingerprint-said",
  });
  typed.value = state.fingerprint;
  const judge = () => {
    state.fingerprint = typed.value;
    const readable = readFingerprint(typed.value) !== null;
    said.textContent = typed.value.trim() === "" ? "" : readable ? `✓ ${texts.fingerprintRead}` : texts.fingerprintNot;
  };
  typed.oninput = judge;
  judge();

  const start = element("button", { type: "button", class: "main", id: "start" }, texts.start);
  start.onclick = () => void begin();
  return [
    element("p", {}, texts.intro),
    element("h2", {}, texts.step1),
    ledger,
    element("h2", {}, element("label", { for: "fingerprint" }, texts.step2)),
    element("p", { id: "fingerprint-help" }, texts.fingerprintHelp),
    typed,
    said,
    more(),
    ...(state.error === null ? [] : [element("p", { class: "bad-text", role: "alert" }, state.error)]),
    start,
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
  const list = element(
    "ul",
    {},
    ...state.others.map((one) => {
      const remove = element("button", { type: "button" }, texts.remove);
      remove.onclick = () => change({ others: state.others.filter((other) => other !== one) });
      return element("li", {}, `${one.file.name}　${kinds[one.kind]}　`, remove);
    }),
  );
  const key = element("input", { type: "text", id: "key", autocomplete: "off", spellcheck: "false" });
  key.value = state.key;
  key.oninput = () => void (state.key = key.value);
  const box = element("input", { type: "checkbox", id: "unpinned" });
  box.checked = state.unpinned;
  box.onchange = () => void (state.unpinned = box.checked);
  const details = element(
    "details",
    state.moreIsOpen ? { open: "" } : {},
    element("summary", {}, texts.more),
    dropZone("others", texts.dropMore, texts.chooseMore, (files) => void takeOthers(files), list),
    element("p", {}, element("label", { for: "key" }, texts.keyLabel)),
    key,
    element("p", {}),
    element("label", { class: "check" }, box, element("span", {}, texts.unpinned)),
  );
  details.ontoggle = () => void (state.moreIsOpen = details.open);
  return details;
}

function readOptions(): Options | string {
  const texts = TEXTS[state.language];
  const fingerprint = state.fingerprint.trim() === "" ? null : readFingerprint(state.fingerprint);
  if (fingerprint === null && state.fingerprint.trim() !== "") return texts.fingerprintNot;
  const ledgerKey = state.key.trim() === "" ? null : readVerifierKey(state.key.trim());
  if (ledgerKey === null && state.key.trim() !== "") return texts.keyNot;
  if (fingerprint === null && ledgerKey === null && !state.unpinned) return texts.needPin;
  const of = (kind: Kind) => state.others.filter((one) => one.kind === kind).map((one) => one.file);
  return {
    ledgerKey,
    fingerprint,
    unpinned: state.unpinned,
    checkpoints: of("checkpoint"),
    receipts: of("receipt"),
    earlier: of("ledger"),
  };
}

async function begin(): Promise<void> {
  const texts = TEXTS[state.language];
  if (state.ledger === null) return change({ error: texts.needLedger });
  const options = readOptions();
  if (typeof options === "string") return change({ error: options });
  const wrong = unreadable(options);
  if (wrong !== null) return change({ error: `${wrong.name}：${texts.unknownFile}` });
  change({ working: { check: "V01", share: 0 }, error: null });
  const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: "text/javascript" }));
  const worker = new Worker(url);
  const end = (changes: Partial<typeof state>) => {
    worker.terminate();
    URL.revokeObjectURL(url);
    change({ working: null, ...changes });
    document.getElementById("verdict")?.focus();
  };
  worker.onerror = (event) => end({ error: texts.failure + event.message });
  worker.onmessage = (event: MessageEvent<Answer>) => {
    const answer = event.data;
    if (answer.kind === "verdict") end({ verdict: answer.verdict });
    else if (answer.kind === "error") end({ error: texts.failure + answer.message });
    else change({ working: { check: answer.check, share: answer.of === 0 ? 0 : answer.done / answer.of } });
  };
  worker.postMessage({ ledger: state.ledger.data, options } satisfies Task);
}

function working(): HTMLElement[] {
  const texts = TEXTS[state.language];
  const { check, share } = state.working ?? { check: "V01", share: 0 };
  return [
    element("h2", { role: "status" }, `${texts.working} ${check}　${TITLES[check]?.[state.language] ?? ""}`),
    element("progress", { max: "1", value: String(share), "aria-label": texts.working }),
  ];
}

/** Names and titles from the ledger, for what is shown. */
function namesIn(ledger: GivenFile): Names {
  const names = new Map<string, { title: string; names: Map<string, string> }>();
  const text = new TextDecoder().decode(ledger.data);
  const items: Json[] = [];
  for (const line of text.split("\n")) {
    if (!/"type":"(?:meeting|item)"/.test(line)) continue;
    try {
      const entry = JSON.parse(line) as Json;
      if (!isObject(entry)) continue;
      if (entry["type"] === "meeting" && Array.isArray(entry["agenda"]))
        items.push(...(entry["agenda"] as readonly Json[]));
      if (entry["type"] === "item") items.push(entry["item"] as Json);
    } catch {
      continue; // the verdict says what is wrong with it
    }
  }
  for (const item of items) {
    const contests = isObject(item) && Array.isArray(item["contests"]) ? (item["contests"] as readonly Json[]) : [];
    for (const contest of contests) {
      if (!isObject(contest) || !isObject(contest["ballot"])) continue;
      const ballot = contest["ballot"];
      const people = [ballot["candidates"], ballot["options"], ballot["grades"]].flatMap((list) =>
        Array.isArray(list) ? (list as readonly Json[]) : [],
      );
      names.set(String(contest["id"]), {
        title: String(contest["title"]),
        names: new Map(people.filter(isObject).map((one) => [String(one["id"]), String(one["name"])])),
      });
    }
  }
  return names;
}

function result(verdict: Verdict): HTMLElement[] {
  const texts = TEXTS[state.language];
  const ledger = state.ledger as GivenFile;
  const save = element("button", { type: "button", id: "save" }, texts.save);
  save.onclick = () => {
    const url = URL.createObjectURL(new Blob([`${JSON.stringify(verdict, null, 1)}\n`], { type: "application/json" }));
    element("a", { href: url, download: `${verdict.meeting.id ?? "ledger"}.verdict.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  const print = element("button", { type: "button" }, texts.print);
  print.onclick = () => window.print();
  const again = element("button", { type: "button" }, texts.again);
  again.onclick = () =>
    change({ verdict: null, ledger: null, others: [], fingerprint: "", key: "", unpinned: false, moreIsOpen: false });
  return [
    report(verdict, namesIn(ledger), ledger.name, state.language, texts),
    element("div", { class: "actions screen" }, save, print, again),
  ];
}

// A file that misses its zone must not replace the page.
for (const name of ["dragover", "drop"] as const) window.addEventListener(name, (event) => event.preventDefault());
draw();
