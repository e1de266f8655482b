// Runs in simulated time, over real HTTP, against a server with limits: time moves on when nothing is under way.
import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import { type Agents, createOrchestrator, defineTeam, type Plan, type Run } from "@terrace/core";
import { type ManualClock, manualClock, planOf, settled } from "@terrace/core/testing";
import { type RateLimits, type Simulator, scriptedWorld, startSimulator } from "@terrace/simulator";
import { onTestFinished } from "vitest";

/** Haiku works and Sonnet reviews. */
const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku", instructions: "You work." } },
  reviewer: { policy: () => "sonnet", auditShare: 0 },
});

/** Tasks that need nothing of one another, with briefs of very different lengths. */
export function tasks(count: number, from = 0): Plan {
  const brief = (index: number) => "Do this with care. ".repeat(20 + ((index * 37) % 160));
  return planOf(
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${from + n}`, { brief: brief(from + n) }])),
  );
}

/** A server whose Haiku has these limits, and whose time is the clock's. */
export async function limited(haiku: RateLimits) {
  const clock = manualClock();
  const world = scriptedWorld({
    execute: { "*": { "*": { output: "done" } } },
    review: { "*": { "*": { criteria: [], problems: [], blame: "" } } },
  });
  const rateLimits = { byModel: { "claude-haiku-5-5": haiku } };
  const simulator = await startSimulator({ world, rateLimits, now: clock.now });
  onTestFinished(() => simulator.close());
  return { clock, simulator };
}

/** An orchestrator with a client of its own, and how many of its calls are under way. */
export function orchestrating(
  { clock, simulator }: { readonly clock: ManualClock; readonly simulator: Simulator },
  apiKey = "key",
) {
  const client = new Anthropic({ apiKey, baseURL: simulator.url, openTelemetry: false, logLevel: "off" });
  let underWay = 0;
  const counted =
    <Asked, Answered>(ask: (asked: Asked) => Promise<Answered>) =>
    (asked: Asked): Promise<Answered> => {
      underWay += 1;
      return ask(asked).finally(() => {
        underWay -= 1;
      });
    };
  const agents = claudeAgents({ client, env: clock });
  const counting: Agents = {
    ...agents,
    execute: counted(agents.execute),
    review: counted(agents.review),
  };
  const limits = { maxTasks: 1_000, maxRetries: 10 };
  const orchestrator = createOrchestrator({ team, agents: counting, concurrency: 64, limits, env: clock });
  return {
    submit: (plan: Plan) => ({ run: orchestrator.submit(plan) as unknown as Run, underWay: () => underWay }),
  };
}

/** Lets time pass until every run is over. */
export async function untilOver(
  clock: ManualClock,
  sides: readonly { readonly run: Run; readonly underWay: () => number }[],
): Promise<void> {
  let open = sides.length;
  const results = sides.map(({ run }) => run.result().finally(() => (open -= 1)));
  const isQuiet = (): boolean => sides.every(({ underWay }) => underWay() === 0);
  while (open > 0) {
    for (let quiet = 0; quiet < 3; quiet = isQuiet() ? quiet + 1 : 0) await settled();
    const [next] = clock.timers;
    if (open > 0 && next !== undefined) await clock.advance(next - clock.now());
  }
  await Promise.all(results);
}

/** What the server saw of Haiku from a moment on. Times in milliseconds. */
export function seen({ requests, bill }: Simulator, from: number) {
  const haiku = requests.filter(({ model, at }) => model === "claude-haiku-5-5" && at >= from);
  const refused = haiku.filter(({ status }) => status === 429).length;
  const times = haiku.map(({ at }) => at);
  const spanMs = Math.max(...times) - Math.min(...times);
  const ids = new Set(haiku.map(({ requestId }) => requestId));
  const tokens = bill.calls
    .filter(({ requestId }) => ids.has(requestId))
    .reduce((sum, call) => sum + call.inputTokens + call.cacheWrite5mTokens, 0);
  const inASecond = Math.max(...times.map((at) => times.filter((t) => t >= at && t < at + 1_000).length));
  const minutes = spanMs / 60_000;
  return {
    requests: haiku.length,
    refusedShare: refused / haiku.length,
    minutes,
    requestsPerMinute: (haiku.length - 1) / minutes,
    tokensPerMinute: tokens / minutes,
    inASecond,
  };
}
