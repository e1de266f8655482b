// What a world answers: a function of what is asked and nothing else, so that every process hears the same.
import type {
  Answer,
  ClassifyRequest,
  ExecuteRequest,
  Execution,
  JsonValue,
  PlanRequest,
  Resolution,
  Review,
  ReviewRequest,
  TaskState,
} from "@terrace/core";
import { accept, blame, fault, ok, reject } from "@terrace/core/testing";
import { isList, listFrom, revisionFor } from "./growth.js";
import { fractionOf, hashOf } from "./random.js";
import type { World } from "./world.js";

/** A request, with what it is for. */
export type Asked =
  | { readonly purpose: "plan"; readonly request: PlanRequest }
  | { readonly purpose: "classify"; readonly request: ClassifyRequest }
  | { readonly purpose: "execute"; readonly request: ExecuteRequest }
  | { readonly purpose: "review"; readonly request: ReviewRequest };

/** Which attempt a request belongs to; 0 for what belongs to none. */
export function attemptOf(request: Asked["request"]): number {
  return "attempt" in request ? request.attempt : 0;
}

/** The task that a request is about; `null` for the first plan. */
export function aboutOf(request: Asked["request"]): string | null {
  if ("task" in request) return request.task.id;
  return request.revision?.taskId ?? null;
}

/** Names what a request asks: the same for the same request, whichever run and process makes it. */
export function keyOf(asked: Asked): string {
  const text = textOf(asked);
  return text.length <= MOST_IN_A_KEY ? text : `${text.slice(0, MOST_IN_A_KEY)}… ${hashOf(text)}`;
}

/** A journal takes keys of 256 characters; there may be more to add. */
const MOST_IN_A_KEY = 200;

function textOf(asked: Asked): string {
  const { purpose, request } = asked;
  const { route } = request;
  switch (purpose) {
    case "plan": {
      const { revision } = request;
      const first = `plan ${request.attempt} ${route.tier} ${request.issues.length} ${request.after ?? ""}`;
      if (revision === undefined) return first;
      const given = revision.inputs.map(({ taskId, attempt: made }) => `${taskId}=${made}`).join();
      return `${first} ${revision.cause} ${revision.taskId} ${given} ${hashOf(JSON.stringify(revision))}`;
    }
    case "classify":
      return `classify ${request.task.id} ${route.tier}`;
    case "execute": {
      const { task, attempt, reason, inputs, draft, fault: failure } = request;
      const given = inputs.map(({ taskId, attempt: made }) => `${taskId}=${made}`).join();
      const before = `${JSON.stringify(draft?.output) ?? ""} ${failure?.code ?? ""}`;
      return `execute ${task.id} ${attempt} ${route.tier} ${reason} ${given} ${before}`;
    }
    case "review": {
      const { task, attempt, output, inputs, issues } = request;
      const given = inputs.map(({ taskId, attempt: made }) => `${taskId}=${made}`).join();
      return `review ${task.id} ${attempt} ${route.tier} ${JSON.stringify(output)} ${given} ${issues.length}`;
    }
    default:
      return asked satisfies never;
  }
}

/** What the world answers. The name of what it is counts as a fault point. */
export function answerTo(world: World, asked: Asked, key: string): { kind: string; answer: Answer<unknown> } {
  const goesWrong = fractionOf(world.seed, key) < world.trouble * (asked.purpose === "plan" ? 0.5 : 1);
  const choice = fractionOf(world.seed + 1, key);
  switch (asked.purpose) {
    case "plan":
      return plan(world, asked.request, goesWrong, choice);
    case "classify":
      return classify(goesWrong, choice);
    case "execute":
      return execute(world, asked.request, goesWrong, choice);
    case "review":
      return review(world, asked.request, goesWrong, choice);
    default:
      return asked satisfies never;
  }
}

function chosen<Kind>(kinds: readonly Kind[], choice: number): Kind {
  return kinds[Math.floor(choice * kinds.length)] as Kind;
}

type Given = { kind: string; answer: Answer<unknown> };

function plan(
  { plan: first, growth }: World,
  request: PlanRequest,
  goesWrong: boolean,
  choice: number,
): Given {
  const planned = revisionFor(growth, request, choice) ?? first;
  const kind = goesWrong ? chosen(["cycle", "shapeless", "truncated", "refused"] as const, choice) : "good";
  switch (kind) {
    case "good":
      return { kind: "plan.good", answer: { outcome: "ok", value: planned } };
    case "cycle": {
      const tasks = planned.tasks.map((task) => ({ ...task, dependsOn: [task.id] }));
      return { kind: "plan.cycle", answer: { outcome: "ok", value: { ...planned, tasks } } };
    }
    case "shapeless":
      return { kind: "plan.shapeless", answer: { outcome: "ok", value: "no plan at all" } };
    default:
      return { kind: `plan.${kind}`, answer: fault(kind) };
  }
}

function classify(goesWrong: boolean, choice: number): Given {
  const kind = goesWrong ? chosen(["refused", "shapeless", "throws"] as const, choice) : "good";
  switch (kind) {
    case "good": {
      const complexity = chosen(["mechanical", "generative", "reasoning"] as const, choice);
      const value = { complexity, errorCost: "low", reason: "It looks so." };
      return { kind: "classification.good", answer: { outcome: "ok", value } };
    }
    case "shapeless":
      return { kind: "classification.shapeless", answer: { outcome: "ok", value: { complexity: "huge" } } };
    case "throws":
      return { kind: "classification.throws", answer: fault("invalid_output", { code: THROWN }) };
    default:
      return { kind: `classification.${kind}`, answer: fault(kind) };
  }
}

const EXECUTIONS = [
  "unsure",
  "doubtful",
  "flawed",
  "flawed",
  "breaking",
  "again",
  "again",
  "refused",
  "truncated",
  "invalid_output",
  "empty",
  "context_exceeded",
  "hopeless",
  "throws",
] as const;

function execute(world: World, request: ExecuteRequest, goesWrong: boolean, choice: number): Given {
  const { task, route, attempt, inputs } = request;
  const from = inputs.map(({ taskId, attempt: made }) => `${taskId}.${made}`).join();
  if (!goesWrong && isList(task.id)) {
    const key = `${task.id} ${attempt} ${from}`;
    return { kind: "execution.list", answer: ok(listFrom(world.seed, key)) };
  }
  const isContrary =
    request.asksForContradiction === true && fractionOf(world.seed + 9, `${task.id} ${attempt}`) < 0.1;
  if (!goesWrong && isContrary)
    return { kind: "execution.contrary", answer: ok(`${task.id} is vain`, { contradiction: "It is vain." }) };
  const text = `${task.id} by ${route.tier} ${attempt} from ${from}${hidden(world)}`;
  const kinds = world.forms ? [...EXECUTIONS, "formless" as const, "formless" as const] : EXECUTIONS;
  const kind = goesWrong ? chosen(kinds, choice) : "sure";
  return { kind: `execution.${kind}`, answer: execution(world, kind, text, task.id) };
}

function execution(
  world: World,
  kind: (typeof EXECUTIONS)[number] | "sure" | "formless",
  text: string,
  taskId: string,
): Answer<Execution> {
  switch (kind) {
    case "sure":
      return ok(text, { because: `It was simple.${hidden(world)}` });
    case "unsure":
      return ok({ text, words: [1, 2] }, { confidence: "medium", unverified: [`All.${hidden(world)}`] });
    case "doubtful":
      return ok(text, { confidence: "low" });
    case "flawed":
    case "breaking":
    case "formless":
      return ok(`${kind} ${text}`);
    case "again":
      return ok(`${taskId} as always`);
    case "hopeless":
      return fault("transport", { retryable: false, code: "BAD_REQUEST" });
    case "throws":
      return fault("invalid_output", { code: THROWN });
    default:
      return fault(kind, { message: `It ended so.${hidden(world)}`, issues: ["One thing."] });
  }
}

/** Marks an answer in whose place the agent throws. */
export const THROWN = "THROWN";

const REVIEWS = [
  "reject",
  "reject",
  "reject",
  "refused",
  "truncated",
  "invalid_output",
  "hopeless",
  "shapeless",
] as const;

function review(world: World, request: ReviewRequest, goesWrong: boolean, choice: number): Given {
  const blamed = request.inputs[Math.floor(choice * 97) % Math.max(1, request.inputs.length)]?.taskId;
  const blames = world.blames && blamed !== undefined && choice < 0.7;
  const kind = !goesWrong ? "accept" : blames ? "blame" : chosen(REVIEWS, choice);
  return { kind: `review.${kind}`, answer: reviewed(world, kind, request, blamed ?? "") };
}

function reviewed(
  world: World,
  kind: (typeof REVIEWS)[number] | "accept" | "blame",
  request: ReviewRequest,
  blamed: string,
): Answer<Review> {
  switch (kind) {
    case "accept":
      return accept(request);
    case "reject":
      return reject(`It is wrong.${hidden(world)}`)(request);
    case "blame":
      return blame(blamed, "The input is wrong.")(request);
    case "hopeless":
      return fault("transport", { retryable: false, code: "BAD_REQUEST" });
    case "shapeless":
      return { outcome: "ok", value: { criteria: "all fine" } as unknown as Review };
    default:
      return fault(kind);
  }
}

function hidden({ secret }: World): string {
  return secret === undefined ? "" : ` ${secret} ${encodeURIComponent(secret)}`;
}

/** What is wrong with an output, as the world's check sees it. @throws Error for outputs that break it. */
export function flawsOf(output: JsonValue): readonly string[] {
  const text = String(output);
  if (text.startsWith("breaking")) throw new Error("cannot be read");
  return text.startsWith("flawed") ? ["it is flawed"] : [];
}

/** How a person settles a flagged task. What cannot be done so is answered instead. */
export function settlementOf(world: World, { task, attempts, flag, tier }: TaskState): Resolution {
  const { id } = task;
  const asked = `settle ${id} ${attempts.length} ${flag?.cause}`;
  const choice = fractionOf(world.seed, asked);
  const last = attempts[attempts.length - 1];
  if (flag?.cause === "plan" && choice < 0.3) return { action: "give_up" };
  if (isList(id) && (choice < 0.7 || attempts.length === 0))
    return { action: "answer", output: ["of a person", "as well"] };
  // Nothing else about it would be another if it were tried again.
  if (attempts.length === 0) return { action: "answer", output: `${id} by a person${hidden(world)}` };
  if (attempts.length < 12) {
    if (choice < 0.25) return { action: "rerun", tier };
    if (choice < 0.4) return { action: "give_up" };
    if (choice < 0.6 && last?.outcome === "ok") return { action: "accept" };
    if (choice < 0.7) return { action: "answer", output: `flawed by a person ${attempts.length}` };
  }
  return {
    action: "answer",
    output: isList(id) ? ["of a person"] : `${id} by a person${hidden(world)}`,
  };
}
