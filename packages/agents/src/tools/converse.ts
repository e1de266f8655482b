// The tool loop: ask, run what is asked for, show what it brought, ask on, until there is an answer.

import type { Answer, CallJournal, Fault, ToolJournal } from "@terrace/core";
import { formFault } from "../intake.js";
import type { ModelClient, ModelReply, ModelRequest, ToolTurn, ToolUse } from "../model-client.js";
import { clipBytes } from "./encode-result.js";
import { toModelTool } from "./tool.js";
import type { Granted } from "./toolbox.js";
import {
  type Admission,
  admit,
  answerUse,
  type Brought,
  isHeld,
  toResult,
  type Workbench,
} from "./use-tool.js";

/** How often the model is asked in one attempt when its role does not say. */
export const MOST_TURNS = 20;
/** How many tools are run that one answer asks for. */
export const MOST_USES = 20;
/** What the tools of an attempt bring together, as the model is shown it, in UTF-8 bytes. */
export const MOST_RESULT_BYTES = 262_144;

const LAST = "No tool can be used any more. Answer now, with what you have.";

/** What the loop needs beside the question. */
export interface Equipment {
  readonly granted: Granted;
  readonly calls: CallJournal;
  readonly toolCalls: ToolJournal;
  /** How often the model is asked; the last time it must answer without tools. */
  readonly maxTurns: number;
  readonly warn: (line: string) => void;
}

/** Asks until the model answers without asking for a tool, and no more often than it may. */
export async function converse(
  client: ModelClient,
  question: ModelRequest,
  { granted, calls, toolCalls, maxTurns, warn }: Equipment,
): Promise<Answer<ModelReply>> {
  const { signal } = question;
  const tools = [...granted.values()].map(toModelTool);
  const bench: Workbench = {
    granted,
    journal: toolCalls,
    signal,
    asked: new Map(),
    failed: new Set(),
    warn,
  };
  const turns: ToolTurn[] = [];
  const ids = new Set<string>();
  let leftBytes = MOST_RESULT_BYTES;
  for (let turn = 1; ; turn += 1) {
    const isLast = turn === maxTurns;
    const reply = await client.ask({ ...question, tools, turns: [...turns], isLast }, calls);
    if (reply.outcome !== "ok" || reply.value.uses === undefined) return reply;
    const { uses, said = null } = reply.value;
    if (isLast) return spent(maxTurns);
    if (!areNew(uses, ids)) return twice();
    const answered = await answerAll(uses, bench);
    if (answered.held.length > 0) return held(answered.held);
    const brought = fit(answered.brought, leftBytes);
    leftBytes -= brought.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
    turns.push({
      said,
      results: brought.map(toResult),
      ...(turn === maxTurns - 1 ? { remark: LAST } : {}),
    });
  }
}

/** What came of the tool uses of one answer. */
interface Answered {
  /** In the order in which they were asked for, without those that are held. */
  readonly brought: readonly Brought[];
  /** The ones that a person must allow first. */
  readonly held: readonly ToolUse[];
}

/** Runs the tools of one answer side by side, but for those that a person must allow first. */
async function answerAll(uses: readonly ToolUse[], bench: Workbench): Promise<Answered> {
  const admitted: { readonly use: ToolUse; readonly admission: Admission }[] = [];
  // One after the other and before any is run, so that a replay of the answers refuses the same.
  for (const [position, use] of uses.entries())
    admitted.push({ use, admission: position < MOST_USES ? await admit(use, bench) : TOO_MANY });
  const waiting = admitted.filter(
    ({ use, admission }) => admission.kind === "call" && isHeld(use, admission, bench),
  );
  for (const { use } of waiting)
    await bench.journal.held({ useId: use.id, tool: use.name, input: use.input });
  const free = admitted.filter((each) => !waiting.includes(each));
  // None is left at work when one of them can no longer be recorded.
  const settled = await Promise.allSettled(
    free.map(({ use, admission }) => answerUse(use, admission, bench)),
  );
  const brought = settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
  return { brought, held: waiting.map(({ use }) => use) };
}

const TOO_MANY = {
  kind: "refusal",
  why: `Nothing was run: one answer may ask for ${MOST_USES} tools at most. Ask again for what you still need.`,
} as const;

/** The results, cut where together they would be more than the attempt has room for. */
function fit(results: readonly Brought[], mostBytes: number): readonly Brought[] {
  let left = mostBytes;
  return results.map((result) => {
    const bytes = Buffer.byteLength(result.content);
    if (bytes <= left || bytes <= LEAST_BYTES) {
      left -= bytes;
      return result;
    }
    const content = clipBytes(result.content, Math.max(left, 0));
    left = 0;
    return { ...result, content: `${content}\n(The tools of this task may bring no more than this.)` };
  });
}

/** What is as short as a refusal is shown whatever was shown before. */
const LEAST_BYTES = 1_000;

/** Whether no use has the id of another. */
function areNew(uses: readonly ToolUse[], ids: Set<string>): boolean {
  const before = ids.size;
  for (const { id } of uses) ids.add(id);
  return ids.size === before + uses.length;
}

/** The attempt is broken off here, holds nothing, and goes on here when a person has decided. */
function held(uses: readonly ToolUse[]): Answer<ModelReply> {
  const names = uses.map(({ id, name }) => `"${name}" ("${id}")`).join(", ");
  const fault: Fault = {
    outcome: "transport",
    code: "TOOL_HELD",
    message: `A person must allow ${names} first. Settle each with \`run.approveTool\` or \`run.denyTool\`.`,
    retryable: true,
    scope: "work",
    pause: "person",
    retryAfterMs: 0,
    issues: [],
  };
  return { outcome: fault.outcome, fault };
}

function spent(maxTurns: number): Answer<ModelReply> {
  const issue = `Expected an answer after at most ${count(maxTurns - 1)} with tools, got a call for another tool.`;
  return formFault("invalid_output", "TOOL_TURNS", "The executor went on asking for tools.", [issue]);
}

function count(turns: number): string {
  return turns === 1 ? "1 turn" : `${turns} turns`;
}

function twice(): Answer<ModelReply> {
  const issue = "Expected each tool call to have an id of its own, got one id twice.";
  return formFault("invalid_output", "TOOL_CALL", "The executor's tool calls cannot be told apart.", [issue]);
}
