// Builds dist/verify.html: one file with everything in it, which loads nothing. The same sources and the same lock give
// the same bytes.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type BuildOptions } from "esbuild";

const here = import.meta.dirname;

async function bundle(entry: string, define: Record<string, string> = {}): Promise<string> {
  const options: BuildOptions & { write: false } = {
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    legalComments: "none",
    charset: "utf8",
    target: ["chrome93", "firefox92", "safari15.4"],
    define,
    logLevel: "warning",
  };
  const [file] = (await build(options)).outputFiles;
  if (file === undefined) throw new Error(`nothing was built from ${entry}`);
  return file.text.trim();
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

const worker = await bundle("src/worker.ts");
const skeleton = readFileSync(join(here, "src/page/index.html"), "utf8");
const script = await bundle("src/page/main.ts", {
  WORKER_SOURCE: JSON.stringify(worker),
  SKELETON: JSON.stringify(skeleton), // of which the page computes its own hash
});
if (/<\/script|<!--|\r/i.test(script)) throw new Error("the script would end before its end, or not be read as it is");
const style = await bundle("src/page/style.css");
if (/<\/style|\r/i.test(style)) throw new Error("the style would end before its end, or not be read as it is");
const policy = [
  "default-src 'none'",
  `script-src 'sha256-${digest(script)}'`,
  `style-src 'sha256-${digest(style)}'`,
  "worker-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const page = skeleton
  .replace("%POLICY%", () => policy)
  .replace("%STYLE%", () => style)
  .replace("%SCRIPT%", () => script);
rmSync(join(here, "dist"), { recursive: true, force: true });
mkdirSync(join(here, "dist"));
writeFileSync(join(here, "dist/verify.html"), page);
