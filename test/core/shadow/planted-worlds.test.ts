// Worlds in which something is wrong that no run notices: what grading again finds of it, and after how many tasks.
import {
  calibrationOf,
  createOrchestrator,
  defineTeam,
  firstOf,
  historyRouter,
  memoryStore,
  type Plan,
  type PriceOf,
  plannerRouter,
  type RunEvent,
  type SizeOf,
} from "@terrace/core";
import { accept, countingIds, ok, planOf, reject, scriptedAgents } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { question } from "../routing/support.js";

/** Tasks of a run. */
const TASKS = 10;

/** A number from 0 to 1 that follows from names alone. */
function chance(...names: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of names.join("/")) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A world in which an output is right or wrong by its tier, and reviewers see it from some tier on. */
interface World {
  readonly seed: number;
  readonly starts: string;
  /** How often an output is wrong, by tier. */
  readonly wrong: { readonly [tier: string]: number };
  /** The reviewers that see what is wrong; the others accept everything. */
  readonly seeing: readonly string[];
  /** What is graded again; nothing when 0. */
  readonly share: number;
  readonly prices: boolean;
  /** Whether history says where tasks start. @default true */
  readonly routed?: boolean;
  /** @default 12 */
  readonly runs?: number;
}

/** Micro-dollars a token, as on the lists of today: sonnet costs three times what haiku does, and opus five times. */
const RATE: { readonly [model: string]: number } = { h: 1, s: 3, o: 5 };
const priceOf: PriceOf = (model, { inputTokens, outputTokens }) => ({
  microUsd: (RATE[model] ?? 0) * (inputTokens + 5 * outputTokens),
  asOf: "2026-11-21",
});
const range = (likely: number) => ({ least: likely, likely, most: likely });
const sizeOf: SizeOf = () => ({ promptTokens: range(2_000), outputTokens: range(500) });

const team = defineTeam({
  models: { haiku: "h", sonnet: "s", opus: "o" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku" } },
  reviewer: { auditShare: 0, policy: "economy" },
  router: firstOf(historyRouter(), plannerRouter()),
});

const unrouted: typeof team = { ...team, router: null };

/** Carries out runs of one kind one after the other, each graded again; tells where the tasks of each started. */
async function live(
  world: World,
): Promise<{ readonly starts: readonly string[]; readonly logs: readonly (readonly RunEvent[])[] }> {
  const { seed, wrong, seeing, share, prices, routed = true, runs = 12 } = world;
  const store = memoryStore();
  const isWrong = (output: unknown): boolean => String(output).startsWith("wrong");
  let run = 0;
  let inShadow = false;
  const agents = {
    ...scriptedAgents({
      execute: ({ task, route: { tier } }) =>
        ok(
          chance(seed, run, task.id, tier, inShadow ? "again" : "") < (wrong[tier] ?? 0)
            ? `wrong by ${tier}`
            : "right",
        ),
      review: (request) =>
        isWrong(request.output) && seeing.includes(request.route.tier)
          ? reject("It is wrong.")(request)
          : accept(request),
      compare: ({ first, second }) => {
        const better = isWrong(first) === isWrong(second) ? "neither" : isWrong(first) ? "second" : "first";
        return { outcome: "ok", value: { better, reason: "" } };
      },
    }),
    ...(prices ? { priceOf, sizeOf } : {}),
  };
  const orchestrator = createOrchestrator({
    agents,
    team: routed ? team : unrouted,
    store,
    env: countingIds(),
  });
  const starts: string[] = [];
  for (run = 0; run < runs; run += 1) {
    inShadow = false;
    const done = orchestrator.submit(planFor(world.starts, run));
    await done.result();
    const first = done.log.find((event) => event.type === "attempt.queued");
    starts.push(first?.route.tier ?? "");
    inShadow = true;
    if (share > 0) await (await orchestrator.shadow(done.id, { share })).result();
  }
  const ids = (await store.list(200)).map(({ runId }) => runId);
  return { starts, logs: await Promise.all(ids.map((id) => store.read(id))) };
}

function planFor(tier: string, run: number): Plan {
  const tasks = Array.from(
    { length: TASKS },
    (_, index) => [`r${run}t${index + 1}`, { tier, kind: "extract" }] as const,
  );
  return planOf(Object.fromEntries(tasks));
}

/** How many tasks had begun when the first run started them elsewhere. */
function tasksUntil(starts: readonly string[], from: string): number {
  const moved = starts.findIndex((tier) => tier !== from);
  return moved === -1 ? Number.POSITIVE_INFINITY : moved * TASKS;
}

const SEEDS = Array.from({ length: 6 }, (_, index) => index + 1);

describe("an executor that is wrong in 30 % of cases, and reviewers at its tier that see nothing", () => {
  const world = { starts: "haiku", wrong: { haiku: 0.3 }, seeing: ["sonnet", "opus"] };

  test.each([false, true])("stays where it starts without shadows (prices: %s)", async (prices) => {
    const { starts, logs } = await live({ ...world, seed: 1, share: 0, prices });

    expect(new Set(starts)).toEqual(new Set(["haiku"]));
    expect(calibrationOf(logs)).toMatchObject([{ tier: "haiku", accepted: TASKS * 12, escalated: 0 }]);
  });

  test.each([false, true])(
    "starts higher within 100 tasks with a shadow of 30 % (prices: %s)",
    async (prices) => {
      const moved: number[] = [];
      for (const seed of SEEDS) {
        const { starts } = await live({ ...world, seed, share: 0.3, prices });
        moved.push(tasksUntil(starts, "haiku"));
      }

      expect(Math.max(...moved)).toBeLessThanOrEqual(100);
    },
  );
});

test("a kind that is right at haiku is not moved by shadows", async () => {
  for (const seed of SEEDS) {
    const { starts } = await live({
      seed,
      starts: "haiku",
      wrong: { haiku: 0.02 },
      seeing: ["sonnet", "opus"],
      share: 0.3,
      prices: false,
    });
    expect(new Set(starts)).toEqual(new Set(["haiku"]));
  }
});

describe("a kind that starts at sonnet, over 10 runs of 10 tasks", () => {
  const world = {
    starts: "sonnet",
    wrong: {},
    seeing: ["sonnet", "opus"],
    prices: false,
    routed: false,
    runs: 10,
  };
  const rowOf = (logs: readonly (readonly RunEvent[])[], tier: string) =>
    calibrationOf(logs).find((row) => row.tier === tier);
  const start = (logs: readonly (readonly RunEvent[])[]) =>
    historyRouter().route(question({ task: { kind: "extract" }, calibration: calibrationOf(logs) })).winner;

  test("and is as good at haiku is found over-routed: its shadow says so, and history knows it", async () => {
    const { logs } = await live({ ...world, seed: 1, share: 0.3 });
    const { loweredTried = 0, loweredAsGood } = rowOf(logs, "sonnet")?.shadow ?? {};

    expect(loweredTried).toBeGreaterThan(20);
    expect(loweredAsGood).toBe(loweredTried);
    expect(start(logs)).toMatchObject({
      tier: "haiku",
      reason: expect.stringMatching(
        new RegExp(
          `^Of ${loweredTried} "extract" tasks at haiku ${loweredTried} were accepted, or as good as`,
        ),
      ),
    });
  });

  test("and is worse at haiku stays, where without a shadow it would be taken to do as well there", async () => {
    const worse = { ...world, wrong: { haiku: 0.5 }, seed: 1 };
    const [without, graded] = [await live({ ...worse, share: 0 }), await live({ ...worse, share: 0.3 })];
    const { loweredTried = 0, loweredAsGood = 0 } = rowOf(graded.logs, "sonnet")?.shadow ?? {};

    expect(loweredAsGood).toBeGreaterThan(0.3 * loweredTried);
    expect(loweredAsGood).toBeLessThan(0.7 * loweredTried);
    expect(start(without.logs)?.tier).toBe("haiku");
    expect(start(graded.logs)?.tier).toBe("sonnet");
  });
});
