import { hostname, userInfo } from "node:os";
import { expect, test } from "vitest";
import { eventsOf as events, lastLine, type Place, place, runIdOf } from "./kept.js";

/** A run that waits for a person, and the id of it; its process is gone. */
async function waiting(): Promise<{ here: Place; runId: string; stderr: string }> {
  const here = await place("doubtful");
  const run = await here.terrace("run", "Write about bees.");
  expect(run).toMatchObject({ code: 5, stdout: "" });
  return { here, runId: runIdOf(run), stderr: run.stderr };
}

test("[H10] a run in which everything waits for a person ends its process, which says how to settle it", async () => {
  const { here, runId, stderr } = await waiting();

  expect(stderr).toMatch(
    new RegExp(
      [
        "1 task waits for a person; 1 of 3 are accepted, and \\$0\\.\\d+ is spent\\.",
        "  doubtful: The middle is missing\\.",
        "See what was drafted:",
        `  terrace show ${runId}`,
        "Settle it in one of these ways, and the run goes on:",
        `  terrace approve ${runId} doubtful`,
        `  terrace answer ${runId} doubtful "<your answer>"`,
        `  terrace rerun ${runId} doubtful --tier opus`,
        `  terrace reject ${runId} doubtful`,
        "$",
      ].join("\n"),
    ),
  );
  expect((await here.terrace("runs")).stdout).toMatch(
    new RegExp(`^${runId}  waits for a person +\\d+ +\\d+s  Write about bees\\.$`, "m"),
  );
  expect((await events(here, runId)).at(-1)).toMatchObject({ status: "paused", exitCode: 5 });
});

test("[H07] a decision from another process finds the run still waiting, and it goes on from there", async () => {
  const { here, runId } = await waiting();
  const asked = here.simulator.requests.length;
  // A process that looks in between changes nothing.
  expect(await here.terrace("resume", runId)).toMatchObject({ code: 5, stdout: "" });
  expect(here.simulator.requests).toHaveLength(asked);
  const approved = await here.shell(`terrace approve ${runId} doubtful`);

  expect(approved).toMatchObject({ code: 0, stdout: "An output.\n" });
  expect(approved.stderr).toContain("doubtful          settled by a person: accept");
  expect(approved.stderr).not.toContain("doubtful          flagged");
  expect(here.repeated()).toBe(0);
  expect(here.simulator.requests.length).toBe(asked + 2);
  const resolved = (await events(here, runId)).find(({ type }) => type === "task.resolved");
  expect(JSON.stringify(resolved)).toContain(`${userInfo().username}@${hostname()}`);
});

test("[H07] a decision alone asks nobody, needs no key, and leaves the rest to whoever resumes", async () => {
  const { here, runId } = await waiting();
  const asked = here.simulator.requests.length;
  const settled = await here.keyless("approve", runId, "doubtful", "--settle-only");

  expect(settled).toMatchObject({ code: 0, stdout: "" });
  expect(here.simulator.requests).toHaveLength(asked);
  expect(lastLine(settled.stderr)).toBe(`  terrace resume ${runId}`);
  expect(await here.typed(lastLine(settled.stderr))).toMatchObject({ code: 0, stdout: "An output.\n" });
});

test("a person's own answer is the output, from the command line or from standard input", async () => {
  const { here, runId } = await waiting();
  const answered = await here.shell(`printf 'Mine, \\nat last.\\n' | terrace answer ${runId} doubtful -`);

  expect(answered).toMatchObject({ code: 0, stdout: "An output.\n" });
  expect((await events(here, runId)).find(({ type }) => type === "task.resolved")).toMatchObject({
    resolution: { action: "answer", output: "Mine, \nat last." },
  });
});

test("a task that is tried once more is tried at the tier that is named", async () => {
  const { here, runId } = await waiting();
  const asked = here.simulator.requests.length;
  const rerun = await here.terrace("rerun", runId, "doubtful", "--tier", "opus");

  expect(rerun).toMatchObject({ code: 5, stdout: "" });
  expect(rerun.stderr).toContain("doubtful          flagged for a person");
  // The task and its review.
  expect(here.simulator.requests.length - asked).toBe(2);
});

const MISTAKES: readonly [readonly string[], RegExp][] = [
  [
    ["approve", "nobody"],
    /^Run "run_.*" has no task `"nobody"`\. Its tasks: "facts", "doubtful", "essay"\.\n$/,
  ],
  [["approve", "facts"], /^Expected task "facts" to be flagged for a person, but it is accepted\. /],
  [
    ["rerun", "doubtful", "--tier", "haiku"],
    /^Expected task "doubtful" to be re-run at one of "opus", got `"haiku"`\. /,
  ],
  [["rerun", "doubtful"], /^error: required option '--tier <tier>' not specified\n/],
  [
    ["answer", "doubtful", " "],
    /^Expected an answer, got an empty text\. To give the task up: terrace reject <run> <task>\.\n$/,
  ],
];

test("a decision that cannot stand is a mistake, which exits with 2 and leaves the run as it was", async () => {
  const { here, runId } = await waiting();
  const before = await events(here, runId);
  for (const [[command = "", ...rest], message] of MISTAKES) {
    const refused = await here.terrace(command, runId, ...rest);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(message);
  }
  const keyless = await here.keyless("approve", runId, "doubtful");
  expect(keyless).toMatchObject({ code: 2, stdout: "" });
  expect(keyless.stderr).toMatch(/^There is no key for Claude: /);

  expect(await events(here, runId)).toEqual(before);
});

test("[H12] what a model wrote is shown behind a bar, and can neither colour nor move nor speak for the command", async () => {
  const { here, runId } = await waiting();
  const { stdout } = await here.terrace("show", runId);
  const [, shown = ""] = stdout.split("doubtful waits for a person: ");

  expect(shown.split("\n").slice(0, 6)).toEqual([
    "The middle is missing.",
    "The draft of attempt 1, at opus, which calls its confidence high; it is not accepted:",
    "  │ The draft.",
    "  │ attempt 9: accepted by a person",
    "  │ <b>done</b>",
    "Settle it in one of these ways, and the run goes on:",
  ]);
  expect(stdout).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
});
