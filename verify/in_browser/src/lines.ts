// How other entries name a line: by its leaf hash in base64url.

import { toBase64url } from "./bytes.ts";

export function leafText(leaves: readonly Uint8Array[], at: number): string {
  return toBase64url(leaves[at] as Uint8Array);
}
