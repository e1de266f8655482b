import { checkPriceRows, type PriceRow } from "@terrace/core";
import { describe, expect, test } from "vitest";
import { eventSchemas } from "../../packages/core/src/run/event-schemas.js";
import { defineTeam } from "../../packages/core/src/team.js";
import { submitted } from "../../packages/core/src/testing/index.js";
import { issuesOf } from "./support.js";

const row: PriceRow = {
  model: "m-1",
  inputUsd: 3,
  outputUsd: 15,
  cacheReadUsd: 0.3,
  cacheWrite5mUsd: 3.75,
  cacheWrite1hUsd: 6,
  source: "our contract",
  asOf: "2026-11-01",
};
const { asOf: _, ...undated } = row;

describe("Prices of one's own", () => {
  test("are kept with the team, and a change to what was declared changes nothing", () => {
    const prices = [{ ...row }];
    const team = teamWith(prices);
    (prices[0] as { inputUsd: number }).inputUsd = 99;

    expect(team.prices).toEqual([row]);
    expect(Object.isFrozen(team.prices[0])).toBe(true);
  });

  test("[B10] are part of the run's log, and a log from before there were any is read as one without", () => {
    const { team, ...rest } = submitted({ team: teamWith([row]) }) as ReturnType<typeof submitted> & {
      readonly team: object;
    };
    const envelope = { runId: "run_1", seq: 0, at: 0 };
    const { prices: none, ...older } = team as { readonly prices: unknown };
    const read = (team: object) => eventSchemas["run.submitted"].parse({ ...rest, ...envelope, team });

    expect(none).toEqual([row]);
    expect(read(team).team.prices).toEqual([row]);
    expect(read(older).team.prices).toEqual([]);
  });

  test.each([
    [
      "a price without a date",
      [undated],
      'Expected `prices[0].asOf` ("m-1") to be the day the prices were valid, as YYYY-MM-DD, got `undefined`. ' +
        "Say when you read them: prices without a date cannot be audited.",
    ],
    [
      "a date that is none",
      [{ ...row, asOf: "2026-02-30" }],
      'Expected `prices[0].asOf` ("m-1") to be the day the prices were valid, as YYYY-MM-DD, got `"2026-02-30"`. ' +
        "Say when you read them: prices without a date cannot be audited.",
    ],
    [
      "a negative price",
      [row, { ...row, model: "m-2", outputUsd: -1 }],
      'Expected `prices[1].outputUsd` ("m-2") to be USD per million tokens, from 0 to 100000, got `-1`. ' +
        "Correct it; a model whose price is unknown has no row, and counts as unpriced.",
    ],
    [
      "a negative price above a length",
      [{ ...row, above: { ...row, promptTokens: 1, inputUsd: Number.NaN } }],
      'Expected `prices[0].above` ("m-1") to have no key "model", "source", "asOf". Remove it, or correct its spelling.',
    ],
    [
      "no source",
      [{ ...row, source: "" }],
      'Expected `prices[0].source` ("m-1") to be where the prices are from, got `""`. Name the page, or the contract.',
    ],
    [
      "no model",
      [{ ...row, model: "" }],
      'Expected `prices[0].model` ("") to be the exact id of a model, got `""`. Name it as its answers do.',
    ],
    ["what is no row", [7], "Expected `prices[0]` to be a row of prices, got `7`. See `PriceRow`."],
    [
      "a model twice",
      [row, { ...row, inputUsd: 4 }],
      'Expected `prices` to have one row for each model, got "m-1" twice. Keep the row that is in force.',
    ],
  ])("are refused with %s, in a line that says what to do", (_, prices, line) => {
    expect(issuesOf(() => teamWith(prices as PriceRow[]))).toContain(line);
  });

  test("are refused together with all else that is wrong, and are no more than a thousand", () => {
    expect(
      issuesOf(() => teamWith([undated as PriceRow, { ...row, model: "m-2", inputUsd: -1 }])),
    ).toHaveLength(2);
    expect(checkPriceRows(Array.from({ length: 1_001 }, () => row))).toEqual([
      "Expected `prices` to have at most 1000 rows, got 1001. Keep the models you use.",
    ]);
  });
});

function teamWith(prices: readonly PriceRow[]) {
  return defineTeam({
    models: { haiku: "m-1", sonnet: "m-2", opus: "m-3" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku" } },
    prices,
  });
}
