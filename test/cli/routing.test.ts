import { expect, test } from "vitest";
import { PLANS, place } from "./kept.js";

test("a task is routed without a key: every proposal is shown, who won, and who said nothing", async () => {
  const here = await place("row");
  const { code, stdout, stderr } = await here.keyless(
    "route",
    "Implement a parser",
    "--kind",
    "implement",
    "--error-cost",
    "high",
  );

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(
    [
      "Starts at opus, by errorCost(firstOf(table, domain)).",
      '    The table starts "implement" at sonnet. Moved from sonnet: an error costs',
      "    much.",
      "",
      "· table proposes sonnet, high",
      '    The table starts "implement" at sonnet.',
      "✔ errorCost(firstOf(table, domain)) proposes opus, high",
      "· keyword proposes sonnet, medium",
      '    It says "implement", which is work for sonnet.',
      "· errorCost(keyword) proposes opus, medium",
      '    It says "implement", which is work for sonnet. Moved from sonnet: an error',
      "    costs much.",
      "· planner proposes haiku, medium",
      "    Where its role starts.",
      "",
      "No proposal from userTier, history, domain, contextSize, requirements.",
      "",
    ].join("\n"),
  );
});

test("with --json it is one object, by what was said of the task", async () => {
  const here = await place("row");
  const said = "--domain security --context-tokens 150000 --tier sonnet --role worker --json".split(" ");
  const { stdout } = await here.keyless("route", "Sum", ...said);
  const { proposals, ...route } = JSON.parse(stdout);

  expect(route).toEqual({
    type: "route",
    router: "domain",
    tier: "opus",
    reason: 'Tasks about "security" start at opus.',
    confidence: "medium",
    maxTokens: null,
    silent: ["userTier", "history", "table", "keyword", "requirements"],
    classification: null,
  });
  expect(proposals.map(({ router, tier }: { router: string; tier: string }) => [router, tier])).toEqual([
    ["domain", "opus"],
    ["planner", "sonnet"],
    ["contextSize", "haiku"],
  ]);
});

test.each([
  ["--user-tier free", "userTier", "haiku"],
  ["--user-tier free --pin opus", "pin", "opus"],
  ["--kind architect", "table", "opus"],
])("%s is heeded", async (options, router, tier) => {
  const here = await place("row");
  const { stdout } = await here.keyless("route", "Sum", ...options.split(" "), "--json");

  expect(JSON.parse(stdout)).toMatchObject({ router, tier });
});

test("it learns from the runs of the store, and asks nobody", async () => {
  const here = await place("row");
  for (let times = 0; times < 3; times += 1) await here.terrace("run", "Write about bees.");
  const asked = here.simulator.requests.length;
  const [{ kind = "" } = {}] = PLANS.row.tasks;
  const { stdout } = await here.terrace("route", "Write about bees.", "--kind", kind, "--json");

  expect(JSON.parse(stdout)).toMatchObject({ router: "history", tier: "haiku" });
  expect(here.simulator.requests).toHaveLength(asked);
});

test("with --classify the cheapest model is asked, and what it took is told", async () => {
  const here = await place("row");
  const plain = await here.terrace("route", "Sum up", "--classify");
  const { stdout } = await here.terrace("route", "Sum up", "--classify", "--json");
  const { classification, tier, router } = JSON.parse(stdout);

  expect({ tier, router }).toEqual({ tier: "opus", router: "classifier" });
  expect(classification).toMatchObject({ complexity: "reasoning", errorCost: "low" });
  expect(classification.microUsd).toBe(here.simulator.bill.calls.at(-1)?.microUsd);
  expect(classification.latencyMs).toBeGreaterThan(0);
  expect(plain.stdout).toMatch(/\nThe classifier took [\d.]+s and \$[\d.]+\.\n$/);
  expect(plain.stdout).not.toContain("\u001b");
});

test.each([
  ["no task", [""], "Expected a task, got none."],
  ["a tier that is none", ["x", "--tier", "gold"], 'asks for tier "gold", which is not on the ladder'],
  ["a pin that is none", ["x", "--pin", "gold"], "Expected `pins.task` to be a tier of the ladder"],
  ["a role that is none", ["x", "--role", "poet"], 'asks for role "poet"'],
  [
    "an error cost that is none",
    ["x", "--error-cost", "some"],
    "Expected --error-cost to be one of low, high",
  ],
  [
    "tokens that are none",
    ["x", "--context-tokens", "many"],
    "Expected --context-tokens to be a whole number",
  ],
  ["a store that is not there", ["x", "--store", "no.db"], "There is no store at "],
  ["a question to a model without a key", ["x", "--classify"], "There is no key for Claude"],
])("%s is a mistake, which exits with 2", async (_, args, message) => {
  const here = await place("row");
  const { code, stdout, stderr } = await here.keyless("route", ...args);

  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});
