// A task on one line: as many columns as fit, the least telling left out first.

import type { RunState, TaskState } from "@terrace/core";
import { formatMicroUsd, formatMs } from "../text/format.js";
import { glyph, type Palette, paintTier } from "../text/palette.js";
import { type RunView, workedMs } from "../text/run-view.js";
import type { TreeRow } from "../text/task-tree.js";
import { tierPath } from "../text/tier-path.js";
import { isQuiet, PHASES } from "./phase.js";

/** What a line depends on besides the task. */
export interface LineOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Moves the spinners. */
  readonly tick: number;
  /** How wide a line may be. */
  readonly width: number;
  readonly palette: Palette;
}

/** How wide each column is; 0 leaves it out. */
interface Layout {
  readonly name: number;
  readonly tiers: number;
  readonly phase: number;
  readonly confidence: number;
  readonly seconds: number;
  readonly cost: number;
}

const FULL = { tiers: 17, phase: 9, confidence: 6, seconds: 6, cost: 8 };

/** The columns with ever less in them. */
const NARROWER: readonly Omit<Layout, "name">[] = [
  FULL,
  { ...FULL, tiers: 12 },
  { ...FULL, tiers: 12, confidence: 0 },
  { ...FULL, tiers: 12, confidence: 0, seconds: 0 },
  { ...FULL, tiers: 12, confidence: 0, seconds: 0, phase: 0 },
  { tiers: 12, phase: 0, confidence: 0, seconds: 0, cost: 0 },
  { tiers: 0, phase: 0, confidence: 0, seconds: 0, cost: 0 },
];

const LEAST_NAME = 12;
const MOST_NAME = 40;

/** A sign and a blank before the name. */
const SIGN = 2;

/** The columns of lines of a width. */
function layoutFor(width: number): Layout {
  const nameIn = (columns: Omit<Layout, "name">): number =>
    Object.values(columns).reduce((left, each) => left - (each === 0 ? 0 : each + 1), width - SIGN);
  const columns =
    NARROWER.find((each) => nameIn(each) >= LEAST_NAME) ?? NARROWER[NARROWER.length - 1] ?? FULL;
  return { ...columns, name: Math.max(1, Math.min(MOST_NAME, nameIn(columns))) };
}

/** The line of a task. */
export function drawTask(view: RunView, { taskId, branch }: TreeRow, options: LineOptions): string {
  const { palette, now, tick, width } = options;
  const { state } = view;
  const task = state.tasks.get(taskId);
  if (task === undefined) return "";
  const { dim } = palette;
  const layout = layoutFor(width);
  const ms = workedMs(view, taskId, now);
  const spent = state.ledger.byTask.get(taskId)?.microUsd;
  const cells = [
    layout.tiers > 0 ? drawTiers(state, task, palette, layout.tiers) : null,
    layout.phase > 0 ? dim(PHASES[task.status].padEnd(layout.phase)) : null,
    layout.confidence > 0 ? drawConfidence(task, palette, layout.confidence) : null,
    layout.seconds > 0 ? dim((ms === null ? "" : formatMs(ms)).padStart(layout.seconds)) : null,
    layout.cost > 0 ? (spent === undefined ? "" : formatMicroUsd(spent)).padStart(layout.cost) : null,
  ].filter((cell) => cell !== null);
  return [
    `${glyph(palette, task.status, tick)} ${drawName(task, branch, layout.name, palette)}`,
    ...cells,
  ].join(" ");
}

function drawName({ task, status }: TaskState, branch: string, width: number, { dim }: Palette): string {
  // However deep a task is, half of the room is for its name.
  const most = Math.floor(width / 2);
  const stem = branch.length <= most ? branch : `…${branch.slice(branch.length - most + 1)}`;
  const label = fit(task.id, width - stem.length);
  const padding = " ".repeat(Math.max(0, width - stem.length - label.length));
  return dim(stem) + (isQuiet(status) ? dim(label) : label) + padding;
}

function drawTiers({ team }: RunState, task: TaskState, palette: Palette, width: number): string {
  const { dim } = palette;
  let path = tierPath(task);
  // A long ladder does not fit: where it stands matters more than how it came there.
  while (path.length > 1 && path.join("→").length > width) path = path.slice(1);
  const text = fit(path.join("→"), width);
  const padding = " ".repeat(width - text.length);
  if (task.attempts.length === 0 || path.length === 1) {
    return (task.attempts.length === 0 ? dim(text) : paintTier(palette, team.ladder, text)) + padding;
  }
  return path.map((tier) => paintTier(palette, team.ladder, tier)).join(dim("→")) + padding;
}

function drawConfidence({ attempts }: TaskState, { green, yellow, red }: Palette, width: number): string {
  const confidence = attempts.at(-1)?.confidence ?? null;
  if (confidence === null) return " ".repeat(width);
  const paint = { high: green, medium: yellow, low: red }[confidence];
  return paint(confidence) + " ".repeat(Math.max(0, width - confidence.length));
}

/** A text in so many columns; what is longer ends in `…`. */
function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
