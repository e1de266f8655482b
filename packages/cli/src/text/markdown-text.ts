// Text of models and of the world, made safe for Markdown: it can be no markup, no HTML, no link, and leave its place nowhere.

import { safeLine } from "./safe-text.js";

/** A text on one line as a code span, in which nothing is read as anything else; not for a cell of a table. */
export function codeSpan(text: string, most = 300): string {
  const line = safeLine(text, most);
  if (line === "") return "–";
  const ticks = "`".repeat(longestTicks(line) + 1);
  // A blank at both ends is no part of a code span.
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return ticks + pad + line + pad + ticks;
}

/** The same for a cell of a table, which a `|` would end. */
export function codeCell(text: string, most = 100): string {
  return codeSpan(text.replace(/[|\\]/g, "¦"), most);
}

/** Lines as a block of code. */
export function codeBlock(text: string): string {
  const ticks = "`".repeat(Math.max(3, longestTicks(text) + 1));
  return `${ticks}text\n${text.trimEnd()}\n${ticks}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}
