// A real process, killed by SIGKILL between an act and its record; another goes on.
import { fork } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { claudeAgents, defineTool } from "@terrace/agents";
import { checkInvariants, createOrchestrator } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import { scriptedWorld, startSimulator } from "@terrace/simulator";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { z } from "zod";
import { vendorClient } from "../agents/client-support.js";
import { asks, shownOf, teamWith, use } from "../faults/tooling.js";
import { laterClock } from "./processes.js";

// The test command compiles what it imports first.
const program = fileURLToPath(new URL("tool-worker.mjs", import.meta.url));

const FINE = { criteria: [], problems: [], blame: "" };

/** Has a process killed at a moment of a tool, and another go on; what the tool did, and what the model was shown. */
async function killedAt(name: "send" | "look", moment: "before" | "acted" | "recorded") {
  const simulator = await startSimulator({
    world: scriptedWorld(
      {
        execute: { a: { "*": [asks(use(name, { to: "ana" })), { output: "done" }] } },
        review: { "*": { "*": FINE } },
      },
      { repeated: "same" },
    ),
  });
  const folder = await mkdtemp(join(tmpdir(), "terrace-"));
  const [path, trace] = [join(folder, "terrace.db"), join(folder, "trace")];
  const signal = await new Promise((resolve) => {
    fork(program, [simulator.url, path, name, trace, moment]).once("exit", (_, by) => resolve(by));
  });
  expect(signal).toBe("SIGKILL");
  const tool = defineTool({
    name,
    description: `Does ${name}.`,
    input: z.object({ to: z.string() }),
    hasEffect: name === "send",
    run: () => `${name} is done again.`,
  });
  const store = sqliteStore(path);
  const orchestrator = createOrchestrator({
    team: teamWith(name),
    agents: claudeAgents({ client: vendorClient(simulator.url), tools: [tool] }),
    store,
    env: laterClock(1),
    enforceInvariants: true,
  });
  const [left] = await orchestrator.runs();
  const run = await orchestrator.resume(left?.runId ?? "");
  const { answer } = await run.result();
  const deeds = existsSync(trace) ? readFileSync(trace, "utf8").trim().split("\n") : [];
  const found = {
    answer,
    deeds,
    started: eventsOf(run.log, "tool.started").length,
    shown: shownOf(simulator).flat(),
    requests: simulator.requests.length,
    violations: checkInvariants(run.log, { isOver: true }),
    unpaid: Math.round(run.ledger.usd * 1_000_000) - simulator.bill.microUsd,
  };
  await store.close();
  await simulator.close();
  await rm(folder, { recursive: true });
  return found;
}

const whole = { answer: "done", requests: 3, violations: [], unpaid: 0 };
const nobodyKnows = expect.stringMatching(
  /^Nobody knows whether this call acted: .* It was not made again\./,
);

test("[E17] [K01] a process killed between an act and its record is followed by one that does not act again, and says so", async () => {
  expect(await killedAt("send", "acted")).toEqual({
    ...whole,
    deeds: ["send ana"],
    started: 1,
    shown: [{ id: "toolu_send", isError: true, content: nobodyKnows }],
  });
});

test("[E17] nor does it when the process died before the act: nobody can tell the one from the other", async () => {
  expect(await killedAt("send", "before")).toMatchObject({
    ...whole,
    deeds: [],
    started: 1,
    shown: [{ isError: true, content: nobodyKnows }],
  });
});

test("[E17] what has no effect is done again", async () => {
  expect(await killedAt("look", "acted")).toMatchObject({
    ...whole,
    deeds: ["look ana"],
    started: 2,
    shown: [{ isError: false, content: "look is done again." }],
  });
});

test.each(["send", "look"] as const)(
  "[E17] a %s whose end was recorded is not repeated, and its result is shown as it was",
  async (name) => {
    expect(await killedAt(name, "recorded")).toMatchObject({
      ...whole,
      deeds: [`${name} ana`],
      started: 1,
      shown: [{ isError: false, content: `${name} is done.` }],
    });
  },
);
