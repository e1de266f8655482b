/** The figures as a table to read. */

import type { Figure } from "./figure.js";

const HEADINGS = [
  "dataset",
  "list",
  "reviewer",
  "policy",
  "n",
  "success %",
  "saved %",
  "before planner",
  "escalated %",
  "top: calls, $ %",
  "random mix",
  "foresight",
  "headline %",
];

/** An aligned table, a line a figure. Intervals are 95 %. */
export function toTable(figures: readonly Figure[]): string {
  const rows = [HEADINGS, ...figures.map(toCells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column < 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function toCells(figure: Figure): string[] {
  const [low, high] = figure.successInterval;
  const [least, most] = figure.savedInterval;
  return [
    figure.dataset,
    figure.list,
    figure.reviewer,
    figure.policy,
    `${figure.n}`,
    `${figure.success} [${low}, ${high}]`,
    `${figure.saved} [${least}, ${most}]`,
    `${figure.savedBeforePlanner}`,
    `${figure.escalated}`,
    `${figure.topByCalls}, ${figure.topByDollars}`,
    `${figure.anchors["random mix"]}`,
    `${figure.anchors.foresight}`,
    `${figure.headline}`,
  ];
}
