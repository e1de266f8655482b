import type { ReviewRequest, RunEvent } from "@terrace/core";
import { expect, test } from "vitest";
import { createPalette } from "../../packages/cli/src/text/palette.js";
import { summarize } from "../../packages/cli/src/text/summary.js";
import { reportLedger } from "../../packages/core/src/run/ledger-report.js";
import { accept, reject, wide } from "../../packages/core/src/testing/index.js";
import { atRest, HAPPY, STORY } from "./support.js";

async function summaryOf(
  script: Parameters<typeof atRest>[0],
  options: { price?: number | null; colour?: boolean } = {},
) {
  const { price = 3_000, colour = false } = options;
  const { state, log, census } = await atRest(script);
  const ledger = reportLedger(state, log, () =>
    price === null ? null : { microUsd: price, asOf: "2026-11-21" },
  );
  return summarize({ state, log, ledger, census, palette: createPalette(colour) });
}

test("a summary has the tasks, the escalations, the cost and what the top tier would have cost", async () => {
  expect(await summaryOf(HAPPY)).toMatchInlineSnapshot(`
    "task     tiers              attempts  confidence  verdict      cost
    ✔ facts  haiku                     1  high        accepted  $0.0020
    ✔ draft  haiku→sonnet→opus         3  high        accepted  $0.0060
    ✔ essay  sonnet                    1  high        accepted  $0.0020

    2 escalations
    draft  haiku→sonnet   review: The end is missing.
    draft  sonnet→opus    review: The middle is missing.

    cost         calls  tokens in  cached  tokens out      USD
    at haiku         3        300       –          30  $0.0030
    at sonnet        4        400       –          40  $0.0040
    at opus          4        400       –          40  $0.0040
    by planner       1        100       –          10  $0.0010
    by worker        4        400       –          40  $0.0040
    by writer        1        100       –          10  $0.0010
    by reviewer      5        500       –          50  $0.0050
    spent           11       1.1k       –         110  $0.0110
    Answers took (p50 / p95): haiku 0.0s / 0.0s, sonnet 0.0s / 0.0s, opus 0.0s /
    0.0s

    Spent on accepted answers $0.0030, planning $0.0010, their reviews $0.0030,
    tiers that failed $0.0040.

    All at opus                          $0.0090   this run: +$0.0020 (+22 %)
      planned and reviewed as here       $0.0190   this run: −$0.0080 (−42 %)
    All at sonnet, trusted with 1 more   $0.0090   this run: +$0.0020 (+22 %)
    All at haiku, trusted with 2 more    $0.0090   this run: +$0.0020 (+22 %)
    Estimate: each accepted answer once, at model-opus prices of 2026-11-21, with
    the tokens it took here, a warm cache, live or batched as here; no planner, no
    review, nothing rejected.
    "
  `);
});

test("a summary warns of a role whose tasks climb too often", async () => {
  const review = (request: ReviewRequest) =>
    (request.executedAt === "haiku" ? reject("No.") : accept)(request);

  expect((await summaryOf({ plan: wide(12), review })).replace(/\s+/g, " ")).toContain(
    '12 of 12 tasks of role "worker" were escalated, more than 20 %. Start it one tier higher, or say more in its instructions.',
  );
});

test("a run that costs more than the top tier would says so", async () => {
  expect(await summaryOf(HAPPY, { price: 100 })).toMatch(
    /All at opus +\$0\.0003 +this run: \+\$0\.0107 \(\+3567 %\)/,
  );
});

test("without a price it compares nothing", async () => {
  expect(await summaryOf(HAPPY, { price: null })).toContain(
    'All at opus: unknown, for want of a price of "model-opus" or of an answer\'s tokens.',
  );
});

test("calls of unknown cost are said to be missing from the sums", async () => {
  const summary = await summaryOf({ ...HAPPY, usage: { inputTokens: 100, costMicroUsd: null } });
  expect(summary).toContain("The cost of 11 calls is unknown and not in these sums.");
  expect(summary).toMatch(/All at opus +\$0\.0090 +this run: unknown\n/);
});

test("a run with nothing accepted compares nothing", async () => {
  const summary = await summaryOf({ ...STORY, plan: {} });
  expect(summary).not.toContain("All at opus");
});

test("what is flagged and what waits for it are told apart", async () => {
  const summary = await summaryOf(STORY);
  expect(summary).toMatch(/⚑ draft +haiku→sonnet→opus +3 +high +flagged/);
  expect(summary).toMatch(/· essay +– +0 +– +waiting +–/);
});

test("it is readable in 80 columns", async () => {
  const summary = await summaryOf({ ...HAPPY, plan: wide(30, { title: "x".repeat(200) }) });
  for (const line of (await summaryOf(HAPPY)).split("\n").concat(summary.split("\n"))) {
    expect(line.length).toBeLessThanOrEqual(80);
  }
});

test("colours change nothing but the colour", async () => {
  const coloured = await summaryOf(HAPPY, { colour: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(await summaryOf(HAPPY));
});

test("a summary tells the alarms that were raised, in a line of its width", async () => {
  const { state, log, census, ledger } = await atRest(HAPPY);
  const alarm: RunEvent<"alarm.raised"> = {
    type: "alarm.raised",
    alarm: "escalation",
    kind: "extract",
    tier: "haiku",
    reason:
      '8 of 10 "extract" tasks were sent on from haiku (49 to 94 %), more than 20 %.\u001b[31m Start higher.',
    cases: 10,
    share: 0.8,
    low: 0.49,
    high: 0.94,
    bound: 0.2,
    runId: "r",
    seq: 0,
    at: 0,
  };
  const palette = createPalette(false);
  const text = summarize({ state, log: [...log, alarm], ledger, census, palette });

  expect(text).toContain(
    'Alarm: 8 of 10 "extract" tasks were sent on from haiku (49 to 94 %), more than\n20 %. Start higher.\n',
  );
});
