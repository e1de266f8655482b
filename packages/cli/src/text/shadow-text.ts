// What grading a run again came to, as a table for people.

import type { ShadowLine, ShadowReport } from "@terrace/core";
import type { Palette } from "./palette.js";
import { plainTable } from "./plain-table.js";
import { safeLine } from "./safe-text.js";
import { wrap } from "./wrap.js";

/** A line for each attempt, then what they come to; ends with a line break. */
export function describeShadow(report: ShadowReport, palette: Palette): string {
  const { samples, regraded, upheld, loweredTried, loweredAsGood, ofRunId, notes } = report;
  const { bold, dim } = palette;
  const table = plainTable(
    palette,
    ["task", "kind", "made at", "reviewed", "again", "verdict", "one lower"],
    [],
  );
  for (const line of samples) {
    const { taskId, kind, tier, reviewTier, regradedAt } = line;
    table.push([
      safeLine(taskId, 20),
      safeLine(kind, 16),
      tier,
      reviewTier ?? dim("by rule"),
      regradedAt,
      verdictOf(line, palette),
      loweredOf(line, palette),
    ]);
  }
  const reasons = samples
    .filter(({ verdict, lowered }) => verdict === "overturned" || lowered === "as_good")
    .map(({ taskId, verdict, reason, loweredReason }) =>
      wrap(
        `${safeLine(taskId, 20)}: ${safeLine(verdict === "overturned" ? reason : loweredReason, 300)}`,
        80,
      ),
    );
  const sums = [
    `Run ${safeLine(ofRunId, 40)}, graded again: ${upheld} of ${regraded} accepted outputs are upheld;`,
    loweredTried === 0
      ? "nothing was compared one tier lower."
      : `${loweredAsGood} of ${loweredTried} tasks come out as good one tier lower.`,
  ];
  return [
    ...(samples.length === 0 ? [] : [table.toString()]),
    ...reasons.map((reason) => dim(reason)),
    bold(sums.join(" ")),
    ...notes.map((note) => wrap(note, 80)),
    "",
  ].join("\n");
}

function verdictOf({ verdict }: ShadowLine, { green, red, yellow, dim }: Palette): string {
  switch (verdict) {
    case "upheld":
      return green("upheld");
    case "overturned":
      return red("overturned");
    case "blamed":
      return yellow("input blamed");
    case "none":
      return dim("no answer");
    default:
      return verdict satisfies never;
  }
}

function loweredOf({ loweredTo, lowered }: ShadowLine, { green, yellow, dim }: Palette): string {
  if (loweredTo === null) return dim("–");
  switch (lowered) {
    case "as_good":
      return yellow(`as good at ${loweredTo}`);
    case "worse":
      return green(`worse at ${loweredTo}`);
    case "undecided":
      return dim(`undecided at ${loweredTo}`);
    case "none":
      return dim("no answer");
    default:
      return lowered satisfies never;
  }
}
