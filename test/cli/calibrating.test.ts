import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { place } from "./kept.js";

test("what earlier runs taught is shown without a key, and nothing is written", async () => {
  const here = await place("row");
  await here.terrace("run", "Write about bees.");
  await here.terrace("run", "Write about bees.");
  const asked = here.simulator.requests.length;
  const { code, stdout, stderr } = await here.keyless("calibrate");

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    new RegExp(
      [
        "^kind +tier +at once +95 % +sent on +sure +each +took *",
        "write +haiku +8/8 +68–100 % +0/8 +8/8 +\\$\\S+ +\\S+ *",
        "",
        "at once: [^\\n]+\n[^\\n]+",
        "",
        "From 2 runs\\.",
        "",
        "No kind had better start elsewhere\\.\\n$",
      ].join("\n"),
    ),
  );
  expect(here.simulator.requests).toHaveLength(asked);
});

test("the table that is proposed is written where one says, and --json is one object", async () => {
  const here = await place("row");
  await here.terrace("run", "Write about bees.");
  await writeFile(join(here.path, "table.json"), '{"write": {"tier": "sonnet", "maxTokens": 500}}');
  const { code, stdout } = await here.terrace(
    ...["calibrate", "--table", "table.json", "--write", "new.json", "--json"],
  );

  expect(code).toBe(0);
  const table = { write: { tier: "sonnet", maxTokens: 500 } };
  expect(JSON.parse(stdout)).toMatchObject({
    type: "calibration",
    runs: 1,
    rows: [{ kind: "write", tier: "haiku", started: 4 }],
    changes: [],
    samples: [],
    alarms: [],
    table,
  });
  expect(JSON.parse(await readFile(join(here.path, "new.json"), "utf8"))).toEqual(table);
});

test("a golden set is done at each tier, and is compared with the time before", async () => {
  const here = await place("row");
  const tasks = ["a", "b"].map((id) => ({ id, kind: "find", brief: "Find it.", criteria: ["Is right."] }));
  const failing = { ...tasks[0], id: "c", kind: "say", expected: { equals: "Another output." } };
  await writeFile(join(here.path, "smoke.json"), JSON.stringify({ tasks: [...tasks, failing] }));
  const first = await here.terrace("baseline", "smoke.json");
  const { code, stdout } = await here.terrace("baseline", "smoke.json", "--tiers", "haiku", "--json");

  expect(first.code).toBe(0);
  expect(first.stderr).toMatch(/^haiku: run \S+\nsonnet: run \S+\nopus: run \S+\n$/);
  expect(first.stdout).toMatch(/^smoke, \d{4}-\d\d-\d\d\n/);
  for (const tier of ["haiku", "sonnet", "opus"]) {
    expect(first.stdout).toMatch(new RegExp(`^find +${tier} +2/2 +34 to 100 % +\\$\\S+ +\\$\\S+ +– *$`, "m"));
    expect(first.stdout).toMatch(new RegExp(`^say +${tier} +0/1 +0 to 79 % +\\$\\S+ +– +– *$`, "m"));
  }
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    type: "baseline",
    name: "smoke",
    runs: [{ tier: "haiku", status: "failed" }],
    lines: [
      { kind: "find", tier: "haiku", accepted: 2, before: { judged: 2, accepted: 2 }, drift: null },
      { kind: "say", tier: "haiku", accepted: 0, before: { judged: 1, accepted: 0 }, drift: null },
    ],
  });
});

test.each([
  ["a store that is not there", ["calibrate"], "There is no store at "],
  [
    "a table that is none",
    ["calibrate", "--table", "none.json"],
    'The file "none.json" cannot be read: ENOENT',
  ],
  [
    "a table of something else",
    ["calibrate", "--table", "list.json"],
    'Expected the table "list.json" to have a tier',
  ],
  ["a file that is no JSON", ["baseline", "text.json"], 'The file "text.json" is not JSON: '],
  ["a golden set that is none", ["baseline", "list.json"], "Expected the golden set's "],
  [
    "a tier that is none",
    ["baseline", "set.json", "--tiers", "gold"],
    "Expected `tiers` to be of the ladder",
  ],
])("%s is a mistake, which exits with 2", async (_, args, message) => {
  const here = await place("row");
  await writeFile(join(here.path, "list.json"), "[1]");
  await writeFile(join(here.path, "text.json"), "A text.");
  await writeFile(join(here.path, "set.json"), '{"tasks": [{"id": "a", "kind": "k", "brief": "b"}]}');
  const { code, stdout, stderr } = await here.terrace(...args);

  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});
