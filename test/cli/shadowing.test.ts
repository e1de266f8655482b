// `terrace shadow`, against a simulator over HTTP.
import { expect, test } from "vitest";
import { eventsOf, lastLine, place, runIdOf } from "./kept.js";

test("grades what a run accepted again and prints a report, and the run stays as it is", async () => {
  const here = await place("row");
  const first = await here.terrace("run", "Do it.", "--reporter", "line");
  const runId = runIdOf(first);
  const before = await eventsOf(here, runId);
  const { code, stdout, stderr } = await here.terrace("shadow", runId, "--share", "1", "--reporter", "line");

  expect(code).toBe(0);
  // A tenth of the confident attempts had a stronger reviewer the first time, and then have one stronger still.
  expect(stdout).toMatch(/^a +write +haiku +(haiku +sonnet|sonnet +opus) +upheld +–/m);
  expect(stdout).toContain(`Run ${runId}, graded again: 4 of 4 accepted outputs are upheld;`);
  expect(stderr).toContain("is upheld: Every criterion is met.");
  expect(await eventsOf(here, runId)).toEqual(before);
  const shown = await here.terrace("show", runIdOf({ stderr }));
  expect(shown.stdout).toContain("4 of 4 accepted outputs are upheld");
});

test("--json prints the events, and the report in the result", async () => {
  const here = await place("row");
  const runId = runIdOf(await here.terrace("run", "Do it.", "--reporter", "line"));
  const { stdout, code } = await here.terrace("shadow", runId, "--share", "1", "--no-one-down", "--json");
  const result = JSON.parse(lastLine(stdout)) as Record<string, unknown>;

  expect(code).toBe(0);
  expect(result).toMatchObject({
    type: "result",
    status: "completed",
    answer: { ofRunId: runId, regraded: 4, upheld: 4, loweredTried: 0 },
    ledger: { byPurpose: { shadow: { calls: 4 } } },
  });
});

test("a budget of its own pauses it, and the command that goes on is printed", async () => {
  const here = await place("row");
  const runId = runIdOf(await here.terrace("run", "Do it.", "--reporter", "line"));
  const short = await here.terrace(
    "shadow",
    runId,
    "--share",
    "1",
    "--budget-usd",
    "0.0001",
    "--reporter",
    "line",
  );
  expect(short.code).toBe(4);
  expect(short.stderr).toContain("0 of 4 attempts are reviewed again");

  const shadowId = runIdOf(short);
  const { code, stdout } = await here.terrace("resume", shadowId, "--budget-usd", "9", "--reporter", "line");
  expect(code).toBe(0);
  expect(stdout).toContain("4 of 4 accepted outputs are upheld");
});

test.each([
  [["--share", "2"], 'Expected --share to be a share above 0 and up to 1, such as 0.3, got "2".'],
  [["--share", "some"], 'Expected --share to be a share above 0 and up to 1, such as 0.3, got "some".'],
])("%j is refused", async (words, message) => {
  const here = await place("row");
  const { code, stderr } = await here.terrace("shadow", "run_1", ...words);

  expect({ code, stderr: stderr.trim() }).toEqual({ code: 2, stderr: message });
});

test("a run that is a shadow itself is refused", async () => {
  const here = await place("row");
  const runId = runIdOf(await here.terrace("run", "Do it.", "--reporter", "line"));
  const shadowId = runIdOf(await here.terrace("shadow", runId, "--reporter", "line"));
  const { code, stderr } = await here.terrace("shadow", shadowId);

  expect(code).toBe(2);
  expect(stderr).toContain(`Run "${shadowId}" is itself a shadow of run "${runId}". Grade that one.`);
});
