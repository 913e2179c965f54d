// Elements of the page. Text from a ledger only ever becomes text: there is no way here to write HTML.

type Child = Node | string | null | undefined;

/** An element with attributes and children; control and format characters of texts are spelled out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((one) => one != null).map((one) => (typeof one === "string" ? harmless(one) : one)));
  return made;
}

function harmless(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu,
    (one) => `[U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
  );
}

/** A table that scrolls by itself where it is too wide; figures stand to the right. */
export function table(
  head: readonly Child[],
  rows: readonly (readonly (Child | number)[])[],
  kind: string | null = null,
): HTMLElement {
  const cell = (name: "th" | "td", child: Child | number, index: number) => {
    const text = typeof child === "number" ? String(child) : child;
    const isNumber = name === "td" && index > 0 && typeof text === "string" && /^-?[0-9.%/]+$/.test(text);
    return element(name, isNumber ? { class: "number" } : name === "th" ? { scope: "col" } : {}, text);
  };
  return element(
    "div",
    { class: "wide" },
    element(
      "table",
      kind === null ? {} : { class: kind },
      element("thead", {}, element("tr", {}, ...head.map((one, index) => cell("th", one, index)))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((one, index) => cell("td", one, index))))),
    ),
  );
}
