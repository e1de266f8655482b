// The demo in place of a model: it answers planner, executor and reviewer from the script, by task and tier.

import { readMarkers, type World, type WorldAnswer, type WorldRequest } from "@terrace/simulator";
import {
  atTier,
  DEMO_TIERS,
  type DemoLibrary,
  type DemoPlan,
  type DemoTask,
  type DemoTier,
} from "./library.js";

/** The world of the demo: what each request to the simulator is answered with. */
export function demoWorld(library: DemoLibrary): World {
  /** Answers in the wrong form are given once each. */
  const malformed = new Set<string>();
  const reply = (request: WorldRequest): WorldAnswer => {
    const { purpose, taskId = "", tier = "" } = readMarkers(request);
    if (purpose === "plan") return { json: toPlan(library.plan) };
    const task = Object.hasOwn(library.tasks, taskId) ? library.tasks[taskId] : undefined;
    if (task === undefined || purpose === "unknown") {
      throw new Error(`The demo has no answer for purpose "${purpose}", task "${taskId}".`);
    }
    if (purpose === "review") return { json: toReview(task, toTier(tier)) };
    return execute(task, toTier(tier), malformed, taskId);
  };
  return { answer: (request) => withPace(request, reply(request)) };
}

function toPlan({ tasks, answer }: DemoPlan): unknown {
  const planned = tasks.map(({ acceptance, file: _, ...task }) => ({
    ...task,
    criteria: acceptance,
  }));
  return { tasks: planned, answer };
}

function execute(task: DemoTask, tier: DemoTier, malformed: Set<string>, taskId: string): WorldAnswer {
  const { raw, ...execution } = atTier(task.answers, tier);
  const key = `${taskId}/${tier}`;
  if (raw === undefined || malformed.has(key)) return { json: execution };
  malformed.add(key);
  return { text: raw };
}

function toReview(task: DemoTask, tier: DemoTier): unknown {
  const { criteria, problems } = atTier(task.reviews, tier);
  return {
    criteria: criteria.map((each, criterion) => ({ criterion, ...each })),
    // The criteria alone decide here; what else was found is advice for the next attempt.
    problems: problems.map((description) => ({ description, blocking: false })),
    blame: "",
  };
}

function toTier(tier: string): DemoTier {
  const known = DEMO_TIERS.find((each) => each === tier);
  if (known === undefined) throw new Error(`The demo's ladder has no tier "${tier}".`);
  return known;
}

/** Thinking for each token of an answer, and milliseconds until an answer begins: larger models take more of both. */
const PACE: Readonly<Record<string, { readonly thinking: number; readonly ms: number }>> = {
  haiku: { thinking: 0.4, ms: 60 },
  sonnet: { thinking: 0.8, ms: 120 },
  opus: { thinking: 1.2, ms: 200 },
};

/** Thinking and latency such as a model might have, from the words alone, so that every demo is the same. */
function withPace(request: WorldRequest, answer: WorldAnswer): WorldAnswer {
  const { thinking, ms } = PACE[request.line] ?? { thinking: 1, ms: 100 };
  const words = answer.text ?? JSON.stringify(answer.json);
  const tokens = Math.ceil(Buffer.byteLength(words) / 4);
  return {
    ...answer,
    thinkingTokens: Math.round(tokens * thinking),
    latencyMs: ms + Math.min(200, Math.round(tokens / 8)),
  };
}
