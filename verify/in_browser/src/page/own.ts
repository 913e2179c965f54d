// The SHA-256 of this very file. A page cannot read its file, but it knows its three parts as they were read, and the
// frame around them; whatever else is in the document by now was not in the file.

import { hash, hex, utf8 } from "../bytes.ts";

declare const SKELETON: string;

export function ownHash(): string {
  const policy = document.getElementById("policy")?.getAttribute("content") ?? "";
  const text = (id: string) => document.getElementById(id)?.textContent ?? "";
  const whole = SKELETON.replace("%POLICY%", () => policy)
    .replace("%STYLE%", () => text("style"))
    .replace("%SCRIPT%", () => text("program"));
  return hex(hash(utf8(whole)));
}
