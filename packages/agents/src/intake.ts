// What the agents share when they ask and when they read: effort, room, and the faults of form.

import type { AgentRequest, Answer, Effort, Fault, Route } from "@terrace/core";
import type { z } from "zod";
import type { ModelRequest } from "./model-client.js";
import { takesEffort } from "./model-rules.js";
import { readJson } from "./read-json.js";

/** The most a current Claude model writes in one answer. @see Anthropic's model pages, read 2026-10-07 */
const MOST_TOKENS = 128_000;

/** No answer is worth more lines than these; whoever repairs it would not read them. */
const MOST_ISSUES = 100;

/** Room for an answer, in tokens: the usual, or double when the answer before broke off for want of it. */
export function room(usual: number, wasTruncated: boolean): number {
  return Math.min(wasTruncated ? usual * 2 : usual, MOST_TOKENS);
}

/** The effort of the route; when the team leaves it open, that of the agent, if the model takes it: `null` otherwise. */
export function effortOf({ model, effort }: Route, usual: Effort): Effort | null {
  return effort ?? (takesEffort(model, usual) ? usual : null);
}

/** Whether the request may wait, and how it gets a slot when it does not. */
export function waiting({ urgency, inSlot }: AgentRequest): Pick<ModelRequest, "urgency" | "inSlot"> {
  return inSlot === undefined ? { urgency } : { urgency, inSlot };
}

/** A fault of form: the model answered, and the answer cannot be used as it is. Asking again alone is no remedy. */
export function formFault<Value>(
  outcome: "invalid_output" | "empty",
  code: string,
  message: string,
  issues: readonly string[],
): Answer<Value> {
  const fault: Fault = {
    outcome,
    code,
    message,
    retryable: false,
    scope: "work",
    pause: "person",
    retryAfterMs: 0,
    issues: issues.slice(0, MOST_ISSUES),
  };
  return { outcome, fault };
}

/** An answer that is all in its fields, as `what` is asked for; a fault of form when it does not fit. */
export function readAs<Value>(
  text: string,
  schema: z.ZodType<Value>,
  { code, what }: { readonly code: string; readonly what: string },
): Answer<Value> {
  const json = readJson(text);
  const parsed = json.ok ? schema.safeParse(json.value) : undefined;
  if (parsed?.success === true) return { outcome: "ok", value: parsed.data };
  const issues = json.ok ? toLines(parsed?.error as z.ZodError) : json.issues;
  return formFault("invalid_output", code, `The ${what} could not be read: ${inShort(issues)}`, issues);
}

/** Issues as the end of a message in one line: the first few, and how many more there are. */
export function inShort(issues: readonly string[]): string {
  const more = issues.length > 3 ? ` And ${issues.length - 3} more.` : "";
  return `${issues.slice(0, 3).map(full).join(" ")}${more}`;
}

function full(issue: string): string {
  return /[.!?]$/.test(issue) ? issue : `${issue}.`;
}

/** Zod's issues, each in a line: `criteria[2].met: expected boolean, got string`. Never the value itself. */
export function toLines(error: z.ZodError, whole = "the answer"): readonly string[] {
  return error.issues.map((issue) => {
    const path = issue.path
      .map((part, index) =>
        typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`,
      )
      .join("");
    const message = issue.message.replace(/^Invalid input: /, "").replace(/\breceived\b/, "got");
    return `${path === "" ? whole : path}: ${message.slice(0, 300)}`;
  });
}
