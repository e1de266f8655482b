// One tool call, from what the model asked for to what it is shown: nothing acts that was not recorded before.

import { type RecordedTool, systemEnvironment, type ToolEnd, type ToolJournal } from "@terrace/core";
import { fenced, oneLine } from "../fence.js";
import { inShort } from "../intake.js";
import type { ToolResult, ToolUse } from "../model-client.js";
import { named } from "../shown.js";
import { clipBytes, encodeResult, wordsOf } from "./encode-result.js";
import { runBounded, type ToolEnding } from "./run-bounded.js";
import { type LocalTool, ToolFailure } from "./tool.js";
import type { Granted } from "./toolbox.js";

/** How often the very same call is made in an attempt; the next one is refused. */
const MOST_SAME_CALLS = 2;

/** No input that is worth running is larger, in UTF-8 bytes of its JSON text. */
const MOST_INPUT_BYTES = 262_144;

/** What the calls of an attempt share. */
export interface Workbench {
  readonly granted: Granted;
  readonly journal: ToolJournal;
  readonly signal: AbortSignal;
  /** How often each call was asked for. */
  readonly asked: Map<string, number>;
  /** The calls with an effect that failed, or of which nobody knows what they did. */
  readonly failed: Set<string>;
  readonly warn: (line: string) => void;
}

/** What came of a tool use. */
export interface Brought {
  readonly use: ToolUse;
  readonly content: string;
  readonly isError: boolean;
  /** Whether the words are our own. */
  readonly isOurs: boolean;
}

/** A call that may be made. */
export interface Call {
  readonly kind: "call";
  readonly tool: LocalTool;
  readonly input: unknown;
  /** The same for the same tool and input. */
  readonly name: string;
}

/** A call that may be made, or what the model is told in its place. */
export type Admission = Call | { readonly kind: "refusal"; readonly why: string };

/**
 * Makes sure of a call that it may be made. What is refused is not recorded: it follows from the answers alone.
 */
export async function admit(use: ToolUse, { granted, asked, failed }: Workbench): Promise<Admission> {
  const refuse = (why: string): Admission => ({ kind: "refusal", why });
  const tool = granted.get(use.name);
  if (tool?.kind !== "local") {
    const there = named([...granted.keys()]);
    return refuse(`There is no tool ${JSON.stringify(use.name)} for this task. Its tools: ${there}.`);
  }
  const text = JSON.stringify(use.input);
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_INPUT_BYTES)
    return refuse(
      `Nothing was run: the input has ${bytes} bytes, and at most ${MOST_INPUT_BYTES} are taken.`,
    );
  const name = `${use.name} ${canonical(use.input)}`;
  const times = (asked.get(name) ?? 0) + 1;
  asked.set(name, times);
  if (times > MOST_SAME_CALLS) {
    return refuse(
      `This very call was made ${MOST_SAME_CALLS} times already. It is not made again: use what it brought, or do something else.`,
    );
  }
  if (failed.has(name)) {
    return refuse(
      "This very call failed before, and may have acted all the same. It is not made again: find out what became of it in another way, or say in your output that nobody knows.",
    );
  }
  const reading = await tool.read(use.input);
  if (!reading.ok) return refuse(`Nothing was run: ${inShort(reading.issues)}`);
  return { kind: "call", tool, input: reading.input, name };
}

/** Whether a person must allow a call, and has not said anything yet. */
export function isHeld(use: ToolUse, { tool, input }: Call, { journal }: Workbench): boolean {
  const { approve } = tool;
  if (approve === undefined || journal.recorded(use.id) !== undefined) return false;
  if (journal.decided(use.id) !== undefined) return false;
  if (approve === "once") return !journal.isKnown(use.name);
  if (approve === "always") return true;
  try {
    return approve(input) !== false;
  } catch {
    // Who cannot say that it is harmless leaves it to a person.
    return true;
  }
}

/** Answers one tool use. Rejects only when the journal does. */
export async function answerUse(use: ToolUse, admission: Admission, bench: Workbench): Promise<Brought> {
  const refuse = (content: string): Brought => ({ use, content, isError: true, isOurs: true });
  if (admission.kind === "refusal") return refuse(admission.why);
  const decision = bench.journal.decided(use.id);
  if (decision?.isAllowed === false) return refuse(denied(decision.reason));
  const end = await endOf(use, admission, bench);
  if (end === undefined) return refuse("The run was told to stop.");
  const { content, isError } = end;
  if (isError && admission.tool.hasEffect) bench.failed.add(admission.name);
  return { use, content, isError, isOurs: false };
}

/** What a tool brought as the model is shown it: fenced, since it is somebody else's text. */
export function toResult({ use, content, isError, isOurs }: Brought): ToolResult {
  const useId = use.id;
  if (isOurs) return { useId, content, isError };
  const source = `What the tool "${use.name}" brought${isError ? ", which failed" : ""}.`;
  return { useId, content: fenced([{ source, content }], undefined, "a tool brought"), isError };
}

/** What the call came to; `undefined` when it was broken off, and nobody can say. */
async function endOf(
  use: ToolUse,
  { tool, input }: Call,
  { journal, signal, warn }: Workbench,
): Promise<ToolEnd | undefined> {
  const { monotonic } = systemEnvironment;
  const recorded = journal.recorded(use.id);
  const known = recorded === undefined ? undefined : endOfRecorded(recorded, use);
  if (known !== undefined) return recorded?.end === null ? journal.ended(use.id, known) : known;
  const { hasEffect } = tool;
  await journal.started({ useId: use.id, tool: use.name, input: use.input, hasEffect });
  // Told to stop meanwhile: whoever goes on takes it for a call that may have acted.
  if (signal.aborted) return undefined;
  const startedAt = monotonic();
  const ending = await runBounded((context) => tool.run(input, context), tool.timeoutMs, signal);
  if (ending.kind === "stopped") return undefined;
  if (ending.kind === "timed_out" && !ending.hasStopped)
    warn(`The tool "${tool.name}" did not stop when its time was up; it may still be at work.`);
  const ms = Math.round(monotonic() - startedAt);
  return journal.ended(use.id, { ...toEnd(ending, tool), ms });
}

/** What is known of a call that stands in the log; `undefined` when it is to be made again. */
function endOfRecorded({ tool, input, hasEffect, end }: RecordedTool, use: ToolUse): ToolEnd | undefined {
  if (tool !== use.name || canonical(input) !== canonical(use.input)) {
    return end === null ? { ...UNKNOWN, ms: 0 } : { ...OTHER, ms: 0 };
  }
  if (end !== null) return end;
  return hasEffect ? { ...UNKNOWN, ms: 0 } : undefined;
}

function denied(reason: string): string {
  const why = reason === "" ? "" : ` The reason: ${oneLine(reason)}`;
  return `A person did not allow this call, and it was not made. Do without, and do not ask for it again.${why}`;
}

const UNKNOWN = {
  isError: true,
  content:
    "Nobody knows whether this call acted: what made it was stopped before it could record what came of it. It was not " +
    "made again. Find out in another way, or say in your output that nobody knows.",
};
const OTHER = {
  isError: true,
  content: "Another call had this name before. It was not made: ask for it anew.",
};

/** What a call came to, in words for the model, and no more of them than it may bring. */
function toEnd(
  ending: Exclude<ToolEnding, { readonly kind: "stopped" }>,
  tool: LocalTool,
): Pick<ToolEnd, "isError" | "content"> {
  const fail = (what: string): Pick<ToolEnd, "isError" | "content"> => {
    const content = clipBytes(what, tool.maxBytes);
    return {
      isError: true,
      content: tool.hasEffect ? `${content}\nIt may have acted all the same.` : content,
    };
  };
  switch (ending.kind) {
    case "timed_out":
      return fail(`It did not end within ${tool.timeoutMs} ms and was stopped.`);
    case "threw":
      if (ending.error instanceof ToolFailure) return fail(ending.error.message);
      return fail(`It failed: ${wordsOf(ending.error)}`);
    case "returned":
      try {
        return { isError: false, content: clipBytes(encodeResult(ending.value), tool.maxBytes) };
      } catch (error) {
        return fail(wordsOf(error));
      }
    default:
      return ending satisfies never;
  }
}

/** A value as text in which the order of keys makes no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
