// Files outside this folder that tests read: the project's own, and published test vectors kept beside the checkout.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PROJECT = join(import.meta.dirname, "../../../..");

/** A text file of the project, by its path from the root. */
export function projectFile(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}

/** Published vectors as JSON; undefined where they are absent. Tests skip then, with `skip` as their reason. */
export function vectors<T>(name: string): T | undefined {
  const path = join(PROJECT, "../shared/vectors", name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : undefined;
}

/** The `skip` option of a test that needs vectors. */
export function needs(found: unknown): { readonly skip: string | false } {
  return { skip: found === undefined && "the test vectors are not there" };
}
