// What a browser would keep, copy, enlarge or open is off: no menu, clipboard, drag, zoom, print or search. The rest is the
// launcher's (docs/kiosk.md): a page cannot take the whole machine away from a person.

/** Keys that belong to the browser; a page may refuse these. */
const BROWSER_KEYS = /^(F\d{1,2}|BrowserBack|BrowserForward|BrowserRefresh|ContextMenu|Print|PrintScreen|Help)$/;

export function lockDown(): void {
  const refused = ["contextmenu", "copy", "cut", "paste", "dragstart", "drop", "gesturestart", "gesturechange"];
  for (const type of refused) addEventListener(type, (event) => event.preventDefault(), { capture: true });
  addEventListener("selectstart", (event) => isTextField(event.target) || event.preventDefault(), { capture: true });
  addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { capture: true, passive: false });
  addEventListener("keydown", (event) => isBrowserKey(event) && event.preventDefault(), { capture: true });
}

/** Ctrl, Alt and the like with anything are commands, but for characters typed with AltGr. */
export function isBrowserKey(event: KeyboardEvent): boolean {
  if (event.getModifierState("AltGraph")) return false;
  return event.ctrlKey || event.metaKey || event.altKey || BROWSER_KEYS.test(event.key);
}

/** Where a person types words of their own: what a scanner types must not be looked for there. */
export function isTextField(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && target.type === "text";
}
