// Text of models and of the world, made safe for a terminal: it may colour nothing, move nothing, and hide nothing.

/** ESC and C1 sequences: CSI, then the string sequences (OSC, DCS, SOS, PM, APC), then what is left of two bytes. */
const SEQUENCES: RegExp =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;

/** Controls, invisible and direction-changing characters, and private use; a line break or tab is no part of it. */
const UNSEEN = /[^\P{Cc}\n\t]|[\p{Cf}\p{Co}]/gu;

/** More marks on one letter than any script needs grow over the lines around it. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;

/** Text of several lines: sequences and unseen characters taken out, line breaks and tabs left. */
export function safeText(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .replace(SEQUENCES, "")
    .replace(/\p{Cs}/gu, "\uFFFD")
    .replace(UNSEEN, "")
    .replace(PILED_MARKS, "$1");
}

/** Text on one line, of at most `most` characters; what is longer ends in `…`. */
export function safeLine(text: string, most = 200): string {
  // What would be cut off anyway is not worth looking through.
  const line = safeText(text.slice(0, most * 20))
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, Math.max(0, most - 1)).join("")}…`;
}

/** JSON, all of it visible where it would otherwise control a terminal or the runner of a build; it parses to the same value. */
export function safeJson(value: unknown, indent = 0): string {
  return visible(JSON.stringify(value, null, indent));
}

/** JSON in which nothing is hidden: what cannot be seen, moves what can, or is a command, is written as an escape. */
export function visible(json: string): string {
  return json.replace(/[^\P{C}\n]|[\u2028\u2029]|#(?=#\[)/gu, (character) =>
    [...Array(character.length).keys()].map((at) => `\\u${hex(character.charCodeAt(at))}`).join(""),
  );
}

function hex(unit: number): string {
  return unit.toString(16).padStart(4, "0");
}
