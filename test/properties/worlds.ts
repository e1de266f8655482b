import type { Answer, Check, Execution, Plan, Resolution, Review, ReviewRequest } from "@terrace/core";
import { accept, blame, fault, ok, planOf, reject } from "@terrace/core/testing";
import fc from "fast-check";

/** What an executor may do when it is asked. */
const EXECUTIONS = {
  sure: ok("", { confidence: "high" }),
  unsure: ok("", { confidence: "medium" }),
  doubtful: ok("", { confidence: "low" }),
  malformed: ok("malformed"),
  flawed: ok("flawed"),
  busy: fault("transport", { retryAfterMs: 5 }),
  limited: fault("transport", { scope: "tier", retryAfterMs: 20, pause: "rate_limit" }),
  denied: fault("transport", { scope: "run", retryable: false, pause: "auth" }),
  hopeless: fault("transport", { retryable: false }),
  refused: fault("refused"),
  truncated: fault("truncated"),
  unreadable: fault("invalid_output"),
  overlong: fault("context_exceeded"),
} as const;

/** What a reviewer may do when it is asked. */
const REVIEWS = {
  accept,
  reject: reject("It is wrong."),
  blame: (request: ReviewRequest): Answer<Review> =>
    blame(request.inputs[0]?.taskId ?? "", "The input is wrong.")(request),
  busy: () => fault("transport"),
  denied: () => fault("transport", { scope: "run", retryable: false, pause: "billing" }),
  hopeless: () => fault("transport", { retryable: false }),
  refused: () => fault("refused"),
  unreadable: () => fault("invalid_output"),
} as const;

/** How a person settles a flagged task, the 1st, 2nd … time. */
type Settlement = "accept" | "answer" | "rerun" | "give_up";

/** What happens to one task; what is not listed goes well. */
interface Fate {
  readonly executions: readonly (keyof typeof EXECUTIONS)[];
  readonly reviews: readonly (keyof typeof REVIEWS)[];
  readonly settlements: readonly Settlement[];
  /** How many turns each request takes. */
  readonly turns: number;
}

/** A plan, and what happens to each of its tasks. */
export interface World {
  readonly plan: Plan;
  readonly fates: { readonly [taskId: string]: Fate };
  readonly concurrency: number;
  readonly haikuLimit: number;
  /** Whether the store answers later. */
  readonly slowStore: boolean;
}

const tier = fc.constantFrom("haiku", "haiku", "sonnet", "opus");
const usually = <Value>(plain: Value, others: readonly Value[]): fc.Arbitrary<Value> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(plain) },
    { weight: 3, arbitrary: fc.constantFrom(...others) },
  );

const names = <Name extends string>(table: { readonly [Key in Name]: unknown }) =>
  Object.keys(table) as Name[];
const executions = fc.array(usually<Fate["executions"][number]>("sure", names(EXECUTIONS)), { maxLength: 8 });
const reviews = (blames: boolean) => {
  const kinds = names(REVIEWS).filter((kind) => blames || kind !== "blame");
  return fc.array(usually<Fate["reviews"][number]>("accept", kinds), { maxLength: 6 });
};
const settlements = fc.array(fc.constantFrom<Settlement>("accept", "answer", "rerun", "give_up"), {
  maxLength: 3,
});

/** Random plans of up to 12 tasks. Each task may need any of those before it, so there is no cycle. */
export const plans: fc.Arbitrary<Plan> = fc
  .array(
    fc.record({
      tier,
      errorCost: fc.constantFrom("low" as const, "high" as const),
      criteria: fc.constantFrom([], ["It is right."]),
      needs: fc.array(fc.nat(), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((tasks) =>
    planOf(
      Object.fromEntries(
        tasks.map(({ needs, ...task }, index) => {
          const before = index === 0 ? [] : needs.map((need) => `t${need % index}`);
          return [`t${index}`, { ...task, dependsOn: [...new Set(before)] }];
        }),
      ),
    ),
  );

/** Random worlds; without blame the fate of a task depends on nobody else's. */
export const worlds = ({ blames = true } = {}): fc.Arbitrary<World> =>
  plans.chain((plan) => {
    const fate = fc.record({ executions, reviews: reviews(blames), settlements, turns: fc.nat({ max: 4 }) });
    return fc.record({
      plan: fc.constant(plan),
      fates: fc.record(Object.fromEntries(plan.tasks.map(({ id }) => [id, fate]))),
      concurrency: fc.integer({ min: 1, max: 8 }),
      haikuLimit: fc.integer({ min: 1, max: 8 }),
      slowStore: fc.boolean(),
    });
  });

/** Answers as the world has it. Each task counts for itself how often it was asked. */
export function agentsOf({ fates }: World) {
  const asked = new Map<string, number>();
  const count = (name: string): number => {
    const times = asked.get(name) ?? 0;
    asked.set(name, times + 1);
    return times;
  };
  const fateOf = (taskId: string): Fate =>
    fates[taskId] ?? { executions: [], reviews: [], settlements: [], turns: 0 };
  return {
    async execute({
      task,
      route,
    }: {
      task: { id: string };
      route: { tier: string };
    }): Promise<Answer<Execution>> {
      const fate = fateOf(task.id);
      const times = count(`execute ${task.id}`);
      await turns(fate.turns);
      const answer = EXECUTIONS[fate.executions[times] ?? "sure"];
      if (answer.outcome !== "ok" || answer.value.output !== "") return answer;
      return { ...answer, value: { ...answer.value, output: `${task.id} by ${route.tier}, ${times}` } };
    },
    async review(request: ReviewRequest): Promise<Answer<Review>> {
      const fate = fateOf(request.task.id);
      const times = count(`review ${request.task.id}`);
      await turns(fate.turns);
      return REVIEWS[fate.reviews[times] ?? "accept"](request);
    },
    /** How a person settles the task this time. What they cannot do, they do by an answer of their own. */
    settle(taskId: string): Resolution {
      const times = count(`settle ${taskId}`);
      switch (fateOf(taskId).settlements[times]) {
        case "accept":
          return { action: "accept" };
        case "rerun":
          return { action: "rerun", tier: "opus" };
        case "give_up":
          return { action: "give_up" };
        default:
          return { action: "answer", output: `${taskId} by a person` };
      }
    },
  };
}

/** A form and a check that malformed and flawed outputs fail. */
export const flaws: Check = {
  name: "flaws",
  run(output) {
    if (output === "malformed") throw new Error("cannot be read");
    return output === "flawed" ? ["it is flawed"] : [];
  },
};

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}
