import { type CalibrationRow, calibrationOf, chancesOf, historyRouter, type StepCost } from "@terrace/core";
import { ok, planOf, reject, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { question, row } from "../routing/support.js";
import { shadowed } from "./support.js";

const graded = (counts: Partial<CalibrationRow["shadow"]>): Partial<CalibrationRow> => ({
  shadow: { regraded: 0, upheld: 0, loweredTried: 0, loweredAsGood: 0, ...counts },
});
const chanceAt = (tier: string, calibration: readonly CalibrationRow[]) =>
  chancesOf(question({ calibration }), 10)?.find((chance) => chance.tier === tier);

describe("calibration", () => {
  test("counts what was graded again where it was made", async () => {
    const plan = planOf({ a: { tier: "sonnet" }, b: { tier: "sonnet" }, c: {} });
    const { run, shadow } = await shadowed(plan, { review: { b: reject("No.") } });
    const rows = calibrationOf([run.log, shadow.log]);

    expect(rows.map(({ tier, shadow }) => [tier, shadow])).toEqual([
      ["sonnet", { regraded: 2, upheld: 1, loweredTried: 1, loweredAsGood: 1 }],
      ["haiku", { regraded: 1, upheld: 1, loweredTried: 0, loweredAsGood: 0 }],
    ]);
  });

  test("keeps all else as if nothing had been graded: what a shadow did is no work of the tier", async () => {
    const { run, shadow } = await shadowed(planOf({ a: { tier: "sonnet" } }), { execute: ok("lower") });
    const without = calibrationOf([run.log]);

    expect(calibrationOf([run.log, shadow.log]).map(({ shadow: _, ...rest }) => rest)).toEqual(without);
  });

  test("counts each attempt once, however often its run is graded", async () => {
    const { run, shadow, orchestrator } = await shadowed(wide(2), { review: reject("No.") });
    const again = await orchestrator.shadow(run.id, { share: 1 });
    await again.result();

    expect(calibrationOf([again.log, shadow.log, run.log])[0]?.shadow).toMatchObject({
      regraded: 2,
      upheld: 0,
    });
  });

  test("counts nothing of what was not answered, or of an input that is to blame", async () => {
    const plan = planOf({ a: {}, b: { dependsOn: ["a"] } });
    const blaming = (request: Parameters<ReturnType<typeof reject>>[0]) => {
      const answer = reject("Wrong facts.")(request);
      return answer.outcome === "ok" ? { ...answer, value: { ...answer.value, blame: "a" } } : answer;
    };
    const { shadow } = await shadowed(plan, {
      review: { a: { outcome: "ok", value: {} } as never, b: blaming },
    });

    expect(calibrationOf([shadow.log])).toEqual([]);
  });
});

describe("a chance", () => {
  test("stays as it was where nothing was graded, or all was upheld", () => {
    const plain = chanceAt("haiku", [row("haiku", 38, 38)]);

    expect(plain).toEqual({ tier: "haiku", accepted: 39 / 40, cases: 38, hits: 38 });
    expect(chanceAt("haiku", [row("haiku", 38, 38, graded({ regraded: 10, upheld: 10 }))])?.accepted).toBe(
      39 / 40,
    );
  });

  test("counts what was overturned as failed, as often in all that was accepted as in the sample", () => {
    const calibration = [row("haiku", 100, 90, graded({ regraded: 26, upheld: 11 }))];

    // Of 90 that were accepted, (11 + 4) / (26 + 4) are taken to stand.
    expect(chanceAt("haiku", calibration)?.accepted).toBe((45 + 1) / (100 + 2));
  });

  test("is not thrown over by one that is overturned", () => {
    const calibration = [row("haiku", 38, 38, graded({ regraded: 1, upheld: 0 }))];

    expect(chanceAt("haiku", calibration)?.accepted).toBeGreaterThan(0.75);
    expect(historyRouter().route(question({ calibration })).winner?.tier).toBe("sonnet");
  });

  test("is measured at a tier by what was tried there on the side", () => {
    const sonnet = row("sonnet", 40, 40, graded({ loweredTried: 10, loweredAsGood: 3 }));

    expect(chanceAt("haiku", [sonnet])).toEqual({
      tier: "haiku",
      accepted: 4 / 12,
      cases: 10,
      hits: 3,
      tried: 10,
    });
    expect(chanceAt("haiku", [sonnet, row("haiku", 10, 10)])).toMatchObject({
      accepted: 14 / 22,
      cases: 20,
      hits: 13,
    });
  });
});

describe("history", () => {
  const costOf = (tier: string): StepCost => ({
    attempt: { haiku: 1_000, sonnet: 20_000, opus: 40_000 }[tier] ?? 0,
    review: 0,
  });
  const startWith = (counts: Partial<CalibrationRow["shadow"]>) =>
    historyRouter().route(question({ calibration: [row("haiku", 100, 100, graded(counts))], costOf })).winner;

  test("starts nothing where too much of what is accepted does not stand, at whatever price, and says why", () => {
    expect(startWith({ regraded: 30, upheld: 29 })?.tier).toBe("haiku");
    expect(startWith({ regraded: 30, upheld: 21 })).toMatchObject({
      tier: "sonnet",
      reason: expect.stringContaining(
        "Of 30 accepted at haiku that were graded again 9 were overturned: nothing starts there.",
      ),
    });
  });

  test("waits until that is sure", () => {
    expect(startWith({ regraded: 3, upheld: 2 })?.tier).toBe("haiku");
  });

  test("starts at the top all the same when nothing is higher", () => {
    const calibration = [row("opus", 100, 100, graded({ regraded: 30, upheld: 10 }))];
    const asked = question({ calibration, costOf, bounds: { minTier: "opus", maxTier: "opus" } });

    expect(historyRouter().route(asked).winner?.tier).toBe("opus");
  });
});
