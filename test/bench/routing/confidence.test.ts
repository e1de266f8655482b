import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { binormal, SWEPT, sweepGates } from "../../../bench/routing/confidence-gate.js";
import { inverseNormal, normal } from "../../../bench/routing/normal.js";
import {
  type Confidences,
  confidenceOf,
  readConfidences,
  type Stated,
} from "../../../bench/routing/replay/confidences.js";
import { madeUpFolder, madeUpLadder, times } from "./folder.js";

// What a model says hardly differs between right and wrong.
const STATED: Stated = {
  right: new Map([
    [0.5, 0.1],
    [0.8, 0.4],
    [1, 0.5],
  ]),
  wrong: new Map([
    [0.5, 0.2],
    [0.8, 0.4],
    [1, 0.4],
  ]),
  rightShare: 0.75,
};
const CONFIDENCES: Confidences = { easy: [STATED, STATED, STATED], hard: [STATED, STATED, STATED] };

test("a made-up confidence has the AUROC that is asked for, and as many of each word as were measured", () => {
  for (const auroc of SWEPT) {
    const [acceptsRight, rejectsWrong] = binormal(STATED, 1, auroc);
    const accepted = 0.75 * acceptsRight + 0.25 * (1 - rejectsWrong);
    expect(accepted).toBeCloseTo(0.75 * 0.5 + 0.25 * 0.4, 5);
    // Right answers lie higher by as much as that AUROC means.
    expect(inverseNormal(rejectsWrong) - inverseNormal(1 - acceptsRight)).toBeCloseTo(
      Math.SQRT2 * inverseNormal(auroc),
      3,
    );
  }
});

test("the normal distribution is the one of the tables", () => {
  expect(normal(0)).toBeCloseTo(0.5, 6);
  expect(normal(1.959964)).toBeCloseTo(0.975, 6);
  expect(inverseNormal(0.025)).toBeCloseTo(-1.959964, 4);
});

test("confidence is drawn from what is said of right and of wrong answers, the same each time", () => {
  const ladder = madeUpLadder(times(4000, ["any", 1, 1, 1] as const));
  const said = (success: boolean) =>
    ladder.instances.map((instance) => confidenceOf(CONFIDENCES, instance, 0, success, "test"));
  const shareOf = (all: readonly number[], value: number) =>
    all.filter((each) => each === value).length / 4000;
  expect(shareOf(said(true), 1)).toBeCloseTo(0.5, 1);
  expect(shareOf(said(false), 0.5)).toBeCloseTo(0.2, 1);
  expect(said(true)).toEqual(said(true));
});

test("a gate on confidence pays once right and wrong differ enough, and not before", () => {
  const ladder = madeUpLadder([
    ...times(160, ["any", 1, 1, 1] as const),
    ...times(40, ["any", 0, 1, 1] as const),
  ]);
  const sure = sweepGates(ladder, CONFIDENCES);
  expect(sure.find(({ auroc }) => auroc === 0.5)).toMatchObject({ pays: false });
  expect(sure.map(({ auroc }) => auroc)).toEqual(["measured", ...SWEPT]);
  const known: Stated = { right: new Map([[1, 1]]), wrong: new Map([[0.5, 1]]), rightShare: 0.8 };
  const [measured] = sweepGates(ladder, { easy: [known, known, known], hard: [known, known, known] });
  expect(measured).toMatchObject({ auroc: "measured", threshold: 1, pays: true });
});

test("the measured tables are read: Haiku's for the cheapest tier, Sonnet's above it", () => {
  const data = madeUpFolder({});
  const part = (edge: string) => ({
    correct: { n: 3, p: { [edge]: 1 } },
    wrong: { n: 1, p: { [edge]: 1 } },
  });
  const model = (edge: string) => ({ "answerer/easy": part(edge), "answerer/hard": part("0.5") });
  mkdirSync(`${data}/stated-confidence`);
  writeFileSync(
    `${data}/stated-confidence/confidence-model.json`,
    JSON.stringify({
      bins: [0.5, 0.8, 1],
      models: { "claude-3-haiku-20240307": model("0.8"), "claude-sonnet-4-20250514": model("1.0") },
    }),
  );
  const read = readConfidences(data, 3);
  expect(read?.easy.map(({ right }) => [...right.keys()])).toEqual([[0.8], [1], [1]]);
  expect(read?.easy[0]?.rightShare).toBe(0.75);
  expect(readConfidences("nowhere", 3)).toBeUndefined();
});
