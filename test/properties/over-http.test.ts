import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents, claudeTeam } from "@terrace/agents";
import { createOrchestrator, definePlan, type Run, RunError, TERMINAL_EVENTS } from "@terrace/core";
import { readMarkers, startSimulator, type World, type WorldRequest } from "@terrace/simulator";
import fc from "fast-check";
import { expect, test } from "vitest";

/** A plan of up to 14 tasks in which each may depend on up to 3 that come before it. */
const plans = fc
  .array(fc.tuple(fc.array(fc.nat(13), { maxLength: 3 }), fc.constantFrom("haiku", "sonnet", "opus")), {
    minLength: 1,
    maxLength: 14,
  })
  .map((drawn) =>
    definePlan(claudeTeam, {
      goal: "Anything.",
      tasks: drawn.map(([before, tier], index) => ({
        id: `t${index}`,
        brief: `Do part ${index}.`,
        role: "worker" as const,
        tier: tier as "haiku" | "sonnet" | "opus",
        criteria: ["It is done."],
        dependsOn: [...new Set(before.filter((each) => each < index))].map((each) => `t${each}`),
      })),
    }),
  );

/** Answers and verdicts that follow from a seed and from what is asked, good and bad ones. */
function drawnWorld(seed: number): World {
  return {
    answer(request) {
      const { purpose, taskId } = readMarkers(request);
      const draw = drawOf(`${seed}/${request.hash}`);
      if (purpose === "review") {
        const criteria = [{ criterion: 0, met: draw > 0.3, finding: "As drawn." }];
        return { json: { criteria, problems: [], blame: "" } };
      }
      if (draw < 0.08) return { text: "This is not JSON." };
      if (draw < 0.12)
        return { text: "No.", stopReason: "refusal", stopDetails: { category: null, explanation: null } };
      const output = `${taskId} at ${request.line}, ${Math.round(draw * 1e6)}`;
      const confidence = draw < 0.4 ? "low" : "high";
      return {
        json: { output, confidence, because: "As drawn.", unverified: [] },
        outputTokens: 40 + Math.round(draw * 400),
      };
    },
  };
}

/** FNV-1a as a number from 0 up to 1. */
function drawOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}

async function atRest(run: Run): Promise<void> {
  await run.result().catch((error: unknown) => {
    if (!RunError.is(error)) throw error;
  });
}

test("over real HTTP the limits hold and the ledger is the bill, whatever the plan and the answers", async () => {
  await fc.assert(
    fc.asyncProperty(
      plans,
      fc.integer(),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
      async (plan, seed, concurrency, haiku) => {
        const latency = (request: WorldRequest): number => 3 + Math.round(drawOf(request.hash) * 6);
        const simulator = await startSimulator({ world: drawnWorld(seed), latency });
        const client = new Anthropic({ apiKey: "none", baseURL: simulator.url });
        const run = createOrchestrator({
          team: claudeTeam,
          agents: claudeAgents({ client }),
          concurrency,
          tierConcurrency: { haiku },
        }).submit(plan);
        await atRest(run);

        expect(simulator.maxInFlight).toBeLessThanOrEqual(concurrency);
        expect(simulator.maxInFlightByModel["claude-haiku-5-5"] ?? 0).toBeLessThanOrEqual(haiku);
        expect(Math.round(run.ledger.usd * 1e6)).toBe(simulator.bill.microUsd);
        expect(run.ledger.calls).toBe(simulator.bill.requests);
        const ends = run.log.filter(({ type }) => TERMINAL_EVENTS.includes(type));
        expect(ends.length).toBe(run.state.status === "paused" ? 0 : 1);
        await simulator.close();
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);
