import type { TaskStatus } from "@terrace/core";
import picocolors from "picocolors";

/** Functions that colour a text, or leave it as it is. */
export type Palette = ReturnType<typeof picocolors.createColors>;

/** Functions that colour when asked to. */
export function createPalette(colour: boolean): Palette {
  return picocolors.createColors(colour);
}

/** The colour of a tier: cool at the foot of the ladder, warm at its top. */
export function paintTier(palette: Palette, ladder: readonly string[], tier: string): string {
  const { cyan, blue, magenta, yellow } = palette;
  const colours = [cyan, blue, magenta, yellow];
  return (colours[Math.min(ladder.indexOf(tier), colours.length - 1)] ?? String)(tier);
}

/** One frame of a spinner for each tick; a terminal shows it, a line does not. */
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** The sign of a task's status, one column wide. */
export function glyph(palette: Palette, status: TaskStatus, tick = 0): string {
  const { green, yellow, red, dim, cyan } = palette;
  switch (status) {
    case "accepted":
      return green("✔");
    case "flagged":
      return yellow("⚑");
    case "failed":
      return red("✖");
    case "skipped":
    case "blocked":
      return red("-");
    case "expanded":
    case "withdrawn":
      return dim("-");
    case "waiting":
      return dim("·");
    case "ready":
    case "queued":
      return dim("○");
    case "stalled":
    case "unanswered":
    case "blamed":
    case "resolved":
      return yellow("↻");
    case "classifying":
    case "executing":
    case "checking":
    case "checked":
    case "reviewing":
    case "reviewed":
      return cyan(SPINNER[tick % SPINNER.length] ?? "");
    default:
      return status satisfies never;
  }
}
