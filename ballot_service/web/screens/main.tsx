// The page: takes the slip out of the address bar before anything else happens, then shows the journey.

import { render } from "preact";

declare const WORKER_URL: string;

const app = document.getElementById("app");
if (app !== null) {
  render(<p data-worker={WORKER_URL}>…</p>, app);
}
