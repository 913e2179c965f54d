// Makes a booklet off the main thread, so that the page never freezes.

export {};
