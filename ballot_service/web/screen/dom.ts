// Elements from text: whatever a name holds, it stays text.

type Child = Node | string;

export function el(tag: string, className: string, ...children: readonly Child[]): HTMLElement {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

/** One element for each text; nothing for none. */
export function each(tag: string, className: string, texts: readonly string[]): HTMLElement[] {
  return texts.filter((text) => text !== "").map((text) => el(tag, className, text));
}
