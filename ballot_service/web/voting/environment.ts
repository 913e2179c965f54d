// What a phone needs of the world, passed in: the page gives the browser's, tests give their own.

import type { Clock } from "../api/clock.ts";
import type { Fetch } from "../api/service.ts";
import type { BookletJob, BookletOutcome } from "../crypto/bookletJob.ts";
import type { RandomBytes } from "../crypto/random.ts";
import type { Language, WordList } from "../crypto/words.ts";
import type { Store } from "./store.ts";
import type { Tabs } from "./tabs.ts";

export interface Environment {
  /** The address bar. `replace` is history.replaceState, with a path: the slip leaves the bar before anything else. */
  readonly address: { readonly href: string; replace(path: string): void };
  readonly fetch: Fetch;
  readonly random: RandomBytes;
  readonly clock: Clock;
  /** Opens the store of this browser; rejects where it keeps nothing. `indexedDbStore` of store.ts. */
  readonly openStore: () => Promise<Store>;
  /**
   * Where made ballots go. True: to the store, with the write that erases their keys, and this page sends none itself: a
   * terminal of a venue. Such a store is never given up for memory.
   */
  readonly handsOver: boolean;
  /** Given the store, in case that is what it works with: `lockedTabs(navigator.locks)`, else `leasedTabs`. */
  readonly tabsOf: (store: Store) => Tabs;
  /** `runInWorker` of crypto/bookletJob.ts. A rejection is tried again. */
  readonly runBooklet: (job: BookletJob, onProgress: (done: number, of: number) => void) => Promise<BookletOutcome>;
  /** Fetches a list of words and reads it with `readWordList`. A rejection is tried again. */
  readonly wordList: (language: Language) => Promise<WordList>;
}
