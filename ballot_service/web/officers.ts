// Builds what officers and the hall see: the console, the hall screen, the scrutineer's card page. Apart from the
// voters' client, which entry 0 of every meeting commits to: a change here leaves that hash alone.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { bundling } from "./bundling.ts";

/** The entries, each with its own script and style sheet. */
const ENTRIES = ["console", "screen", "card", "preview"] as const;

const FOLDER = "officers";

/** The preview draws the voters' screens, which are written in TSX. */
const mainOf = (entry: (typeof ENTRIES)[number]) => `${entry}/main.${entry === "preview" ? "tsx" : "ts"}`;

/** Writes `officers/…` and `officers.json`, {name: {script, style, icon}}, into `out`. */
export async function buildOfficers(out: string): Promise<void> {
  const folder = join(out, FOLDER);
  const { write: _write, ...common } = bundling; // cards are scanned with phones as old as the voters'
  const result = await build({
    ...common,
    write: false,
    entryPoints: Object.fromEntries(ENTRIES.map((entry) => [entry, mainOf(entry)])),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    outdir: folder,
    publicPath: `/${FOLDER}`,
    format: "esm",
    splitting: true,
    metafile: true,
    loader: { ".woff2": "file" },
  });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of result.outputFiles) writeFileSync(join(folder, basename(file.path)), file.contents);
  const drawn = readFileSync(join(import.meta.dirname, "console/icon.svg"));
  const icon = `icon-${createHash("sha256").update(drawn).digest("hex").slice(0, 8)}.svg`;
  writeFileSync(join(folder, icon), drawn);
  const pages: Record<string, { script: string; style: string | null; icon: string }> = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    const entry = ENTRIES.find((name) => output.entryPoint === mainOf(name));
    if (entry === undefined) continue;
    pages[entry] = {
      script: `/${FOLDER}/${basename(path)}`,
      style: output.cssBundle === undefined ? null : `/${FOLDER}/${basename(output.cssBundle)}`,
      icon: `/${FOLDER}/${icon}`,
    };
  }
  writeFileSync(join(out, "officers.json"), `${JSON.stringify(pages)}\n`);
}
