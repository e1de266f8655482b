// Reads from a prompt's own words what is asked: the purpose, the task and the tier.
import { textOf, type WorldRequest } from "./world.js";

/** What a request is about. */
export interface WorkMarkers {
  /** `"unknown"` when the system text begins like none of them. */
  readonly purpose: "plan" | "classify" | "execute" | "review" | "compare" | "unknown";
  /** Of a plan, the task that a plan which runs is changed for. */
  readonly taskId?: string | undefined;
  /** Of an execution, the tier that works; of a review, the tier of the attempt that is reviewed. */
  readonly tier?: string | undefined;
}

/** Finds out what a request is about. */
export type MarkerReader = (request: WorldRequest) => WorkMarkers;

const PURPOSES = [
  ["You are the planner", "plan"],
  ["You are the classifier", "classify"],
  ["You are an executor", "execute"],
  ["You are the reviewer", "review"],
  ["You are the comparer", "compare"],
] as const;

/**
 * The default reader.
 *
 * The purpose follows from how the system text begins ("You are the planner", "You are the classifier", "You are an
 * executor", "You are the reviewer", "You are the comparer"), the task from the first line `Task id: <id>` of the last
 * user message, or of the first one when the last holds the results of tools. The tier is the line of the model;
 * for a review it comes from the first line `Attempt: <n> at <tier>`. A planner's message names a task only if it begins so.
 */
export function readMarkers(request: WorldRequest): WorkMarkers {
  const purpose = PURPOSES.find(([opening]) => request.system.startsWith(opening))?.[1] ?? "unknown";
  const words = hasResults(request) ? textOf(request.body.messages[0]?.content) : request.lastUserText;
  const line = /^Task id:[ \t]*(.+?)[ \t]*$/m.exec(words);
  const taskId = purpose === "plan" && line?.index !== 0 ? undefined : line?.[1];
  const reviewed = /^Attempt:[ \t]*\d+ at (\S+)/m.exec(words)?.[1];
  return { purpose, taskId, tier: purpose === "review" ? reviewed : request.line };
}

function hasResults({ body }: WorldRequest): boolean {
  const content = body.messages.at(-1)?.content;
  return Array.isArray(content) && content.some(({ type }) => type === "tool_result");
}
