// The words of a fault: one line that says what happened, where, and what to do.

/** The call a fault is about. */
export interface Place {
  readonly model: string;
  /** Host and port; never a path, a user name or a key. */
  readonly host: string;
}

const LONGEST = 200;
const LOOKED_AT = 2_000;
/** Controls, invisible formatting (such as turned writing directions), lone surrogates and line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;
const SECRETS: readonly RegExp[] = [
  /\bsk-[\w-]{4,}/g,
  /\b(?:bearer|basic)\s+[\w.~+/=-]{6,}/gi,
  /\b(?:x-)?api[-_ ]?key["']?\s*[:=]\s*["']?[\w.~+/=-]{6,}/gi,
  /\beyJ[\w-]{8,}\.[\w.-]+/g,
];

/**
 * Puts a fault in one line: `What ("model" at host): "said". Advice`.
 *
 * `said` is somebody else's text; it is made harmless and quoted.
 */
export function faultLine(
  what: string,
  { model, host }: Place,
  advice: string,
  said?: string,
  secrets: readonly string[] = [],
): string {
  const words = said === undefined ? "" : harmless(said, secrets).replace(/[.\s]+$/, "");
  const where = `("${harmless(model)}" at ${harmless(host)})`;
  return words === "" ? `${what} ${where}. ${advice}` : `${what} ${where}: "${words}". ${advice}`;
}

/**
 * Somebody else's text for a line of ours: without control characters, quotation marks or keys, cut at 200 characters.
 *
 * `secrets` are keys known to be in use; what looks like a key is left out anyway.
 */
export function harmless(text: string, secrets: readonly string[] = []): string {
  let words = text.slice(0, LOOKED_AT).replace(UNPRINTABLE, " ").replaceAll('"', "'");
  for (const secret of secrets) if (secret !== "") words = words.replaceAll(secret, "[key]");
  for (const pattern of SECRETS) words = words.replace(pattern, "[key]");
  const characters = [...words.trim()];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("")}…` : characters.join("");
}
