import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PLANS, type Place, place } from "./kept.js";
import { terrace } from "./support.js";

/** A folder with a plan, "plan.json". */
async function planned(plan: object = { goal: "Write about bees.", ...PLANS.row }): Promise<Place> {
  const here = await place("row");
  await writeFile(join(here.path, "plan.json"), JSON.stringify(plan));
  return here;
}

const UNTAUGHT = "likely: 0 of 4 tasks as earlier runs of their role and tier came out; of the";

test("a quote needs no key and no store, and says what it rests on", async () => {
  const here = await planned();
  const { code, stdout, stderr } = await here.keyless("quote", "--plan", "plan.json");

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [table = "", assumptions = ""] = stdout.split("\n\n");
  const usd = " +\\$\\d+\\.\\d+".repeat(3);
  expect(table).toMatch(
    new RegExp(
      [
        "^quote +min +likely +max +calls *",
        `at haiku${usd} +8 / 8 / 96 *`,
        `at sonnet${usd} +0 / 2 / 96 *`,
        `at opus${usd} +0 / 0 / 240 *`,
        `in all${usd} +8 / 10 / 432 *`,
        `planning, beside${usd} +1 / 1 / 8 *$`,
      ].join("\n"),
    ),
  );
  expect(assumptions).toContain(UNTAUGHT);
  expect(assumptions.trimEnd().split("\n").at(-1)).toBe("The plan is there: the planner is not asked.");
  expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
  expect((await here.terrace("runs")).stderr).toContain("There is no store at");
});

test("a quote learns from the runs of the store, and asks nobody", async () => {
  const here = await planned();
  await here.terrace("run", "Write about bees.");
  await here.terrace("run", "Write about bees.");
  const asked = here.simulator.requests.length;
  const { code, stdout } = await here.terrace("quote", "--plan", "plan.json");

  expect(code).toBe(0);
  expect(stdout).toContain(UNTAUGHT.replace("0 of 4", "4 of 4"));
  expect(here.simulator.requests).toHaveLength(asked);
});

test("a quote with --json is one object, on the terms that were named", async () => {
  const here = await planned();
  const terms = ["--planning", "--budget-usd", "0.05", "--urgency", "batch", "--json"];
  const whole = await here.terrace("quote", "--plan", "plan.json", ...terms);
  const plain = await here.terrace("quote", "--plan", "plan.json", "--json");

  const quote = JSON.parse(whole.stdout);
  const live = JSON.parse(plain.stdout);
  expect(quote).toMatchObject({ type: "quote", maxUsd: 0.05, calls: { min: 9 } });
  expect(quote.byTier.haiku.likelyUsd).toBeCloseTo(live.byTier.haiku.likelyUsd / 2, 5);
  expect(quote.assumptions.at(-1)).toBe("The planner is asked anew.");
  expect(live.calls.min).toBe(8);
});

test("where planning is in the sum, the table has it above the sum", async () => {
  const here = await planned();
  const { stdout } = await here.terrace("quote", "--plan", "plan.json", "--planning");

  expect(stdout).toMatch(/^planning +\$.*\nin all +\$.* 9 \/ \d+ \/ \d+ *\n\n/m);
});

test("a model without a known price leaves the sum unknown", async () => {
  const here = await planned();
  const env = { ...here.env, ANTHROPIC_DEFAULT_OPUS_MODEL: "mine" };
  const { code, stdout } = await terrace(["quote", "--plan", "plan.json"], { cwd: here.path, env });

  expect(code).toBe(0);
  expect(stdout).toMatch(/^in all +unknown +unknown +unknown /m);
  expect(stdout).toContain('"mine" have no known price');
});

test.each([
  ["a plan that does not stand", ["--plan", "broken.json"], "PLAN_"],
  ["a file that is not there", ["--plan", "none.json"], 'The file "none.json" cannot be read: ENOENT'],
  ["a store that is not there", ["--plan", "plan.json", "--store", "no.db"], "There is no store at "],
  [
    "an urgency that is none",
    ["--plan", "plan.json", "--urgency", "soon"],
    "Expected --urgency to be one of",
  ],
  ["a budget that is none", ["--plan", "plan.json", "--budget-usd", "-1"], "Expected --budget-usd to be"],
])("%s is a mistake, which exits with 2", async (_, args, message) => {
  const here = await planned();
  await writeFile(join(here.path, "broken.json"), JSON.stringify({ goal: "G", ...PLANS.row, answer: "x" }));
  const { code, stdout, stderr } = await here.terrace("quote", ...args);

  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});
