import Table from "cli-table3";
import type { Palette } from "./palette.js";

/** A table without lines: columns apart by two blanks, a heading, figures to the right. */
export function plainTable({ dim }: Palette, head: readonly string[], right: readonly number[]): Table.Table {
  const none = [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
  ];
  const lines = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
  return new Table({
    head: head.map((title) => dim(title)),
    chars: { ...Object.fromEntries([...none, ...lines].map((name) => [name, ""])), middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: head.map((_, column) => (right.includes(column) ? "right" : "left")),
  });
}
