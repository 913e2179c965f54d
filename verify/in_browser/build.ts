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

function digest(text: string, encoding: "base64" | "hex"): string {
  return createHash("sha256").update(text).digest(encoding);
}

const worker = await bundle("src/worker.ts");
const script = await bundle("src/page/main.ts", {
  WORKER_SOURCE: JSON.stringify(worker),
  PROGRAM_HASH: JSON.stringify(digest(worker, "hex")),
});
if (/<\/script|<!--/i.test(script)) throw new Error("the script would end before its end");
const style = await bundle("src/page/style.css");
const policy = [
  "default-src 'none'",
  `script-src 'sha256-${digest(script, "base64")}'`,
  `style-src 'sha256-${digest(style, "base64")}'`,
  "worker-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const page = readFileSync(join(here, "src/page/index.html"), "utf8")
  .replace("%POLICY%", () => policy)
  .replace("%STYLE%", () => style)
  .replace("%SCRIPT%", () => script);
rmSync(join(here, "dist"), { recursive: true, force: true });
mkdirSync(join(here, "dist"));
writeFileSync(join(here, "dist/verify.html"), page);
