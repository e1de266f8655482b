// One frame of the live tree: a view of a run → lines, each of at most so many columns.

import type { RunState } from "@terrace/core";
import type { RunView } from "../text/run-view.js";
import { safeLine } from "../text/safe-text.js";
import { type TreeRow, taskTree } from "../text/task-tree.js";
import { drawHeader, type HeaderOptions } from "./header.js";
import { drawKeys } from "./key-line.js";
import type { Offer } from "./offers.js";
import { PHASES, rankOf } from "./phase.js";
import type { ScreenState } from "./press.js";
import { selectedOf, spanAround } from "./selection.js";
import { describeTask } from "./task-details.js";
import { drawTask, type LineOptions } from "./task-line.js";

/** What a frame depends on besides the run. */
export interface FrameOptions extends HeaderOptions, Omit<LineOptions, "width"> {
  readonly rows: number;
  /** What happened last, in a line. */
  readonly note: string;
  /** What the person at the keys looks at, and which can be used; absent where there are none. */
  readonly hand?: { readonly screen: ScreenState; readonly offers: readonly Offer[] };
}

/** The lines of a frame: never more than `rows` less one, so that nothing scrolls. */
export function drawFrame(view: RunView, options: FrameOptions): readonly string[] {
  const { hand, rows, columns } = options;
  const { head, foot, room } = roomIn(view, options);
  const { details = null } = hand?.screen ?? {};
  const task = view.state.tasks.get(selectedIn(view.state, options) ?? "");
  const body =
    details === null || task === undefined
      ? drawTree(view, room, options)
      : window(describeTask(task, columns - 1), details, room, options);
  return [...head, ...body, ...foot].slice(0, Math.max(1, rows - 1));
}

/** What stands above and below the tree, and how many lines are left between them. */
export function roomIn(
  view: RunView,
  options: FrameOptions,
): { readonly head: readonly string[]; readonly foot: readonly string[]; readonly room: number } {
  const { hand, note, palette, columns, rows } = options;
  const hasTasks = view.state.tasks.size > 0;
  const header = drawHeader(view, options);
  const keys = hand === undefined ? [] : drawKeys(hand.screen, hand.offers, { hasTasks, columns, palette });
  const notes = note === "" ? [] : [palette.dim(safeLine(note, Math.max(10, columns - 1)))];
  const left = (...parts: readonly (readonly string[])[]): number => rows - 1 - parts.flat().length;
  const below = [...notes, ...keys];
  const spaced = below.length === 0 ? [] : ["", ...below];
  if (left(header, [""], spaced) >= LEAST_ROOM)
    return { head: [...header, ""], foot: spaced, room: left(header, [""], spaced) };
  // On a low screen the keys stay, and the goal; the rest makes way for the tree.
  const [goal = ""] = header;
  return { head: [goal], foot: keys, room: Math.max(1, left([goal], keys)) };
}

const LEAST_ROOM = 5;

/** The task that is selected; none where there are no keys. */
export function selectedIn(state: RunState, { hand }: Pick<FrameOptions, "hand">): string | undefined {
  return hand === undefined ? undefined : selectedOf(state, taskTree(state), hand.screen.chosen);
}

function drawTree(view: RunView, room: number, options: FrameOptions): readonly string[] {
  const { hand, palette, columns } = options;
  const { state } = view;
  const tree = taskTree(state);
  if (hand === undefined) {
    const shown = tree.length <= room ? tree : mostTelling(state, tree, room - 1);
    const visible = new Set(shown.map(({ taskId }) => taskId));
    const hidden = tree.filter(({ taskId }) => !visible.has(taskId));
    const lines = shown.map((row) => drawTask(view, row, { ...options, width: columns - 1 }));
    return hidden.length === 0 ? lines : [...lines, palette.dim(`  and ${countHidden(state, hidden)}`)];
  }
  const selected = selectedIn(state, options);
  const at = tree.findIndex(({ taskId }) => taskId === selected);
  const fits = tree.length <= room;
  const { from, to } = spanAround(at, tree.length, fits ? room : room - 2);
  const lines = tree.slice(from, to).map((row) => {
    const mark = row.taskId === selected ? palette.bold("❯ ") : "  ";
    return mark + drawTask(view, row, { ...options, width: columns - 3 });
  });
  if (fits) return lines;
  return [
    more("↑", state, tree.slice(0, from), options),
    ...lines,
    more("↓", state, tree.slice(to), options),
  ];
}

/** How many tasks lie beyond an end of the window, and how they stand. */
function more(
  arrow: string,
  state: RunState,
  hidden: readonly TreeRow[],
  { palette, columns }: FrameOptions,
): string {
  if (hidden.length === 0) return "";
  return palette.dim(safeLine(`${arrow} ${hidden.length} more: ${countHidden(state, hidden)}`, columns - 1));
}

/** The lines in view of a text that is scrolled. */
function window(
  lines: readonly string[],
  scrolled: number,
  room: number,
  { palette }: FrameOptions,
): readonly string[] {
  if (lines.length <= room) return lines;
  const page = room - 1;
  const from = Math.min(scrolled, lines.length - page);
  const to = from + page;
  return [...lines.slice(from, to), palette.dim(`lines ${from + 1} to ${to} of ${lines.length}`)];
}

/** What a reader wants to see first when not all tasks fit: what needs a person, what is under way, what is next. */
function mostTelling({ tasks }: RunState, tree: readonly TreeRow[], room: number): readonly TreeRow[] {
  const rank = ({ taskId }: TreeRow): number => rankOf(tasks.get(taskId)?.status ?? "waiting");
  const chosen = new Set([...tree].sort((a, b) => rank(a) - rank(b)).slice(0, room));
  // Without its parent above it a branch would point to a stranger.
  return tree.filter((row) => chosen.has(row)).map(({ taskId }) => ({ taskId, branch: "" }));
}

function countHidden({ tasks }: RunState, hidden: readonly TreeRow[]): string {
  const counts = new Map<string, number>();
  for (const { taskId } of hidden) {
    const phase = PHASES[tasks.get(taskId)?.status ?? "waiting"];
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  return [...counts].map(([phase, number]) => `${number} ${phase}`).join(", ");
}
