// What a tool returned → text for the model: total, so that nothing arrives as "[object Object]", and bounded.

import { ToolFailure } from "./tool.js";

const DEEPEST = 32;

/**
 * A result as text: text as it is, all else as JSON. Dates, maps, sets, errors, big numbers and bytes have a form of
 * their own.
 *
 * @throws ToolFailure when a part of it is no data, and names where.
 */
export function encodeResult(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined) return "(nothing)";
  return JSON.stringify(toData(value, "the result", []));
}

function toData(value: unknown, where: string, inside: readonly object[]): unknown {
  switch (typeof value) {
    case "bigint":
      return value.toString();
    case "function":
    case "symbol":
      throw new ToolFailure(`It returned what is no data: ${where} is a ${typeof value}.`);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "object":
      return value === null ? null : fromObject(value, where, inside);
    default:
      return value;
  }
}

function fromObject(value: object, where: string, inside: readonly object[]): unknown {
  if (inside.includes(value)) throw new ToolFailure(`It returned what is no data: ${where} holds itself.`);
  if (inside.length >= DEEPEST)
    throw new ToolFailure(`It returned what is no data: ${where} is nested deeper than ${DEEPEST} levels.`);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof Error) return { error: value.message };
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  const within = [...inside, value];
  const list = (items: Iterable<unknown>): unknown[] =>
    Array.from(items, (item, index) => toData(item, `${where}[${index}]`, within));
  if (Array.isArray(value) || value instanceof Set) return list(value);
  if (value instanceof Map) return list(value);
  const data: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value))
    if (item !== undefined) data[key] = toData(item, `${where}.${key}`, within);
  return data;
}

/** The start of a text that fits, with a note of what was cut; never splits a character. */
export function clipBytes(text: string, maxBytes: number): string {
  // No character takes more than four bytes in UTF-8, nor less than one for each unit of a string.
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const start = Buffer.from(text.slice(0, maxBytes), "utf8");
  let end = Math.min(maxBytes, start.length);
  while (end > 0 && ((start[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${start.toString("utf8", 0, end)}\n(cut here: ${maxBytes} of ${bytes} bytes are shown)`;
}

/** Whatever was thrown, in a line or a few. */
export function wordsOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === "" ? thrown.name : thrown.message;
  try {
    return encodeResult(thrown);
  } catch {
    return "something that is no error";
  }
}
