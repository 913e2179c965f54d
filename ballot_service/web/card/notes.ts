// Where the newest checkpoint of a meeting rests between two scans of a card. It is public; no secret is ever kept here.

import type { Notes } from "./ledger.ts";

const NAME = "ballot-checkpoint/";

/** The browser's storage; where it refuses, as in some private windows, memory. */
export function browserNotes(): Notes {
  const memory = new Map<string, string>();
  return {
    read: (meetingId) => {
      try {
        return localStorage.getItem(NAME + meetingId) ?? memory.get(meetingId) ?? null;
      } catch {
        return memory.get(meetingId) ?? null;
      }
    },
    keep: (meetingId, note) => {
      memory.set(meetingId, note);
      try {
        localStorage.setItem(NAME + meetingId, note);
      } catch {
        // full, or not allowed: this page remembers, the next one begins afresh
      }
    },
  };
}
