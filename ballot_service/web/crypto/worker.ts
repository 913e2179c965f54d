// The worker in which booklets are made, so that the page stays awake meanwhile. It sees no page, network or storage.
// A classic worker, not a module: Safari 14 has no module workers.

import { type BookletJob, runBookletJob } from "./bookletJob.ts";

/** From now on this worker does what it is given. */
export function work(): void {
  self.onmessage = (event: MessageEvent<BookletJob>) => {
    runBookletJob(event.data, (message) => self.postMessage(message));
  };
}
