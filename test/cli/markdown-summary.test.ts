import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunView } from "@terrace/core";
import { expect, test } from "vitest";
import { adviseKept } from "../../packages/cli/src/runs/ending.js";
import { messageOf } from "../../packages/cli/src/runs/standing.js";
import { summarizeInMarkdown } from "../../packages/cli/src/text/markdown-summary.js";
import { codeBlock, codeCell, codeSpan } from "../../packages/cli/src/text/markdown-text.js";
import { assertWritable, writeSummaries } from "../../packages/cli/src/text/summary-files.js";
import { reportLedger } from "../../packages/core/src/run/ledger-report.js";
import { ok, reject, wide } from "../../packages/core/src/testing/index.js";
import { atRest, folder, HAPPY, STORY, surroundings } from "./support.js";

async function viewOf(...given: Parameters<typeof atRest>): Promise<RunView> {
  const { state, log, census } = await atRest(...given);
  const ledger = reportLedger(state, log, () => ({ microUsd: 3_000, asOf: "2026-11-21" }));
  return { runId: "run_1", state, log, ledger, census };
}

const termsOf = (view: RunView) => ({
  message: messageOf(view),
  advice: adviseKept({ runId: view.runId, kept: { options: [] } }),
});

function markdownOf(view: RunView, maxBytes = 1_048_576): string {
  return summarizeInMarkdown(view, { ...termsOf(view), maxBytes }) ?? "";
}

test("a run that waits is summed up with its tasks, why they rose, what it cost and how it goes on", async () => {
  expect(markdownOf(await viewOf(STORY))).toMatchInlineSnapshot(`
    "## Run \`run_1\`: waits for a person

    Goal: \`Write about bees.\`

    1 of 3 tasks is accepted, after 5.0s at work; $0.0090 is spent on 9 calls.

    | task | tiers | attempts | confidence | verdict | cost |
    | --- | --- | ---: | --- | --- | ---: |
    | \`facts\` | \`haiku\` | 1 | high | accepted | $0.0020 |
    | \`draft\` | \`haiku→sonnet→opus\` | 3 | high | flagged | $0.0060 |
    | \`essay\` | \`sonnet\` | 0 | – | waiting | – |

    ### Why

    - \`draft\` waits for a person: \`never\`
    - \`draft\` \`haiku→sonnet\`: \`The end is missing.\`
    - \`draft\` \`sonnet→opus\`: \`The middle is missing.\`

    ### What it cost

    \`\`\`text
    Spent on accepted answers $0.0010, planning $0.0010, their reviews $0.0010,
    tiers that failed $0.0040, what was not accepted $0.0020.

    All at opus                          $0.0030   this run: +$0.0060 (+200 %)
      planned and reviewed as here       $0.0070   this run: +$0.0020 (+29 %)
    All at sonnet                        $0.0030   this run: +$0.0060 (+200 %)
      planned and reviewed as here       $0.0070   this run: +$0.0020 (+29 %)
    All at haiku                         $0.0030   this run: +$0.0060 (+200 %)
      planned and reviewed as here       $0.0070   this run: +$0.0020 (+29 %)
    Estimate: each accepted answer once, at model-opus prices of 2026-11-21, with
    the tokens it took here, a warm cache, live or batched as here; no planner, no
    review, nothing rejected.
    \`\`\`

    ### How to go on

    \`\`\`text
    See what was drafted:
      terrace show run_1
    Settle it in one of these ways, and the run goes on:
      terrace approve run_1 draft
      terrace answer run_1 draft "<your answer>"
      terrace rerun run_1 draft --tier opus
      terrace reject run_1 draft
    \`\`\`
    "
  `);
});

test("a run that was cancelled says so in code, and no way on", async () => {
  const view = await viewOf({ ...STORY, plan: wide(0) });
  expect(markdownOf(view)).toMatch(
    /^## Run `run_1`: failed\n\nGoal: .*\n\n0 of 0 tasks are accepted.*\n\n`+.*`+\n$/,
  );
});

test("a run that is complete says no way on", async () => {
  const text = markdownOf(await viewOf(HAPPY));
  expect(text).toMatch(
    /^## Run `run_1`: completed\n\nGoal: `Write about bees\.`\n\n3 of 3 tasks are accepted/,
  );
  expect(text).not.toContain("How to go on");
});

/** Everything that Markdown, GitHub or HTML would read as something else. */
const HOSTILE =
  "a\n\n# title\n| x | y |\n|---|---|\n```\n``` `b` <script>alert(1)</script> ![i](http://x/y.png) [l](javascript:z) @someone #1 &amp; \u001b[31m\u202e";

test("[H12] what models and goals say stays in code: no markup, no HTML, no link, no line of its own", async () => {
  const execute = { draft: ok(HOSTILE, { because: HOSTILE }) };
  const review = { draft: [reject(HOSTILE), reject(HOSTILE), reject(HOSTILE)] };
  const text = markdownOf(await viewOf({ ...STORY, execute, review }, HOSTILE));
  expect(text).toContain("script");
  // What is left without blocks and spans of code is what Markdown reads.
  const read = text
    .replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, "")
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
  expect(read).not.toMatch(/[`<>@&]|\p{C}(?<!\n)|!\[|\]\(|javascript|someone/u);
  expect(read.split("\n").filter((line) => line.startsWith("#"))).toHaveLength(4);
});

test.each([
  ["", "–"],
  ["plain", "`plain`"],
  ["a `b` c", "``a `b` c``"],
  ["`", "`` ` ``"],
  ["```", "```` ``` ````"],
  ["a\nb", "`a b`"],
])("%j is %s as a span of code", (text, span) => {
  expect(codeSpan(text)).toBe(span);
});

test("a cell of a table is not ended by what is in it, and a block of code not by its words", () => {
  expect(codeCell("a|b\\|c")).toBe("`a¦b¦¦c`");
  expect(codeBlock("a\n````\nb\n")).toBe("`````text\na\n````\nb\n`````");
});

test("of more tasks than fit, the first are told and the others counted, and no byte is too many", async () => {
  const view = await viewOf({ plan: wide(100) });
  for (const maxBytes of [3_000, 5_000, 8_000]) {
    const text = markdownOf(view, maxBytes);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes);
    expect(text).toMatch(/\| `t1` \|.*\nAnd \d+ more tasks\.\n\n/s);
  }
  expect(summarizeInMarkdown(view, { ...termsOf(view), maxBytes: 500 })).toBeNull();
});

test("the file is replaced whole, and nothing else is left in its folder", async () => {
  const [path, view, around] = [join(await folder(), "summary.md"), await viewOf(HAPPY), surroundings()];
  await writeFile(path, "old");
  writeSummaries(view, { ...termsOf(view), path }, around);
  expect(await readFile(path, "utf8")).toBe(markdownOf(view));
  expect(await readdir(join(path, ".."))).toEqual(["summary.md"]);
  expect(around.stderr.text).toBe("");
});

test("a file that cannot be written is said, and its folder is left as it was", async () => {
  const [path, view, around] = [
    join(await folder(), "gone", "summary.md"),
    await viewOf(HAPPY),
    surroundings(),
  ];
  writeSummaries(view, { ...termsOf(view), path }, around);
  expect(around.stderr.text).toMatch(/^The summary file could not be written: ENOENT: /);
});

test("in a GitHub build the summary is added to that of the step, which is kept below what GitHub shows", async () => {
  const [path, view] = [join(await folder(), "step"), await viewOf(HAPPY)];
  const terms = { ...termsOf(view), path: undefined };
  await writeFile(path, "Before.\n");
  writeSummaries(view, terms, surroundings({ GITHUB_STEP_SUMMARY: path }));
  expect(await readFile(path, "utf8")).toBe("Before.\n");
  const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: path };
  writeSummaries(view, terms, surroundings(env));
  expect(await readFile(path, "utf8")).toBe(`Before.\n${markdownOf(view)}`);

  const full = "x".repeat(1_048_000);
  await writeFile(path, full);
  const around = surroundings(env);
  writeSummaries(view, terms, around);
  expect(await readFile(path, "utf8")).toBe(full);
  expect(around.stderr.text).toBe(
    `The summary of the step could not be written: ${path} has no room for more: it may have 1048576 bytes.\n`,
  );
});

test("a file that cannot be written is a mistake before the run begins", async () => {
  const path = await folder();
  expect(() => assertWritable(join(path, "gone", "a.md"))).toThrow(
    `Expected --summary-file to be in a folder that is there, got "${path}/gone/a.md". Make "${path}/gone" first.`,
  );
  expect(() => assertWritable(path)).toThrow(
    `Expected --summary-file to name a file, got the folder "${path}".`,
  );
  expect(() => assertWritable("")).toThrow("Expected --summary-file to name a file, got an empty path.");
  expect(() => assertWritable(join(path, "a.md"))).not.toThrow();
});
