/** A value for a message, in backquotes, cut at 200 characters. */
export function shown(value: unknown): string {
  const isPlain = typeof value === "number" || value === undefined;
  const text = isPlain ? String(value) : (JSON.stringify(value) ?? String(value));
  return `\`${text.length > 200 ? `${text.slice(0, 199)}…` : text}\``;
}

/** Names for a message: `"haiku", "sonnet"`. */
export function named(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}
