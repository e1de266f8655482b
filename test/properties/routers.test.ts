import {
  type CalibrationRow,
  cheapestStart,
  clamp,
  classifierRouter,
  contextSizeRouter,
  defaultRouter,
  defaultTable,
  defineTeam,
  domainRouter,
  errorCostRouter,
  firstOf,
  highestOf,
  historyRouter,
  keywordRouter,
  pin,
  plannerRouter,
  type RouteQuestion,
  type Router,
  requirementsRouter,
  router,
  tableRouter,
  userTierRouter,
} from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { question, row } from "../core/routing/support.js";
import { atRest, launch } from "../core/support.js";

const RUNS = 500;

/** Names that objects and terminals trip over, and words that routers look for. */
const word = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "",
    "task",
    "worker",
    "security",
    "free",
  ),
  fc.constantFrom(
    "\u202eevil\u202c",
    "dead\u200block",
    "\ud800",
    "\u0000",
    "race condition",
    "a".repeat(5_000),
  ),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 40 }),
);
const ladders = fc.constantFrom(
  ["haiku", "sonnet", "opus"],
  ["only"],
  ["small", "large"],
  ["a", "b", "c", "d", "e"],
);
/** A tier of any ladder, or of none. */
const anyTier = fc.oneof(
  fc.constantFrom("haiku", "sonnet", "opus", "only", "small", "large", "a", "e"),
  word,
);
const table = <Value>(value: fc.Arbitrary<Value>) => fc.dictionary(word, value, { maxKeys: 5 });
const amount = fc.oneof(fc.nat(5_000_000), fc.constantFrom(0, Number.MAX_SAFE_INTEGER));
const windowOf = fc.record(
  {
    contextTokens: amount,
    inputUsd: fc.float({ min: 0, max: 100, noNaN: true }),
    above: fc.record({ promptTokens: amount, inputUsd: fc.float({ min: 0, max: 100, noNaN: true }) }),
  },
  { requiredKeys: ["contextTokens"] },
);

const leaves: fc.Arbitrary<Router> = fc.oneof(
  fc.constant(plannerRouter()),
  fc.constant(historyRouter()),
  fc.constant(defaultRouter()),
  fc.constant(tableRouter(defaultTable())),
  table(fc.array(word, { maxLength: 3 })).map(keywordRouter),
  fc.constant(keywordRouter()),
  table(fc.record({ tier: anyTier })).map(tableRouter),
  table(anyTier).map(domainRouter),
  table(anyTier).map(userTierRouter),
  fc
    .record({ h: windowOf, s: windowOf, o: windowOf }, { requiredKeys: [] })
    .map((windows) => contextSizeRouter(windows)),
  fc
    .record({ requires: table(fc.array(word, { maxLength: 3 })), capabilities: table(fc.array(word)) })
    .map(requirementsRouter),
  fc.record({ tier: anyTier, tiers: fc.record({ mechanical: anyTier }) }).map(classifierRouter),
  fc
    .tuple(word, anyTier)
    .map(([name, tier]) => router(name, () => ({ tier, reason: "So.", confidence: "low" }))),
);

const { routers } = fc.letrec<{ routers: Router; made: Router }>((tie) => ({
  routers: fc.oneof({ depthSize: "small" }, leaves, tie("made")),
  made: fc.oneof(
    fc.array(tie("routers"), { maxLength: 3 }).map((parts) => firstOf(...parts)),
    fc.array(tie("routers"), { maxLength: 3 }).map((parts) => highestOf(...parts)),
    fc.tuple(tie("routers"), anyTier, anyTier).map(([inner, min, max]) => clamp(inner, { min, max })),
    fc
      .tuple(tie("routers"), fc.constantFrom("stay" as const, "down" as const))
      .map(([inner, low]) => errorCostRouter(inner, { low })),
    tie("routers").map((inner) => cheapestStart(inner)),
    fc.tuple(table(anyTier), tie("routers")).map(([tiers, inner]) => pin(tiers, inner)),
  ),
}));

const questions: fc.Arbitrary<RouteQuestion> = ladders.chain((ladder) => {
  const tier = fc.constantFrom(...ladder);
  const rows: fc.Arbitrary<CalibrationRow[]> = fc.array(
    fc
      .record({ at: tier, kind: word, tasks: fc.nat(100) })
      .map(({ at, kind, tasks }) => row(at, tasks, Math.floor(tasks / 2), { kind })),
    { maxLength: 4 },
  );
  return fc
    .record({
      title: word,
      brief: word,
      kind: word,
      role: word,
      tier,
      errorCost: fc.constantFrom("low" as const, "high" as const),
      domain: fc.option(word),
      userTier: fc.option(word),
      contextTokens: amount,
      classification: fc.option(
        fc.record({
          complexity: fc.constantFrom("mechanical" as const, "generative" as const, "reasoning" as const),
          errorCost: fc.constantFrom("low" as const, "high" as const),
          reason: word,
        }),
      ),
      calibration: rows,
      attempt: fc.option(amount),
    })
    .map(({ title, brief, kind, role, tier: at, errorCost, attempt, ...rest }) =>
      question({
        ladder,
        models: Object.fromEntries(
          ladder.map((each, index) => [each, { model: ["h", "s", "o"][index] ?? each }]),
        ),
        bounds: { minTier: ladder[0] as string, maxTier: ladder.at(-1) as string },
        task: { title, brief, kind, role, tier: at, errorCost },
        costOf: () => (attempt === null ? null : { attempt, review: 1 }),
        ...rest,
      }),
    );
});

test("whatever routers are made of, they never throw, and propose nothing but tiers of the ladder", () => {
  fc.assert(
    fc.property(routers, questions, (made, asked) => {
      const { winner, proposals } = made.route(asked);
      for (const { tier } of [...(winner === null ? [] : [winner]), ...proposals]) {
        expect(asked.ladder).toContain(tier);
      }
      if (winner !== null) expect(proposals).toContainEqual(winner);
    }),
    { numRuns: RUNS },
  );
});

test("the same question has the same answer, and asking changes nothing of it", () => {
  fc.assert(
    fc.property(routers, questions, (made, asked) => {
      const before = JSON.stringify(asked);
      const first = made.route(asked);

      expect(made.route(asked)).toEqual(first);
      expect(JSON.stringify(asked)).toBe(before);
    }),
    { numRuns: RUNS / 2 },
  );
});

test("a pin wins over whatever routers are made of", () => {
  fc.assert(
    fc.property(
      routers,
      questions,
      fc.constantFrom("id", "kind", "role"),
      fc.nat(9),
      (made, asked, by, at) => {
        const tier = asked.ladder[at % asked.ladder.length] as string;
        // A name that no object of ours has by itself.
        const tiers = Object.fromEntries([[asked.task[by as "id"], tier]]);

        expect(pin(tiers, made).route(asked).winner).toMatchObject({ router: "pin", tier });
      },
    ),
    { numRuns: RUNS },
  );
});

test("no tier is moved below the foot of the ladder or above its top by what an error costs", () => {
  fc.assert(
    fc.property(routers, questions, fc.constantFrom("stay" as const, "down" as const), (made, asked, low) => {
      const was = made.route(asked).winner;
      const is = errorCostRouter(made, { low }).route(asked).winner;
      if (was === null || is === null) expect(is).toBe(was);
      else {
        const moved = asked.ladder.indexOf(is.tier) - asked.ladder.indexOf(was.tier);
        const allowed = asked.task.errorCost === "high" ? [0, 1] : low === "down" ? [-1, 0] : [0];
        expect(allowed).toContain(moved);
      }
    }),
    { numRuns: RUNS },
  );
});

test("a run whose tasks have hostile names and texts is routed like any other, and a person's pin wins in it", async () => {
  await fc.assert(
    fc.asyncProperty(leaves, word, word, async (made, kind, brief) => {
      const ladder = ["haiku", "sonnet", "opus"];
      fc.pre(made.classifier === undefined || ladder.includes(made.classifier));
      const team = defineTeam({
        models: { haiku: "h", sonnet: "s", opus: "o" },
        planner: { tier: "opus" },
        executors: { worker: { tier: "haiku" } },
        router: made,
      });
      const task = { kind: kind.slice(0, 64) || "none", brief: brief || "Do it." };
      const { run } = launch(
        planOf({ free: task, pinned: task }),
        {},
        { team },
        { pins: { pinned: "opus" } },
      );
      await atRest(run);

      expect(run.state.status).toBe("completed");
      const routed = run.log.flatMap((event) => (event.type === "task.routed" ? [event] : []));
      expect(routed).toMatchObject([{ taskId: "free" }, { taskId: "pinned", router: "pin", tier: "opus" }]);
    }),
    { numRuns: 60 },
  );
});
