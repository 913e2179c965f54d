// The first script of the page, small enough to be there long before the other: after a scan it asks for the meeting and
// for the words of its fingerprint. A slip's secret is in the fragment, which is looked for and not looked at.

import { askEarly, QUIETLY } from "../api/early.ts";

declare const WORD_LIST_URLS: Readonly<Record<"zh" | "en", string>>;

const [, meeting] = /^\/m\/([a-z0-9-]{1,64})$/.exec(location.pathname.toLowerCase()) ?? [];
if (meeting !== undefined && location.hash !== "") {
  window.asked = [
    askEarly(`${location.origin}/api/v1/meetings/${meeting}/head`, QUIETLY),
    askEarly(WORD_LIST_URLS.zh, {}),
  ];
}
