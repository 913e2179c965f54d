// Builds the gallery of the page's screens into build/gallery of the project. It is not a part of what is served.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { bundling } from "../../bundling.ts";

const web = join(import.meta.dirname, "../..");
const out = join(web, "../../build/gallery");

mkdirSync(out, { recursive: true });
const { outputFiles } = await build({
  ...bundling,
  entryPoints: { gallery: "tests/gallery/gallery.tsx", style: "screens/style.css" },
  outdir: out,
  format: "iife", // so that the page works when its file is opened, too
});
for (const { path, contents } of outputFiles) writeFileSync(join(out, basename(path)), contents);
const page = readFileSync(join(web, "screens/index.html"), "utf8")
  .replace("%STYLE%", "style.css")
  .replace(/<script[^>]*%EARLY%.*script>/, "") // nothing is fetched here
  .replace("%SCRIPT%", "gallery.js");
writeFileSync(join(out, "index.html"), page);
