// What comes from outside: refused in words that help, with nothing done.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mcpCommand } from "../../packages/cli/src/commands/mcp.js";
import { PLANS, place } from "../cli/kept.js";
import { surroundings } from "../cli/support.js";
import { KEY, serving } from "./serving.js";

const long = (characters: number): string => "x".repeat(characters);
const cyclic = {
  ...PLANS.row,
  tasks: PLANS.row.tasks.map((task) => (task.id === "a" ? { ...task, dependsOn: ["d"] } : task)),
};
const NO_RUN_ID =
  "runId: expected the id of a run, such as run_V1StGXR8_Z5jdHi6B-myT, at most 64 characters. list_runs has them";

/** What is asked, of which tool, and what is said of it. */
const REFUSED: readonly (readonly [string, string, Record<string, unknown>, string])[] = [
  [
    "a goal that is too long",
    "submit_goal",
    { goal: long(100_001), budgetUsd: 1 },
    "goal: expected at most 100000 characters, got 100001. Shorten it",
  ],
  [
    "no goal and no plan",
    "submit_goal",
    { budgetUsd: 1 },
    "Expected a `goal` or a `plan`, got neither. Give one of the two.",
  ],
  [
    "an empty goal",
    "submit_goal",
    { goal: " ", budgetUsd: 1 },
    'Expected a goal of 1 to 1000000 characters, or a plan, got `" "`.',
  ],
  [
    "a budget that is none",
    "submit_goal",
    { goal: "x", budgetUsd: -1 },
    "budgetUsd: expected US dollars above 0",
  ],
  ["a misspelt budget", "submit_goal", { goal: "x", budget: 1 }, 'Unrecognized key: "budget"'],
  [
    "a plan that is no plan",
    "submit_goal",
    { plan: { tasks: "all" }, budgetUsd: 1 },
    "plan.tasks: expected a list of tasks, plan.answer: expected the id of the task that gives the answer",
  ],
  ["a plan with a task that is none", "quote", { plan: { tasks: [{ id: "../x" }], answer: "x" } }, "tasks"],
  [
    "a plan with a cycle",
    "submit_goal",
    { plan: { goal: "x", ...cyclic }, budgetUsd: 1 },
    'The plan has a cycle: "a" → "b" → "c" → "d" → "a".',
  ],
  [
    "a plan of too many tasks",
    "quote",
    { plan: { tasks: new Array(1_001).fill({}), answer: "x" } },
    "plan.tasks: expected at most 1000 tasks, got 1001. Make fewer",
  ],
  ["the id of no run", "wait_run", { runId: "run_nobody" }, 'The store holds no run `"run_nobody"`.'],
  ["an id that could be a path", "get_run", { runId: "../../etc/passwd" }, NO_RUN_ID],
  ["an id that is too long", "cancel_run", { runId: long(65) }, NO_RUN_ID],
  [
    "a wait that is too long",
    "wait_run",
    { runId: "run_1", seconds: 3_600 },
    "seconds: expected a whole number from 1 to 300",
  ],
  [
    "a page that is none",
    "list_runs",
    { after: "' OR 1=1" },
    "after: expected `next` of the page before, as it is",
  ],
  [
    "a reason that is too long",
    "cancel_run",
    { runId: "run_1", reason: long(1_001) },
    "reason: expected at most 1000 characters, got 1001. Shorten it",
  ],
];

test("a request that cannot be is refused with what was expected and got, and nothing is done", async () => {
  const here = await place("row");
  const served = await serving(here);
  for (const [what, tool, args, words] of REFUSED) {
    const said = await served.refused(tool, args);
    expect.soft(said, what).toContain(words);
    expect.soft(said, what).not.toMatch(/\n\s+at |node_modules|\.js:/);
  }

  expect(here.simulator.requests).toEqual([]);
  expect((await served.call("list_runs")).structuredContent).toEqual({ runs: [], next: null });
  expect(served.stderr.text).toBe("");
});

test.each([
  ["run://run_nobody", 'The store holds no run `"run_nobody"`.'],
  ["run://run_nobody/events", 'There is no run "run_nobody" in the store. list_runs has those there are.'],
  [
    "run://..%2F..%2Fetc/events",
    "Expected the id of a run in the address, such as run://run_V1StGXR8_Z5jdHi6B-myT.",
  ],
  ["run://run_1/events?from=-1", "Expected `from` to be the number of an event, such as 100."],
  ["run://run_1/../../etc/passwd", "not found"],
])("the resource %s is refused", async (uri, words) => {
  const served = await serving(await place("row"));
  await expect(served.read(uri)).rejects.toThrow(words);
});

describe("the command", () => {
  test.each([
    [
      { readOnly: true, allowApprove: true },
      "Expected --read-only or --allow-approve, got both. Leave one out.",
    ],
    [{ maxRuns: "0" }, 'Expected --max-runs to be a whole number from 1 to 10000, got "0".'],
    [
      { maxBudgetUsd: "free" },
      'Expected --max-budget-usd to be an amount of US dollars above 0 and up to 1000000, such as 2.50, got "free".',
    ],
  ])("refuses %j, and serves nobody", async (options, words) => {
    const around = surroundings();
    await expect(mcpCommand(options, around)).rejects.toThrow(words);
    expect(around.stdout.text).toBe("");
  });
});

test("no tool, resource or error shows the key, whoever says it", async () => {
  const here = await place("doubtful");
  const served = await serving(here, { options: { allowApprove: true } });
  const { runId } = await served.atRest({ goal: `Use ${KEY} to write.`, budgetUsd: 2 });
  const settling = { runId, taskId: "doubtful" };
  for (const tool of ["get_run", "list_runs", "wait_run"])
    await served.call(tool, tool === "list_runs" ? {} : { runId });
  for (const uri of [`run://${runId}`, `run://${runId}/events`]) await served.read(uri);
  // Errors that repeat what they got.
  await served.refused("approve_task", { ...settling, decision: "rerun", tier: KEY });
  await served.refused("quote", { plan: { ...PLANS.row, answer: KEY } });
  await expect(served.client.callTool({ name: KEY })).rejects.toThrow("[redacted]");
  await served.run("approve_task", { ...settling, decision: "answer", output: `It is ${KEY}.`, reason: KEY });
  const { answer } = await served.run("wait_run", { runId });

  expect(answer?.text).toBe("An output.");
  expect(served.received()).toContain("[redacted]");
  expect(served.received()).not.toContain(KEY);
  expect(served.stderr.text).not.toContain(KEY);
});

test("a line that is no message is told to the person who runs the server, and ends nothing", async () => {
  const served = await serving(await place("row"));
  for (const line of [
    "{",
    "[1]",
    '{"jsonrpc":"1.0"}',
    "\u0000",
    '{"jsonrpc":"2.0","id":7,"method":"tools/destroy"}',
  ])
    served.write(line);

  expect((await served.call("list_runs")).structuredContent).toEqual({ runs: [], next: null });
  expect(served.received()).toContain('"message":"Method not found"');
  expect(served.stderr.text).not.toMatch(/\n\s+at /);
  expect(served.stderr.lines.length).toBeGreaterThan(0);
});

test("what a configuration prints goes to stderr, and not into the protocol", async () => {
  const here = await place("row");
  await writeFile(
    join(here.path, "terrace.config.mjs"),
    'console.log("hello from the configuration");\nexport default {};\n',
  );
  const served = await serving(here, { env: { TERRACE_OTHER: "1" } });
  await served.call("list_runs");

  expect(served.stderr.lines).toEqual([
    "hello from the configuration",
    expect.stringMatching(/^TERRACE_OTHER is no variable that has an effect\./),
  ]);
  for (const line of served.received().trim().split("\n"))
    expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
});
