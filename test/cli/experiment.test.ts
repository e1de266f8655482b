import { join } from "node:path";
import { experiment } from "@terrace/core";
import { countingIds, reject, scriptedAgents, testTeam, wide } from "@terrace/core/testing";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { experimentCommand } from "../../packages/cli/src/commands/experiment.js";
import { folder, surroundings } from "./support.js";

/** A store with runs of an experiment whose treatment is the same team, and one kind of goal that escalates. */
async function storeOf(length: number): Promise<string> {
  const path = join(await folder(), "runs.db");
  const store = sqliteStore(path);
  const agents = scriptedAgents({ usage: { costMicroUsd: 100 }, review: { t1: { haiku: reject("No.") } } });
  const wiring = { agents, store, env: { ...countingIds(), now: () => 1_000 } };
  const trial = experiment({ name: "alike", arms: { control: testTeam, treatment: testTeam }, wiring });
  const runs = Array.from({ length }, (_, index) =>
    trial.submit({ ...wide(2), goal: `Goal ${index}` }, { kind: index % 2 === 0 ? "even" : "odd" }),
  );
  await Promise.all(runs.map((run) => run.result()));
  await store.close();
  return path;
}

test("an experiment is reported arm against arm, in all and by kind, with what is not clear", async () => {
  const around = surroundings();
  const path = await storeOf(60);
  expect(await experimentCommand("alike", { store: path }, around)).toBe(0);
  const { text } = around.stdout;

  expect(text).toMatch(
    /^Experiment alike: treatment against control\n\nall {2,}control +treatment +difference \(95 %\)\n/,
  );
  expect(text).toMatch(
    /^cost per accepted task +\$0\.0003 +\$0\.0003 +\+\$0\.0000 \(\+\$0\.0000 to \+\$0\.0000\)$/m,
  );
  expect(text).toMatch(/^escalated +50\.0 % +50\.0 % +\+0\.0 % \(\+0\.0 % to \+0\.0 %\)$/m);
  expect(text).toContain("\n\neven ");
  expect(text).toContain("Whether the arms differ in escalation is not clear: there is none so far.");

  const json = surroundings();
  await experimentCommand("alike", { store: path, json: true }, json);
  expect(JSON.parse(json.stdout.text)).toMatchObject({
    name: "alike",
    overall: { control: { acceptance: 1 } },
  });
});

test("an experiment without runs says so", async () => {
  const around = surroundings();
  expect(await experimentCommand("other", { store: await storeOf(1) }, around)).toBe(0);

  expect(around.stdout.text).toMatch(/^runs +0 +0$/m);
  expect(around.stdout.text).toContain("No run of this experiment has ended.");
});
