import type {
  Answer,
  ClassifyRequest,
  CompareRequest,
  ExecuteRequest,
  Execution,
  PlanRequest,
  Preference,
  Review,
  ReviewRequest,
  RevisionRequest,
} from "../ports/agents.js";
import type { Classification } from "../routing/classification.js";
import { accept, ok } from "./replies.js";

/** An answer, or a function that makes it from the request. */
export type Reply<Request, Value> =
  | Answer<Value>
  | ((request: Request) => Answer<Value> | Promise<Answer<Value>>);

/** One reply for every time, or one for the first, second, … time; the last is repeated. */
export type Replies<Request, Value> = Reply<Request, Value> | readonly Reply<Request, Value>[];

/** Replies by task id, and by tier below that when a task needs it. What is left out gets the plain reply. */
export interface ReplyTable<Request, Value> {
  readonly [taskId: string]: Replies<Request, Value> | { readonly [tier: string]: Replies<Request, Value> };
}

/** What scripted agents are told to answer. */
export interface AgentScript {
  /**
   * A plan as it is, a fault, a function of the request, or an array of those for the first, second, … time.
   *
   * @default no plan: for runs that are handed one
   */
  readonly plan?: unknown;
  /**
   * What a change of the plan is to be, by the task that it is about: a plan for a subgoal, a proposed revision for the others,
   * a fault, a function of the request, or an array of those.
   *
   * @default the plan stands as it is
   */
  readonly revise?: { readonly [taskId: string]: unknown };
  /** @default generative work, of which an error costs little */
  readonly classify?: Replies<ClassifyRequest, Classification>;
  /** @default `neither` is better */
  readonly compare?: Replies<CompareRequest, Preference>;
  /** For `review`, the tier in a table is the reviewer's. @default `ok("<task id> by <tier>")` */
  readonly execute?: Replies<ExecuteRequest, Execution> | ReplyTable<ExecuteRequest, Execution>;
  /** @default `accept` */
  readonly review?: Replies<ReviewRequest, Review> | ReplyTable<ReviewRequest, Review>;
}

type AnyReply = Reply<never, unknown>;

/** Follows a script: finds the reply that is due, counting how often each place of the script was asked. */
export function followScript(script: AgentScript): {
  plan(request: PlanRequest): Promise<Answer<unknown>>;
  classify(request: ClassifyRequest): Promise<Answer<Classification>>;
  compare(request: CompareRequest): Promise<Answer<Preference>>;
  execute(request: ExecuteRequest): Promise<Answer<Execution>>;
  review(request: ReviewRequest): Promise<Answer<Review>>;
} {
  const asked = new Map<string, number>();
  const due = (place: string, replies: unknown): unknown => {
    const times = asked.get(place) ?? 0;
    asked.set(place, times + 1);
    return Array.isArray(replies) ? replies[Math.min(times, replies.length - 1)] : replies;
  };
  const ofTask = (what: "execute" | "review", request: ExecuteRequest | ReviewRequest): unknown => {
    const { task, route } = request;
    const replies: unknown = script[what];
    if (isReplies(replies)) return due(what, replies);
    const ofThis = own(replies, task.id);
    if (isReplies(ofThis)) return due(`${what}/${task.id}`, ofThis);
    return due(`${what}/${task.id}/${route.tier}`, own(ofThis, route.tier));
  };
  const revised = ({ taskId, answer }: RevisionRequest): unknown =>
    due(`revise/${taskId}`, own(script.revise, taskId)) ?? {
      tasks: [],
      withdraw: [],
      answer,
      reason: "It stands.",
    };
  return {
    async plan(request) {
      const planned =
        request.revision === undefined ? due("plan", script.plan ?? null) : revised(request.revision);
      const value: unknown = typeof planned === "function" ? await planned(request) : planned;
      return isAnswer(value) ? (value as Answer<unknown>) : { outcome: "ok", value };
    },
    classify: async (request) => give(due("classify", script.classify), request, () => GENERATIVE),
    compare: async (request) => give(due("compare", script.compare), request, () => NEITHER),
    execute: async (request) =>
      give(ofTask("execute", request), request, ({ task, route }) => ok(`${task.id} by ${route.tier}`)),
    review: async (request) => give(ofTask("review", request), request, accept),
  };
}

const GENERATIVE: Answer<Classification> = {
  outcome: "ok",
  value: { complexity: "generative", errorCost: "low", reason: "Plain work." },
};

const NEITHER: Answer<Preference> = {
  outcome: "ok",
  value: { better: "neither", reason: "Both do what was asked." },
};

function give<Request, Value>(
  reply: unknown,
  request: Request,
  plain: (request: Request) => Answer<Value>,
): Answer<Value> | Promise<Answer<Value>> {
  if (reply === undefined) return plain(request);
  const due = reply as Reply<Request, Value>;
  return typeof due === "function" ? due(request) : due;
}

function isReplies(value: unknown): value is AnyReply | readonly AnyReply[] {
  return typeof value === "function" || Array.isArray(value) || isAnswer(value);
}

function isAnswer(value: unknown): boolean {
  return (
    typeof own(value, "outcome") === "string" && (own(value, "fault") ?? own(value, "value")) !== undefined
  );
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as { readonly [name: string]: unknown })[key];
}
