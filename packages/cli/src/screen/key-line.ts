// The bottom of a frame: the keys that can be used now, or the question that the next key answers.

import type { Palette } from "../text/palette.js";
import { safeLine } from "../text/safe-text.js";
import type { Offer } from "./offers.js";
import type { ScreenState } from "./press.js";

/** The lines of the keys, as many as they need. */
export function drawKeys(
  { asked, details }: ScreenState,
  offers: readonly Offer[],
  {
    hasTasks,
    columns,
    palette,
  }: { readonly hasTasks: boolean; readonly columns: number; readonly palette: Palette },
): readonly string[] {
  const { bold, dim, yellow } = palette;
  if (asked !== null) return [yellow(safeLine(`${asked.question} y yes, any other key no`, columns - 1))];
  const keys: (readonly [string, string])[] = [
    ...(hasTasks ? [["↑↓", details === null ? "choose" : "scroll"] as const] : []),
    ...(hasTasks ? [["⏎", details === null ? "details" : "back"] as const] : []),
    // In the details `q` goes back, as elsewhere.
    ...offers
      .filter(({ key }) => details === null || key !== "q")
      .map(({ key, label }) => [key, label] as const),
  ];
  const lines: { text: string; width: number }[] = [];
  for (const [key, label] of keys) {
    const width = key.length + 1 + label.length;
    const text = `${bold(key)} ${dim(label)}`;
    const line = lines.at(-1);
    if (line === undefined || line.width + 3 + width > columns - 1) lines.push({ text, width });
    else lines[lines.length - 1] = { text: `${line.text}   ${text}`, width: line.width + 3 + width };
  }
  return lines.map(({ text }) => text);
}
