// What was scanned, by camera or by scanner: a slip of this meeting, or why not.

import { CryptoError } from "../crypto/errors.ts";
import { parseSlipUrl, type SlipCode } from "../crypto/slips.ts";

/**
 * not-a-slip     another code, as on an advertisement
 * damaged        begins like a slip and does not end like one
 * other-meeting  a slip, and not of this meeting
 */
export type ScanProblem = "not-a-slip" | "damaged" | "other-meeting";

export interface Scanned {
  readonly text: string;
  readonly slip: SlipCode;
}

/** readings: of one scan; the first that is a slip counts. */
export function readScan(
  readings: readonly string[],
  here: { readonly baseUrl: string; readonly meeting: string },
): Scanned | ScanProblem {
  const texts = readings.map(asPrinted);
  for (const text of texts) {
    const slip = slipOf(text);
    if (slip === null) continue;
    const isHere = slip.meetingId === here.meeting && originOf(slip.baseUrl) === originOf(here.baseUrl);
    return isHere ? { text, slip } : "other-meeting";
  }
  return texts.some((text) => /^HTTPS?:\/\/[^/]+\/M\//.test(text)) ? "damaged" : "not-a-slip";
}

/** Slips are printed in capitals; a scanner, Caps Lock or an input method may have changed that, and the width of signs. */
function asPrinted(text: string): string {
  return text.normalize("NFKC").replace(/。/g, ".").trim().toUpperCase();
}

function slipOf(text: string): SlipCode | null {
  try {
    return parseSlipUrl(text);
  } catch (error) {
    if (error instanceof CryptoError) return null;
    throw error;
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
