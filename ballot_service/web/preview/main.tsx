// The ballots of a draft as a phone will show them: the voters' own screens, filled from what the draft says. Nothing is
// sealed, sent or kept.

import { render } from "preact";
import { readBallots } from "./ballots.ts";
import { previewPhone } from "./phone.ts";
import { App } from "../screens/app.tsx";
import "../screens/style.css";

async function start(app: HTMLElement): Promise<void> {
  const address = app.dataset["ballots"];
  if (address === undefined) return;
  const answer = await fetch(address);
  const value: unknown = await answer.json();
  if (value === null) return; // a draft with mistakes: the page around this one lists them
  app.textContent = "";
  const language = app.dataset["language"] === "en" ? "en" : "zh-CN";
  const english = async () => (await import("../locales/en.ts")).en;
  render(<App phone={previewPhone(readBallots(value))} language={language} english={english} />, app);
}

const app = document.getElementById("app");
if (app !== null) void start(app);
