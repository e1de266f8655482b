// One frame of the live tree: a view of a run → lines, each of at most so many columns.

import type { Attempt, RunState, TaskState, TaskStatus } from "@terrace/core";
import { formatMicroUsd, formatMs } from "./format.js";
import { glyph, type Palette, paintTier } from "./palette.js";
import { isReplaced, progressOf } from "./replaced.js";
import { type RunView, workedMs } from "./run-view.js";
import { type TreeRow, taskTree } from "./task-tree.js";
import { safeLine } from "./text.js";

/** What a frame depends on besides the run. */
export interface FrameOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Moves the spinners. */
  readonly tick: number;
  readonly columns: number;
  readonly rows: number;
  readonly palette: Palette;
  /** What happened last, in a line. */
  readonly note: string;
}

/** Columns beside the name of a task: tiers, phase, confidence, seconds, cost, and what separates them. */
const TIERS = 17;
const PHASE = 9;
const CONFIDENCE = 6;
const SECONDS = 6;
const COST = 8;
const FIXED = 2 + TIERS + PHASE + CONFIDENCE + SECONDS + COST + 5;

/** The lines of a frame: never more than `rows` less one, so that nothing scrolls. */
export function drawFrame(view: RunView, options: FrameOptions): readonly string[] {
  const { palette, rows, columns, note } = options;
  const tree = taskTree(view.state);
  const room = Math.max(3, rows - 6);
  const shown = tree.length <= room ? tree : mostTelling(view.state, tree, room - 1);
  const lines = shown.map((row) => drawTask(view, row, options));
  const visible = new Set(shown.map(({ taskId }) => taskId));
  const hidden = tree.filter(({ taskId }) => !visible.has(taskId));
  if (hidden.length > 0) lines.push(palette.dim(`  ${countHidden(view.state, hidden)}`));
  const footer = note === "" ? [] : ["", palette.dim(safeLine(note, Math.max(10, columns - 1)))];
  return [...header(view, options), "", ...lines, ...footer];
}

function header({ state, startedAt }: RunView, { now, palette, columns }: FrameOptions): readonly string[] {
  const { bold, dim } = palette;
  const goal = safeLine(state.goal, Math.max(10, columns - 10));
  const elapsed = formatMs(startedAt === null ? 0 : now - startedAt);
  const { tasks, accepted } = progressOf(state);
  const running = state.ledger.openCalls.size;
  const spent = formatMicroUsd(state.ledger.total.microUsd);
  const progress = tasks === 0 ? WITHOUT_TASKS[state.planning.status] : `${accepted}/${tasks} accepted`;
  const facts = [
    elapsed,
    progress,
    `${running} ${running === 1 ? "call" : "calls"} running`,
    `${spent} spent`,
  ];
  return [`${bold("terrace")}  ${goal}`, dim(facts.join("  ·  "))];
}

const WITHOUT_TASKS: Readonly<Record<RunState["planning"]["status"], string>> = {
  needed: "planning",
  asked: "planning",
  proposed: "checking the plan",
  unanswered: "planning",
  stalled: "planning has stopped",
  done: "no tasks",
};

function drawTask(view: RunView, { taskId, branch }: TreeRow, options: FrameOptions): string {
  const { palette, columns, now, tick } = options;
  const { state } = view;
  const task = state.tasks.get(taskId);
  if (task === undefined) return "";
  const { dim } = palette;
  const width = Math.max(12, Math.min(40, columns - 1 - FIXED));
  const label = fit(taskId, width - branch.length);
  const name = dim(branch) + (isQuiet(task.status) ? dim(label) : label);
  const ms = workedMs(view, taskId, now);
  const spent = state.ledger.byTask.get(taskId)?.microUsd;
  return [
    `${glyph(palette, task.status, tick)} ${name}${" ".repeat(Math.max(0, width - branch.length - label.length))}`,
    drawTiers(state, task, palette),
    dim(PHASES[task.status].padEnd(PHASE)),
    drawConfidence(task, palette),
    dim((ms === null ? "" : formatMs(ms)).padStart(SECONDS)),
    (spent === undefined ? "" : formatMicroUsd(spent)).padStart(COST),
  ].join(" ");
}

/** The tiers a task has been at, in order, each once: `haiku→sonnet`; before the first attempt, the planned one. */
export function tierPath({ task, attempts }: TaskState): readonly string[] {
  const tiers = attempts.length === 0 ? [task.tier] : attempts.map(({ tier }) => tier);
  return tiers.filter((tier, index) => tier !== tiers[index - 1]);
}

function drawTiers({ team }: RunState, task: TaskState, palette: Palette): string {
  const { dim } = palette;
  let path = tierPath(task);
  // A long ladder does not fit: where it stands matters more than how it came there.
  while (path.length > 1 && path.join("→").length > TIERS) path = path.slice(1);
  const text = fit(path.join("→"), TIERS);
  const padding = " ".repeat(TIERS - text.length);
  if (task.attempts.length === 0 || path.length === 1) {
    return (task.attempts.length === 0 ? dim(text) : paintTier(palette, team.ladder, text)) + padding;
  }
  return path.map((tier) => paintTier(palette, team.ladder, tier)).join(dim("→")) + padding;
}

function drawConfidence({ attempts }: TaskState, { green, yellow, red }: Palette): string {
  const confidence = latest(attempts)?.confidence ?? null;
  if (confidence === null) return " ".repeat(CONFIDENCE);
  const paint = { high: green, medium: yellow, low: red }[confidence];
  return paint(confidence) + " ".repeat(CONFIDENCE - confidence.length);
}

function latest(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts[attempts.length - 1];
}

const PHASES: Readonly<Record<TaskStatus, string>> = {
  waiting: "waits",
  ready: "ready",
  classifying: "routes",
  queued: "queued",
  executing: "works",
  checking: "checks",
  checked: "checked",
  reviewing: "review",
  reviewed: "reviewed",
  unanswered: "again",
  stalled: "stalled",
  blamed: "blamed",
  flagged: "flagged",
  resolved: "resolved",
  blocked: "blocked",
  accepted: "accepted",
  failed: "failed",
  skipped: "skipped",
  expanded: "expanded",
  withdrawn: "withdrawn",
};

function isQuiet(status: TaskStatus): boolean {
  if (isReplaced(status)) return true;
  return status === "waiting" || status === "ready" || status === "queued" || status === "skipped";
}

/** What a reader wants to see first when not all tasks fit: what needs a person, what is under way, what is next. */
function mostTelling({ tasks }: RunState, tree: readonly TreeRow[], room: number): readonly TreeRow[] {
  const rank = ({ taskId }: TreeRow): number => {
    const status = tasks.get(taskId)?.status ?? "waiting";
    if (status === "flagged" || status === "failed" || status === "stalled") return 0;
    if (status === "accepted" || isReplaced(status)) return 4;
    if (status === "waiting" || status === "skipped" || status === "blocked") return 3;
    return status === "queued" || status === "ready" ? 2 : 1;
  };
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
  return `and ${[...counts].map(([phase, number]) => `${number} ${phase}`).join(", ")}`;
}

function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
