import type { RunEvent } from "../../run/events.js";
import type { Cases } from "./case.js";
import { answerOf, begin, eventOf, expectLog, outputOf, reasonOf, write } from "./samples.js";

/** Texts that stores have cut, replaced, merged or run. */
const HOSTILE: { readonly [name: string]: string } = {
  "an empty text": "",
  "a NUL": "before\u0000after",
  "a leading NUL": "\u0000after",
  "every control character": Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join(""),
  "a lone high surrogate": "a\ud800b",
  "a lone low surrogate": "a\udc00b",
  "surrogates in the wrong order": "\udc00\ud800",
  "right-to-left text and overrides": "\u202eabc\u202c שלום مرحبا \u2066x\u2069",
  "emoji joined and toned": "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈",
  "combining marks, apart and together": "e\u0301 \u00e9 \u1e9b\u0323 Z͑ͫ̓ͪ̂ͫ",
  "line and paragraph separators": "a\u2028b\u2029c\r\nd\u0085e",
  "a byte order mark and non-characters": "\ufeffa\ufffe\uffff\ufffd",
  "the last code points": "\u{10ffff}\u{1f9ff}\u{e0001}",
  "quotes and backslashes": "'\"`\\ \\u0000 \\' \\\\ %s {{x}}",
  SQL: "'); DROP TABLE events; --",
  JSON: '{"type":"run.completed","answer":[1,{"a":"\\u0000"}]}',
  "a megabyte": "é😀".repeat(349_525),
};

/** The places of an event that hold text. */
const PLACES: { readonly [name: string]: (text: string) => RunEvent } = {
  "a goal": (text) => begin("run_1", text),
  "a reason": (text) => reasonOf("run_1", 1, text),
  "an output": (text) => outputOf("run_1", 1, text),
  "a key of an output": (text) => outputOf("run_1", 1, { [text]: text, after: 1 }),
  "an answer as it came": (text) => answerOf("run_1", 1, [{ type: "text", text }, text]),
  "a list of lines": (text) => {
    const lists = { issues: [text, text], repairable: false };
    return eventOf("run_1", 1, { type: "attempt.checked", taskId: "facts", attempt: 1, ...lists });
  },
};

/** Each text in each place comes back as it was. */
export function texts(): Cases {
  return Object.fromEntries(
    Object.entries(PLACES).flatMap(([place, eventWith]) =>
      Object.entries(HOSTILE).map(([name, text]) => [
        `${name} in ${place} comes back as it was`,
        async ({ store }) => {
          const event = eventWith(text);
          const log = event.seq === 0 ? [event] : [begin("run_1"), event];
          await write(store, log);
          await expectLog(store, "run_1", log);
        },
      ]),
    ),
  );
}
