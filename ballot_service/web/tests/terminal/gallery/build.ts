// Builds the gallery of the terminal's screens into build/gallery-terminal of the project. It is not a part of what is served.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { bundling } from "../../../bundling.ts";

const web = join(import.meta.dirname, "../../..");
const out = join(web, "../../build/gallery-terminal");

mkdirSync(out, { recursive: true });
const { outputFiles } = await build({
  ...bundling,
  entryPoints: { gallery: "tests/terminal/gallery/gallery.tsx", style: "terminal/style.css" },
  outdir: out,
  format: "iife",
});
for (const { path, contents } of outputFiles) writeFileSync(join(out, basename(path)), contents);
const page = readFileSync(join(web, "terminal/index.html"), "utf8")
  .replace("%STYLE%", "style.css")
  .replace("%SCRIPT%", "gallery.js");
writeFileSync(join(out, "index.html"), page);
