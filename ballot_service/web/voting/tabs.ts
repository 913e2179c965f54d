// One page per slip: two tabs of a browser must not make two ballots of one page of the booklet. Web Locks where the
// browser has them (not on plain HTTP), else a lease in the store. Whatever goes wrong here, the session's revision
// (session.ts) still lets one page write only.

import type { Clock } from "../api/clock.ts";
import { b64u } from "../crypto/encoding.ts";
import type { RandomBytes } from "../crypto/random.ts";
import type { Store } from "./store.ts";

export interface Tabs {
  /** Hold a name until `release`; null when another page holds it. `onLost`: this page does not hold it any more. */
  hold(name: string, onLost: () => void): Promise<Held | null>;
}

export interface Held {
  release(): void;
}

/** What is needed of `navigator.locks`. */
export interface Locks {
  request(
    name: string,
    options: { readonly ifAvailable: true },
    callback: (lock: unknown) => Promise<void> | undefined,
  ): Promise<unknown>;
}

export function lockedTabs(locks: Locks): Tabs {
  return {
    hold: (name) =>
      new Promise((resolve, reject) => {
        locks
          .request(`ballot/${name}`, { ifAvailable: true }, (lock) => {
            if (lock === null) {
              resolve(null);
              return undefined;
            }
            return new Promise<void>((release) => resolve({ release }));
          })
          .catch(reject);
      }),
  };
}

const LEASE_MS = 10_000;
const RENEW_MS = 3_000;

/** A page that was closed without letting go is waited for, ten seconds. */
export function leasedTabs(store: Store, clock: Clock, random: RandomBytes): Tabs {
  const holder = b64u(random(16));

  async function take(key: string): Promise<boolean> {
    let taken = false;
    await store.update(key, (stored) => {
      const lease = stored as { readonly holder: string; readonly until: number } | undefined;
      taken = lease === undefined || lease.holder === holder || lease.until <= clock.now();
      return taken ? { holder, until: clock.now() + LEASE_MS } : stored;
    });
    return taken;
  }

  return {
    hold: async (name, onLost) => {
      const key = `lease/${name}`;
      if (!(await take(key))) return null;
      let held = true;
      let cancel = () => {};
      const renew = () => {
        cancel = clock.after(RENEW_MS, () => {
          void take(key).then((taken) => {
            if (!held) return;
            if (taken) renew();
            else onLost();
          }, renew);
        });
      };
      renew();
      return {
        release: () => {
          held = false;
          cancel();
          void store
            .update(key, (stored) => {
              const lease = stored as { readonly holder: string } | undefined;
              return lease?.holder === holder ? { holder, until: 0 } : stored;
            })
            .catch(() => {});
        },
      };
    },
  };
}
