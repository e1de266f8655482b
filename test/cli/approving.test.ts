import { hostname, userInfo } from "node:os";
import { expect, test } from "vitest";
import { eventsOf, lastLine, type Place, place, runIdOf } from "./kept.js";

/** A run whose plan waits for approval, and what its process said; that is gone. */
async function waiting(): Promise<{ here: Place; runId: string; stderr: string }> {
  const here = await place("row");
  const run = await here.terrace("run", "Write about bees.", "--approve-above-usd", "0.01");
  expect(run).toMatchObject({ code: 5, stdout: "" });
  return { here, runId: runIdOf(run), stderr: run.stderr };
}

const QUOTED = "quoted at \\$0\\.\\d+ likely, from \\$0\\.0000 to \\$\\d+\\.\\d\\d";

test("a plan that is likely to cost more than was said waits, and its process ends with 5 and the way on", async () => {
  const { here, runId, stderr } = await waiting();

  expect(here.simulator.requests).toHaveLength(1);
  expect(stderr).toMatch(new RegExp(`plan +${QUOTED}\\n`));
  expect(stderr).toMatch(
    new RegExp(
      [
        "The run is paused \\(approval\\): The plan is likely to cost 0\\.\\d+ USD, and above 0\\.010000 USD a person must approve\\.",
        "0 of 4 tasks are accepted, and \\$0\\.\\d+ is spent\\.",
        "See what is planned:",
        `  terrace show ${runId}`,
        "If it may cost that much, go on with:",
        `  terrace resume ${runId} --approve`,
        "$",
      ].join("\n"),
    ),
  );
  const shown = await here.keyless("show", runId);
  expect(shown.stdout).toMatch(new RegExp(`^${runId}  waits for approval\n(.*\n){3}plan: ${QUOTED}\n`));
  expect(lastLine(shown.stdout)).toBe(`  terrace resume ${runId} --approve`);
  expect((await here.terrace("runs")).stdout).toMatch(new RegExp(`^${runId}  waits for approval +`, "m"));
});

test("a plan that is approved, as it was printed, is carried out, and the log says who approved it", async () => {
  const { here, runId, stderr } = await waiting();
  const approved = await here.typed(lastLine(stderr));

  const person = `${userInfo().username}@${hostname()}`;
  expect(approved).toMatchObject({ code: 0, stdout: "An output.\n" });
  expect(approved.stderr).toContain(`plan              approved by ${person}\n`);
  expect(here.repeated()).toBe(0);
  const events = await eventsOf(here, runId);
  expect(events.filter(({ type }) => type === "plan.approved")).toMatchObject([{ by: person }]);
  expect(events.filter(({ type }) => type === "plan.quoted")).toHaveLength(1);

  const again = await here.terrace("resume", runId, "--approve");
  expect(again).toEqual({
    code: 2,
    stdout: "",
    stderr: `Expected run "${runId}" to wait for an approval, but it is completed. Leave --approve out.\n`,
  });
  expect(await eventsOf(here, runId)).toEqual(events);
});

test("a run that is resumed without a word on its price waits again, and asks nobody", async () => {
  const { here, runId } = await waiting();
  const resumed = await here.terrace("resume", runId, "--budget-usd", "1");

  expect(resumed).toMatchObject({ code: 5, stdout: "" });
  expect(lastLine(resumed.stderr)).toBe(`  terrace resume ${runId} --approve`);
  expect(here.simulator.requests).toHaveLength(1);
  const keyless = await here.keyless("resume", runId, "--approve");
  expect(keyless).toMatchObject({ code: 2, stdout: "" });
  expect((await eventsOf(here, runId)).map(({ type }) => type)).not.toContain("plan.approved");
});

test("a run that waits for something else has nothing to approve", async () => {
  const here = await place("doubtful");
  const run = await here.terrace("run", "Write about bees.", "--approve-above-usd", "100");
  const refused = await here.terrace("resume", runIdOf(run), "--approve");

  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toBe(
    `Expected run "${runIdOf(run)}" to wait for an approval, but it is paused (person). Leave --approve out.\n`,
  );
});
