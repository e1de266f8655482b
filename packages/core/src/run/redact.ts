import type { JsonValue } from "./json.js";

/** What stands in the place of a secret. */
const REDACTED = "[redacted]";

/**
 * A function that takes known secrets out of any text inside a value.
 *
 * Finds each secret as it is, in base64 and as part of a URL. Secrets shorter than 8 characters are left
 * alone: they would blot out ordinary words. With no secret to look for it is `undefined`.
 */
export function redactor(secrets: readonly string[]): (<Value>(value: Value) => Value) | undefined {
  const forms = secrets
    .filter((secret) => secret.length >= 8)
    .flatMap((secret) => [secret, btoa(toBinary(secret)).replace(/=+$/, ""), encodeURIComponent(secret)]);
  const needles = [...new Set(forms)].sort((a, b) => b.length - a.length);
  if (needles.length === 0) return undefined;
  return (value) => clean(value as JsonValue, needles) as typeof value;
}

/** The value itself when there is nothing to take out, as of nearly every event. */
function clean(value: JsonValue | undefined, needles: readonly string[]): JsonValue | undefined {
  if (typeof value === "string")
    return needles.reduce((text, needle) => text.replaceAll(needle, REDACTED), value);
  if (Array.isArray(value)) {
    const items = value.map((item) => clean(item, needles) as JsonValue);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value);
  const cleaned = parts.map(([key, part]) => [clean(key, needles), clean(part, needles)] as const);
  const isClean = cleaned.every(
    ([key, part], index) => key === parts[index]?.[0] && part === parts[index]?.[1],
  );
  return isClean ? value : Object.fromEntries(cleaned);
}

function toBinary(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
