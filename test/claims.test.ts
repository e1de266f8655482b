// What the README promises, and the tests that fail when it is not so.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** Titles of tests, by the file they stand in. */
type Shown = Readonly<Record<string, readonly string[]>>;

const SHOWN: Readonly<Record<string, Shown>> = {
  "Every routing decision has a reason you can read.": {
    "test/core/routing/routed-run.test.ts": [
      "a task is routed before its first attempt, with every proposal and the reason of the winner",
      "a role keeps its tasks within its tiers, whatever a router or a pin says",
    ],
    "test/scenarios/escalation.test.ts": ["climbs the ladder tier by tier, and stands when it is right"],
  },
  "Routers propose, people decide.": {
    "test/core/routing/routed-run.test.ts": ["a person's pin wins over every router"],
    "test/core/calibration/alarms.test.ts": ["raises each alarm once, as soon as there are cases enough"],
    "test/cli/calibrating.test.ts": [
      "what earlier runs taught is shown without a key, and nothing is written",
    ],
  },
  "Confidence never accepts anything.": {
    "test/scenarios/escalation.test.ts": ["a confident output is not accepted for its confidence"],
    "test/faults/run-rows.test.ts": ["the audited share gets a stronger reviewer"],
  },
  "One tier at a time, upwards, with an end.": {
    "test/scenarios/escalation.test.ts": ["hands each rejected draft up with what was found wrong with it"],
    "test/faults/run-rows.test.ts": ["[R11] an output of the top tier that is rejected is flagged"],
    "test/properties/runs.test.ts": ["a run comes to exactly one end, and its log breaks no rule"],
  },
  "The reviewer judges the work, not the worker.": {
    "test/scenarios/escalation.test.ts": ["which is never told of it"],
    "test/scenarios/blame.test.ts": ["re-runs that input one tier up, and leaves the victim at its tier"],
  },
  "Nothing truncated, refused or half-received passes as an answer.": {
    "test/faults/api-client-wire.test.ts": ["is never accepted, wherever it is cut"],
    "test/faults/intake.test.ts": ["a truncated or refused answer is handed on as a fault and never parsed"],
  },
  "The ledger misses nothing.": {
    "test/cli/demo.test.ts": ["the ledger is the simulator's bill, to the micro-dollar"],
    "test/core/run/ledger.test.ts": ["counts a call without a price as unpriced, not as free"],
  },
  "Savings are net, and signed.": {
    "test/core/run/compare.test.ts": [
      "is each accepted answer once, and nothing else; the run counts whole, and the saving is net",
      "of a run that escalates everything is cheaper than the run: it reports a loss",
    ],
  },
  "State is the fold of the log.": {
    "test/properties/disturbances.test.ts": ["leave the log as it is without them"],
  },
  "Runs survive their process": {
    "test/proofs/kill.test.ts": [
      "a process killed with SIGKILL leaves a run that ends as it would have, and pays for nothing twice",
    ],
    "test/store/processes.test.ts": [
      "a second process can neither take a run that is held nor write it with an old lease",
    ],
    "test/store/postgres/server-rows.test.ts": [
      "a server that restarts again and again, in order or as after a crash, neither stops a run nor has a call made twice",
      "a run waits and sends nothing, and goes on when there is one again",
    ],
  },
  "Rate limits are kept, not run into.": {
    "test/agents/rate-governor.test.ts": ["clients of one account share a governor for each model"],
    "test/agents/fallbacks.test.ts": ["When the provider is down, the call is made elsewhere"],
  },
  "A shared prompt is paid for once.": {
    "test/agents/caching.test.ts": ["writes the shared prefix once, and reads it 59 times"],
  },
  "A batch is sent once and paid once": {
    "test/resume/batch-kills.test.ts": ["is followed by one that sends and pays nothing twice"],
  },
  "A quote bounds what a plan costs.": {
    "test/quote/world.test.ts": ["1,000 of 1,000 runs cost what their quotes bound"],
  },
  "A budget is not overshot.": {
    "test/scenarios/budget.test.ts": ["[B04] is never overshot, however many calls are made at once"],
    "test/properties/budgets.test.ts": ["a run overspends by 0 micro-dollars"],
  },
  "Bounded.": {
    "test/faults/plan-bounds.test.ts": ["[P09] a plan of 10,000 whole tasks is refused"],
    "test/properties/counters.test.ts": [
      "a task has at most as many attempts as its tiers and their repairs allow",
    ],
  },
  "Tools are granted, never asked for.": {
    "test/faults/tool-injection.test.ts": ["[E18] %j changes no tier, right, budget or plan"],
    "test/resume/tool-kills.test.ts": ["is followed by one that does not act again"],
    "test/cli/config/tools.test.ts": ["[C06] a file of the working folder"],
  },
  "A plan grows only where you let it.": {
    "test/properties/growing-plans.test.ts": [
      "any plan with lists and subgoals ends with each item done once",
    ],
    "test/scenarios/growing-budget.test.ts": ["a subgoal spends no more than its share"],
    "test/scenarios/replanning.test.ts": ["is not asked about in a run that allows no revision"],
    "test/core/invariants/growth.test.ts": ["I-40: what is spent within a subgoal is not above its share"],
  },
  "An agent is no person.": {
    "test/mcp/tools.test.ts": ["and the log says that no person did", "must be bounded by somebody"],
    "test/mcp/refusals.test.ts": ["no tool, resource or error shows the key, whoever says it"],
  },
};

test("each promise of the README is held to by tests", () => {
  const [, promises = ""] = /## What it promises\n([\s\S]*?)\n## /.exec(read("README.md")) ?? [];
  const bold = [...promises.matchAll(/^- \*\*([\s\S]*?)\*\*/gm)].map(([, claim = ""]) =>
    claim.replace(/\s+/g, " "),
  );
  expect(bold).toEqual(Object.keys(SHOWN));
});

test.each(Object.entries(SHOWN))("%s", (_, shown) => {
  for (const [file, titles] of Object.entries(shown)) {
    for (const title of titles) expect(read(file), file).toContain(title);
  }
});
