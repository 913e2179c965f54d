// Builds the client: one script, which is its own worker, a small one before it, one style sheet, two word lists, the
// second language and one page, each named by its own hash; the terminal's script, the one that reads its camera, style
// sheet and page; and a manifest of them all. The same sources and the same lock give the same bytes: the ledger commits
// to them.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { type BuildOptions, build, type Format } from "esbuild";
import { bundling, withoutOtherHosts } from "./bundling.ts";
import { buildOfficers } from "./officers.ts";

const here = import.meta.dirname;
const out = join(here, "dist");

const written = new Map<string, Uint8Array>();

function keep(source: string, data: Uint8Array): string {
  const stem = basename(source, extname(source));
  const digest = createHash("sha256").update(data).digest("hex").slice(0, 16);
  const name = `${stem}-${digest}${extname(source)}`;
  written.set(`assets/${name}`, data);
  return `/assets/${name}`;
}

async function bundle(entry: string, format?: Format, define: Record<string, string> = {}): Promise<string> {
  const options: BuildOptions & { write: false } = {
    ...bundling,
    entryPoints: [entry],
    define: { ...bundling.define, ...define },
    outdir: out,
    plugins: [withoutOtherHosts],
  };
  if (format !== undefined) options.format = format;
  const result = await build(options);
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error(`nothing was built from ${entry}`);
  return keep(file.path, file.contents);
}

function wordList(file: string): string {
  return keep(file, readFileSync(join(here, "crypto/words", file)));
}

const wordLists = { zh: wordList("chinese_simplified.txt"), en: wordList("english.txt") };
const english = await bundle("locales/en.ts", "esm"); // fetched when somebody wants it
const early = await bundle("screens/early.ts", "iife", { WORD_LIST_URLS: JSON.stringify(wordLists) });
const script = await bundle("screens/main.tsx", "iife", {
  ENGLISH_URL: JSON.stringify(english),
  WORD_LIST_URLS: JSON.stringify(wordLists),
});
const style = await bundle("screens/style.css");

const page = readFileSync(join(here, "screens/index.html"), "utf8")
  .replace("%EARLY%", early)
  .replace("%SCRIPT%", script)
  .replace("%STYLE%", style);
written.set("index.html", new TextEncoder().encode(page));

const wasm = join(here, "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm");
const reader = await bundle("terminal/reader.ts", "iife", {
  READER_WASM_URL: JSON.stringify(keep(wasm, readFileSync(wasm))),
});
const terminal = await bundle("terminal/terminal.tsx", "iife", {
  READER_URL: JSON.stringify(reader),
  WORD_LIST_URLS: JSON.stringify(wordLists),
});
const terminalPage = readFileSync(join(here, "terminal/index.html"), "utf8")
  .replace("%SCRIPT%", terminal)
  .replace("%STYLE%", await bundle("terminal/style.css"));
written.set("terminal.html", new TextEncoder().encode(terminalPage));

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "assets"), { recursive: true });
const manifest: Record<string, string> = {};
for (const name of [...written.keys()].sort()) {
  const data = written.get(name) as Uint8Array;
  writeFileSync(join(out, name), data);
  manifest[name] = createHash("sha256").update(data).digest("base64url");
}
await buildOfficers(out);
writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest)}\n`); // last: what it lists is there
