import { join } from "node:path";
import { createOrchestrator } from "@terrace/core";
import { fault, ok, scriptedAgents, testTeam } from "@terrace/core/testing";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { showCommand } from "../../packages/cli/src/commands/show.js";
import { inFolder } from "./config/support.js";
import { clockOf, folder, HAPPY, STORY, surroundings } from "./support.js";

/** A store with one run, "r", that was started three hours ago. */
async function storeOf(script: Parameters<typeof scriptedAgents>[0]): Promise<string> {
  const path = join(await folder(), "runs.db");
  const store = sqliteStore(path);
  let calls = 0;
  await createOrchestrator({
    team: testTeam,
    agents: scriptedAgents(script),
    store,
    env: {
      ...clockOf(3 * 3_600_000),
      id: (kind) => {
        calls += 1;
        return kind === "run" ? "r" : `${kind}_${calls}`;
      },
    },
  })
    .submit("Write about bees.")
    .result()
    .catch(() => {});
  await store.close();
  return path;
}

test("a run that has ended is shown with its tasks and its ledger, and no way to go on", async () => {
  const around = surroundings();
  expect(await showCommand("r", { store: await storeOf(HAPPY) }, around)).toBe(0);
  const { lines } = around.stdout;

  expect(lines.slice(0, 2)).toEqual(["r  completed", "Write about bees."]);
  expect(lines[2]).toMatch(/^started \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, 3h ago; \d+ events$/);
  expect(around.stdout.text).toMatch(/^✔ draft +haiku→sonnet→opus +3 +high +accepted +\$0\.0060$/m);
  expect(around.stdout.text).toMatch(/^spent +11 /m);
  expect(around.stdout.text).not.toContain("terrace ");
});

test("the commands that settle it name the configuration that this one was given", async () => {
  const around = await inFolder(
    { "our team.json": "{}" },
    {},
    { config: "our team.json", trustProject: true },
  );
  const path = await storeOf(STORY);
  await showCommand("r", { store: path }, around);

  expect(around.stdout.lines.at(-1)).toBe(
    `  terrace reject r draft --store ${path} --config 'our team.json' --trust-project`,
  );
});

test("a run that waits is shown with the draft and with the commands that settle it", async () => {
  const around = surroundings();
  const path = await storeOf(STORY);
  await showCommand("r", { store: path }, around);

  expect(around.stdout.lines[0]).toBe("r  waits for a person");
  expect(around.stdout.lines.slice(-8)).toEqual([
    "draft waits for a person: never",
    "The draft of attempt 3, at opus, which calls its confidence high; it is not accepted:",
    "  │ all of it",
    "Settle it in one of these ways, and the run goes on:",
    `  terrace approve r draft --store ${path}`,
    `  terrace answer r draft "<your answer>" --store ${path}`,
    `  terrace rerun r draft --tier opus --store ${path}`,
    `  terrace reject r draft --store ${path}`,
  ]);
});

test("[H12] of a draft no more is shown than a person can read, and the rest is counted", async () => {
  const output = Array.from({ length: 100 }, (_, line) => `${line} ${"x".repeat(300)}`).join("\n");
  const execute = {
    ...(STORY.execute as object),
    draft: { haiku: ok("a"), sonnet: ok("b"), opus: ok(output) },
  };
  const around = surroundings();
  await showCommand("r", { store: await storeOf({ ...STORY, execute }) }, around);
  const quoted = around.stdout.lines.filter((line) => line.startsWith("  │ "));

  expect(quoted).toHaveLength(40);
  expect(Math.max(...quoted.map((line) => line.length))).toBe(164);
  expect(around.stdout.text).toContain(
    "Not all of it is shown: it has 100 lines and 30290 characters.\nSettle it",
  );
});

test("a task without a draft offers none to approve", async () => {
  const execute = { ...(STORY.execute as object), draft: fault("refused") };
  const around = surroundings();
  await showCommand("r", { store: await storeOf({ ...STORY, execute }) }, around);

  expect(around.stdout.text).toContain(
    "There is no draft: attempt 2, at sonnet, brought no output.\nSettle it",
  );
  expect(around.stdout.text).not.toContain("terrace approve");
  expect(around.stdout.text).toContain("  terrace rerun r draft --tier sonnet --store ");
});

test("with --json the log comes an event a line, then the result", async () => {
  const around = surroundings();
  const path = await storeOf(STORY);
  await showCommand("r", { store: path, json: true }, around);
  const lines = around.stdout.lines.map((line) => JSON.parse(line) as unknown);
  const store = sqliteStore(path);
  const log = await store.read("r");
  await store.close();

  expect(lines.slice(0, -1)).toEqual(log);
  expect(lines.at(-1)).toMatchObject({
    type: "result",
    runId: "r",
    status: "paused",
    exitCode: 5,
    message: expect.stringMatching(/^Task "draft" is flagged for a person/),
    census: { tasks: 3, accepted: 1, flagged: 1 },
  });
});
