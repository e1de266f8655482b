// A process that drives runs as it is told, until it is hit. It waits, loaded, for its orders.

import { setTimeout as wait } from "node:timers/promises";
import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import { type Check, createOrchestrator, OrchestrationError, type Run } from "@terrace/core";
import { type HaltingStore, haltingStore } from "./halting-store.js";
import type { Ending, Order, Report } from "./orders.js";
import { GOAL, lookInside, referenceTeam, SLOTS, settlementOf } from "./reference-plan.js";
import { keyOfBody } from "./request-key.js";

process.on("message", (order: Order) => void obey(order));
process.on("disconnect", () => process.exit());
say({ type: "ready" });

function say(report: Report): void {
  process.send?.(report);
}

async function obey(order: Order): Promise<void> {
  const halting = haltingStore(order.path, order.halt);
  const { recorded } = halting;
  try {
    const run = await begin(order, halting);
    say({ type: "driving", runId: run.id });
    const ending = await toEnd(run);
    // What is to happen once the last event is acknowledged happens now.
    if (order.halt !== undefined) await wait(LAST_MS);
    await halting.store.close();
    say({ type: "ended", ending, recorded: recorded() });
  } catch (error) {
    await halting.store.close().catch(() => {});
    const { message } = error as Error;
    const cause = codeOf((error as Error).cause);
    say({ type: "failed", code: codeOf(error), message, cause, recorded: recorded() });
  }
}

const codeOf = (error: unknown): string => (OrchestrationError.is(error) ? error.code : "");

async function begin({ at = 0, runId, waits = false, ...order }: Order, halting: HaltingStore) {
  const orchestrator = createOrchestrator({
    team: referenceTeam,
    agents: claudeAgents({ client: clientOf(order, halting), env: { random: () => 0 } }),
    checks: { builder: [watched(lookInside, halting)] },
    store: halting.store,
    concurrency: SLOTS,
    owner: order.owner,
    leaseMs: order.leaseMs,
    enforceInvariants: true,
  });
  await until(at);
  if (runId === undefined) return orchestrator.submit(GOAL);
  for (;;) {
    try {
      return await orchestrator.resume(runId, { parked: true });
    } catch (error) {
      if (!waits || codeOf(error) !== "RUN_LOCKED") throw error;
      await wait(15);
    }
  }
}

/** Sleeps, then spins: who is told the same time begins at the same time. */
async function until(at: number): Promise<void> {
  await wait(Math.max(0, at - Date.now() - 5));
  while (Date.now() < at);
}

function clientOf({ url }: Pick<Order, "url">, { begins }: HaltingStore): Anthropic {
  return new Anthropic({
    apiKey: "none",
    baseURL: url,
    fetch: (input, init) => {
      const answered = fetch(input, init);
      begins({ kind: "request", key: keyOfBody(JSON.parse(String(init?.body))), answered });
      return answered;
    },
  });
}

function watched(check: Check, { begins }: HaltingStore): Check {
  return {
    name: check.name,
    run(output, context) {
      begins({ kind: "check", taskId: context.task.id });
      return check.run(output, context);
    },
  };
}

/** How long a process that is to be hit lives on after the end, in milliseconds. */
const LAST_MS = 50;

/** How long the person thinks, in milliseconds; a process may be killed meanwhile. */
const THINKING_MS = 30;

async function toEnd(run: Run<"haiku" | "sonnet" | "opus">): Promise<Ending> {
  for (;;) {
    try {
      const { answer, outputs, outcome } = await run.result();
      return { answer, outputs, outcome };
    } catch (error) {
      if (codeOf(error) !== "RUN_PAUSED" || run.state.halt?.reason !== "person") throw error;
    }
    await wait(THINKING_MS);
    for (const [id, { status }] of run.state.tasks) {
      if (status === "flagged") await run.resolve(id, settlementOf(id), { reason: "The person says so." });
    }
  }
}
