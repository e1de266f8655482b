import { type EventType, type Owner, type RunState, type RunView, shadowReport } from "@terrace/core";
import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode, exitCodeOf } from "../exit-codes.js";
import { noteOf } from "../reporters/note.js";
import { flaggedTasks, LET, MORE, waitsForPerson, whyFlagged } from "../runs/ending.js";
import { heldCalls } from "../runs/held-calls.js";
import { ownerOf, readRun } from "../runs/kept-run.js";
import { idleOrchestrator } from "../runs/orchestrator.js";
import { quoteDraft, quoteInput } from "../runs/quoted-draft.js";
import { toResult } from "../runs/result.js";
import { describeStanding, hasEnded, messageOf, standingOf } from "../runs/standing.js";
import { findStore, type KeptStore, type StoreOptions } from "../runs/store.js";
import {
  callCommands,
  type KeptRun,
  raisingCommands,
  resumeCommand,
  settlingCommands,
} from "../runs/ways-on.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { count, formatAge } from "../text/format.js";
import { createPalette } from "../text/palette.js";
import { safeJson, safeLine } from "../text/safe-text.js";
import { describeShadow } from "../text/shadow-text.js";
import { summarize } from "../text/summary.js";

/** Options of `terrace show`. */
export interface ShowOptions extends StoreOptions {
  readonly json?: boolean;
}

/** Shows a run of the store, whoever drives it: how it stands, its tasks, what waits for a person, and what it cost. */
export async function showCommand(
  runId: string,
  options: ShowOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout } = surroundings;
  const settings = await settingsOf(surroundings);
  const kept = findStore(options, settings);
  try {
    const view = await readRun(idleOrchestrator(settings, kept.runs), runId, kept);
    const owner = await ownerOf(kept.runs, view);
    if (options.json === true) printJson(view, owner, surroundings);
    else
      stdout.write(
        `${[...describe(view, owner, surroundings), ...whatWaits(view, owner, kept)].join("\n")}\n`,
      );
    return EXIT.accepted;
  } finally {
    await kept.close();
  }
}

function printJson({ log, ...view }: RunView, owner: Owner | null, { stdout }: Surroundings): void {
  const { state } = view;
  for (const event of log) stdout.write(`${safeJson(event)}\n`);
  const end = {
    standing: standingOf(state.status, owner),
    message: messageOf(view),
    exitCode: exitCodeOf(state),
  };
  stdout.write(`${safeJson(toResult({ ...view, log }, end))}\n`);
}

function describe(view: RunView, owner: Owner | null, { stdout, env }: Surroundings): readonly string[] {
  const { runId, state, log, ledger, census } = view;
  const palette = createPalette(wantsColour(stdout, env));
  const { bold, dim } = palette;
  const started = log[0]?.at ?? 0;
  const standing = standingOf(state.status, owner);
  const by = owner === null ? "" : `, by ${safeLine(owner.name, 100)} since ${time(owner.since)}`;
  const message = waitsForPerson(state) ? undefined : messageOf(view);
  return [
    `${bold(safeLine(runId, 40))}  ${describeStanding(standing, state.halt?.reason ?? null)}${by}`,
    safeLine(state.goal, 400),
    dim(`started ${time(started)}, ${formatAge(Date.now() - started)} ago; ${log.length} events`),
    ...(message === undefined || standing === "running" ? [] : [safeLine(message, 400)]),
    ...notesBeside(view),
    "",
    summarize({ state, log, ledger, census, palette }),
    ...(state.shadow === null ? [] : [describeShadow(shadowReport(state.shadow), palette)]),
  ];
}

/** What the summary's sums and tasks do not tell of the money and the plan. */
const BESIDE: ReadonlySet<EventType> = new Set<EventType>([
  "plan.quoted",
  "plan.approved",
  "budget.warned",
  "task.degraded",
  "plan.revised",
  "plan.kept",
]);

/** More of them than these are counted. */
const MOST_NOTES = 10;

/** What was quoted, approved, warned of, degraded and revised, each in a line. */
function notesBeside({ state, log }: RunView): readonly string[] {
  const notes = log.filter(({ type }) => BESIDE.has(type)).flatMap((event) => noteOf(event, { state }) ?? []);
  const more = notes.length - MOST_NOTES;
  return [
    ...notes.slice(0, MOST_NOTES).map(({ about, text }) => `${about}: ${text}`),
    ...(more > 0 ? [`And ${count(more, "more such event")}.`] : []),
  ];
}

/** More drafts than these are shown when the first are settled. */
const MOST_DRAFTS = 5;

/** What a person can do about the run: nothing, when it has ended or is being driven. */
function whatWaits({ runId, state }: RunView, owner: Owner | null, kept: KeptStore): readonly string[] {
  if (hasEnded(state.status) || owner !== null) return [];
  const flagged = flaggedTasks(state);
  const waiting = flagged
    .slice(0, MOST_DRAFTS)
    .flatMap((task) => [
      `${task.task.id} waits for a person: ${whyFlagged(task)}`,
      ...quoteDraft(task),
      "Settle it in one of these ways, and the run goes on:",
      ...settlingCommands({ runId, kept }, task).map((command) => `  ${command}`),
      "",
    ]);
  const others = flagged.length - MOST_DRAFTS;
  const rest = others > 0 ? [`${others} more of its tasks wait for a person.`, ""] : [];
  const calls = heldCallsOf({ runId, kept }, state);
  const raising = raisingCommands({ runId, kept }, state);
  const more = raising.length === 0 ? [] : [MORE, ...raising.map((command) => `  ${command}`), ""];
  if (waitsForPerson(state)) return [...waiting, ...rest, ...calls, ...more].slice(0, -1);
  return [...waiting, ...rest, ...calls, "Go on with:", `  ${resumeCommand({ runId, kept }, state)}`];
}

/** The tool calls that wait for a person, each with all of its input. */
function heldCallsOf(run: KeptRun, state: RunState): readonly string[] {
  const held = heldCalls(state);
  const lines = held
    .slice(0, MOST_DRAFTS)
    .flatMap((call) => [
      `${call.taskId} waits for a person to let it use ${safeLine(call.tool, 128)}:`,
      ...quoteInput(call.input),
      LET,
      ...callCommands(run, call).map((command) => `  ${command}`),
      "",
    ]);
  const others = held.length - MOST_DRAFTS;
  return others > 0
    ? [...lines, `${count(others, "more tool call")} ${others === 1 ? "waits" : "wait"} for a person.`, ""]
    : lines;
}

function time(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
