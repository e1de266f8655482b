import type { Answer, Fault } from "@terrace/core";
import { execute } from "../../packages/agents/src/executor.js";
import { plan } from "../../packages/agents/src/planner.js";
import { review } from "../../packages/agents/src/reviewer.js";
import { type ScriptedReply, scriptedClient } from "../../packages/agents/src/testing/scripted-client.js";
import { executeRequest, planRequest, reviewRequest } from "../agents/support.js";

/** A plan without tasks, as a planner says it. */
export const planned = { tasks: [], answer: "a" };
/** An execution as an executor says it. */
export const executed = {
  output: "Done: 7 of 7.",
  confidence: "high",
  because: "Counted twice.",
  unverified: [],
};
/** A review that finds nothing wrong, as a reviewer says it. */
export const reviewed = {
  criteria: [
    { criterion: 0, met: true, finding: "900 and 1,100." },
    { criterion: 1, met: true, finding: "3 months and 1 month." },
  ],
  problems: [],
  blame: "",
};

/** What the planner makes of an answer. */
export const planning = (reply: ScriptedReply, changes = {}) =>
  plan(scriptedClient(reply), planRequest(changes));
/** What an executor makes of an answer. */
export const executing = (reply: ScriptedReply, changes = {}) =>
  execute(scriptedClient(reply), executeRequest(changes));
/** What the reviewer makes of an answer. */
export const reviewing = (reply: ScriptedReply, changes = {}) =>
  review(scriptedClient(reply), reviewRequest(changes));

/** The fault of an answer that must have one. */
export const faultOf = (answer: Answer<unknown>): Fault => {
  if ("fault" in answer) return answer.fault;
  throw new Error(`Expected a fault, got ${JSON.stringify(answer)}.`);
};
/** The value of an answer that must have one. */
export const answerOf = <Value>(answer: Answer<Value>): Value => {
  if ("value" in answer) return answer.value;
  throw new Error(`Expected an answer, got the fault "${answer.fault.message}".`);
};
/** A fault of the model's, handed to the agents as it is. */
export const broken = (outcome: Fault["outcome"]): Fault => ({
  outcome,
  code: "BROKEN",
  message: "…",
  retryable: false,
  scope: "work",
  pause: "person",
  retryAfterMs: 0,
  issues: [],
});
