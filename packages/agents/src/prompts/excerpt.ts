import type { JsonValue } from "@terrace/core";

/** The start of what an agent wrote, and what to say of the rest. */
export interface Excerpt {
  readonly text: string;
  /** One sentence when it was cut; otherwise empty. */
  readonly note: string;
}

/** Not more than so many characters of an output, as it is shown in a prompt. */
export function excerpt(content: JsonValue, most: number): Excerpt {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  if (text.length <= most) return { text, note: "" };
  return { text: text.slice(0, most), note: `The first ${most} of its ${text.length} characters.` };
}
