// The hall screen: asks the server every second and lays out what it says. Without an answer the last truth stays, with
// its time.

import "@fontsource-variable/noto-sans-sc/wght.css";
import "./style.css";
import { drawCounts, drawScene } from "./draw.ts";
import type { Scene, Table } from "./scene.ts";

const EVERY = 1000; // ms
const JITTER = 250; // ms either way, so that several screens do not ask together
const PATIENCE = 8000; // ms until an answer counts as lost
const PAGE = 12_000; // ms for each page of a long result

const address = document.body.dataset["address"] ?? "";
const place = document.querySelector<HTMLElement>("#scene");
const attendance = document.querySelector<HTMLElement>("#attendance");
const lost = document.querySelector<HTMLElement>("#lost");

let shown: Scene | null = null;
let etag = "";
let lastAnswer: Date | null = null;
let page = 0;

async function ask(): Promise<void> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(address, {
      headers: etag === "" ? {} : { "If-None-Match": etag },
      cache: "no-store",
      credentials: "omit",
      signal: patience.signal,
    });
    if (answer.status === 200) {
      const scene = (await answer.json()) as Scene;
      etag = answer.headers.get("ETag") ?? "";
      page = 0;
      show(scene);
    } else if (answer.status !== 304) {
      throw new Error(String(answer.status));
    }
    lastAnswer = new Date();
    if (lost !== null) lost.hidden = true;
  } catch {
    sayLost();
  } finally {
    clearTimeout(timer);
  }
}

function sayLost(): void {
  if (lost === null) return;
  const time = lastAnswer === null ? "—" : lastAnswer.toLocaleTimeString("zh-CN", { hour12: false });
  lost.textContent = (lost.dataset["text"] ?? "").replace("{time}", time);
  lost.hidden = false;
}

function show(scene: Scene): void {
  shown = scene;
  document.body.dataset["scene"] = scene.scene;
  place?.replaceChildren(...drawScene(scene, page));
  attendance?.replaceChildren(...drawCounts(scene.attendance, "inline"));
  const table = scene.tables[page % Math.max(scene.tables.length, 1)];
  if (table !== undefined && table.series.length > 0) void bars(scene, table);
}

/** All pages of one form share a scale. */
async function bars(scene: Scene, table: Table): Promise<void> {
  const { draw } = await import("./chart.ts");
  const into = place?.querySelector<HTMLElement>(".bars");
  if (shown !== scene || into === null || into === undefined) return;
  const alike = scene.tables.filter(({ title }) => title === table.title);
  const longest = Math.max(
    ...alike.flatMap(({ rows }) => rows.map(({ votes }) => votes.reduce((sum, one) => sum + one, 0))),
  );
  into.replaceChildren();
  draw(into, table, longest);
}

function turnPage(): void {
  if (shown === null || shown.tables.length < 2) return;
  page += 1;
  show(shown);
}

async function keepAsking(): Promise<void> {
  for (;;) {
    await ask();
    await new Promise((done) => setTimeout(done, EVERY + (Math.random() * 2 - 1) * JITTER));
  }
}

setInterval(turnPage, PAGE);
addEventListener("resize", () => {
  if (shown !== null) show(shown);
});
void keepAsking();
