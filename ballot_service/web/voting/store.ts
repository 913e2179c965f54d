// Where a phone keeps things: IndexedDB, or memory where a browser gives none. Values are plain objects of text and
// numbers; one key at a time, each change in one transaction.

export interface Store {
  /** undefined: nothing is stored. */
  read(key: string): Promise<unknown>;
  /**
   * Read and write in one step; what `change` throws leaves all as it was. It is called once and must not wait.
   *
   * deposit: looked at after `change`: ballots that leave with this write, or neither happens. A phone's stores take none.
   */
  update(key: string, change: (stored: unknown) => unknown, deposit?: () => Deposit | null): Promise<void>;
}

/** Ballots that go where the store is, in the step that stores a session without their keys. */
export interface Deposit {
  readonly poll: string;
  readonly lines: readonly string[];
}

/** Another page has taken this session over: nothing may be sent from here. */
export class TakenOver extends Error {
  readonly code = "taken-over";
}

/** What is stored cannot be read. */
export class DamagedStorage extends Error {
  readonly code = "storage-damaged";
}

const NAME = "ballot";
const TABLE = "kept";

/** Throws whatever the browser does where it keeps nothing (private mode). `name` is for tests. */
export async function indexedDbStore(name: string = NAME): Promise<Store> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
  const database = await resultOf(opening);
  return {
    read: async (key) => resultOf(database.transaction(TABLE).objectStore(TABLE).get(key)),
    update: (key, change) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction(TABLE, "readwrite", { durability: "strict" });
        const table = transaction.objectStore(TABLE);
        const stored: IDBRequest<unknown> = table.get(key);
        let refusal: unknown;
        stored.onsuccess = () => {
          try {
            table.put(change(stored.result), key);
          } catch (error) {
            refusal = error;
            transaction.abort();
          }
        };
        transaction.oncomplete = () => resolve(); // not before: a written value may still be lost
        transaction.onabort = () => reject(refusal ?? transaction.error);
      }),
  };
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export function memoryStore(): Store {
  const kept = new Map<string, unknown>();
  return {
    read: async (key) => kept.get(key),
    update: async (key, change) => {
      kept.set(key, structuredCloneOf(change(structuredCloneOf(kept.get(key)))));
    },
  };
}

/**
 * A store that goes on in memory when the browser's stops working in the middle of a meeting; `onLost` is told once.
 * What was stored until then stays where it is.
 */
export function steadyStore(first: Store, onLost: () => void): Store {
  const memory = memoryStore();
  let lost = false;

  function lose(): void {
    if (lost) return;
    lost = true;
    onLost();
  }

  return {
    read: async (key) => {
      if (lost) return memory.read(key);
      try {
        const stored = await first.read(key);
        await memory.update(key, () => stored);
        return stored;
      } catch {
        lose();
        return memory.read(key);
      }
    },
    update: async (key, change) => {
      let next: unknown;
      let refusal: unknown;
      const watched = (stored: unknown): unknown => {
        try {
          next = change(stored);
          return next;
        } catch (error) {
          refusal = error;
          throw error;
        }
      };
      if (!lost) {
        try {
          await first.update(key, watched);
          return await memory.update(key, () => next);
        } catch {
          if (refusal !== undefined) throw refusal;
          lose();
        }
      }
      await memory.update(key, change);
    },
  };
}

function structuredCloneOf(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
