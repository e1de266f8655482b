import { expect, test } from "vitest";
import { stream } from "../../../bench/routing/chance.js";
import { crossValidate, fitAll, judge } from "../../../bench/routing/cross-validate.js";
import { figureOf } from "../../../bench/routing/figure.js";
import { readFitted, writeFitted } from "../../../bench/routing/fitted-file.js";
import { plannerCost } from "../../../bench/routing/planner.js";
import { type PolicyName, recipeOf } from "../../../bench/routing/policies.js";
import { reviewerOf } from "../../../bench/routing/reviewer.js";
import { madeUpFolder, madeUpLadder, times } from "./folder.js";

const reviewer = reviewerOf("90/90");

// The cheap tier does sums as well as the top; letters need the top; poems are a coin that a reviewer can see.
const ladder = madeUpLadder([
  ...times(60, ["sums", 1, 1, 1] as const),
  ...times(60, ["letters", 0, 0, 1] as const),
  ...times(30, ["poems", 1, 1, 1] as const),
  ...times(30, ["poems", 0, 1, 1] as const),
]);

const startsOf = (policy: PolicyName) =>
  Object.fromEntries(
    [...fitAll(ladder, recipeOf(policy, ladder, reviewer))].map(([kind, { path, shares }]) => [
      kind,
      `${path[0]}${shares.some((share) => share > 0) ? ", reviewed" : ""}`,
    ]),
  );

test("a table starts each kind where its history says that it pays", () => {
  expect(startsOf("table")).toEqual({ letters: "2", poems: "1", sums: "0" });
});

test("without a middle tier, a kind that is often right is reviewed", () => {
  const two = madeUpLadder([
    ...times(60, ["sums", 1, 1] as const),
    ...times(60, ["letters", 0, 1] as const),
    ...times(55, ["poems", 1, 1] as const),
    ...times(5, ["poems", 0, 1] as const),
  ]);
  const table = fitAll(two, recipeOf("table", two, reviewer));
  expect(table.get("sums")).toEqual({ path: [0, 1], shares: [0] });
  expect(table.get("letters")?.path).toEqual([1]);
  expect(table.get("poems")?.path).toEqual([0, 1]);
  expect(table.get("poems")?.shares[0]).toBeGreaterThan(0);
});

test("what the cheap tier makes is reviewed, and what the middle tier makes of what was rejected is accepted", () => {
  const poems = madeUpLadder([
    ...times(70, ["poems", 1, 1, 1] as const),
    ...times(30, ["poems", 0, 1, 1] as const),
  ]);
  const row = fitAll(poems, recipeOf("table", poems, reviewerOf("100/100"))).get("poems");
  expect(row?.path).toEqual([0, 1, 2]);
  expect(row?.shares[0]).toBeGreaterThan(0.9);
  expect(row?.shares[1]).toBe(0);
});

test("small kinds promise too much, so that more is aimed at until a rehearsal keeps the promise", () => {
  const chance = stream(1);
  const drawn = (rate: number) => (chance() < rate ? 1 : 0);
  const noisy = madeUpLadder(
    Array.from(
      { length: 450 },
      (_, at) => [`kind ${at % 30}`, drawn(0.75), drawn(0.8), drawn(0.85)] as const,
    ),
  );
  const figure = figureOf(noisy, reviewer, "table", crossValidate(noisy, recipeOf("table", noisy, reviewer)));
  expect(figure.success).toBeGreaterThan(99);
  expect(figure.saved).toBeGreaterThan(20);
});

test("nothing is judged by a table that was fitted with its own fold", () => {
  // A kind that is in one fold alone is unknown to the table that judges it, and starts at the top.
  const fold = ladder.instances[0]?.fold ?? 0;
  const lonely = {
    ...ladder,
    instances: ladder.instances.map((instance) =>
      instance.fold === fold && instance.category === "sums"
        ? { ...instance, category: "seen here alone" }
        : instance,
    ),
  };
  const judged = crossValidate(lonely, recipeOf("table", lonely, reviewer));
  const alone = judged.filter(({ kind }) => kind === "seen here alone");
  expect(alone.length).toBeGreaterThan(0);
  expect(new Set(alone.map(({ treatment }) => treatment.path[0]))).toEqual(new Set([2]));
});

test("ratings lie on a line, so that a rating unlike all before has a row", () => {
  const rated = {
    ...ladder,
    instances: ladder.instances.map((instance) => ({
      ...instance,
      rating: { sums: 1.5, poems: 2.5, letters: 3.5 }[instance.category] ?? 5,
    })),
  };
  const table = fitAll(rated, recipeOf("table", rated, reviewer));
  expect(table.size).toBe(17);
  expect(table.get("difficulty 1.00")?.path[0]).toBeLessThan(2);
  expect(table.get("difficulty 5.00")?.path[0]).toBe(2);
});

test("what has not been seen to save more than chance may is not done", () => {
  // Cheap answers are right now and then, so that no table is sure to save anything.
  const doubtful = madeUpLadder([
    ...times(19, ["any", 0, 0, 1] as const),
    ...times(1, ["any", 1, 1, 1] as const),
  ]);
  expect(fitAll(doubtful, recipeOf("table", doubtful, reviewer)).size).toBe(0);
  // A kind of four tasks saves twice its standard error; of eight, it is past the bound.
  const rare = (count: number) => {
    const some = madeUpLadder([
      ...times(60 - count, ["any", 0, 0, 1] as const),
      ...times(count, ["rare", 1, 1, 1] as const),
    ]);
    return fitAll(some, recipeOf("table", some, reviewer)).get("rare")?.path[0];
  };
  expect([rare(4), rare(8)]).toEqual([undefined, 0]);
});

test("where the cheap tiers fail, the table is the top tier and nothing is lost", () => {
  const hard = madeUpLadder(times(40, ["any", 0, 0, 1] as const));
  const judged = crossValidate(hard, recipeOf("table", hard, reviewer));
  const figure = figureOf(hard, reviewer, "table", judged);
  expect(figure).toMatchObject({ success: 100, saved: 0, escalated: 0, topByTasks: 100 });
});

test("policies of the literature are made from the same history", () => {
  expect(startsOf("route-once")).toEqual({ letters: "2", poems: "1", sums: "0" });
  expect(startsOf("routellm-style")).toEqual({ letters: "2", poems: "2", sums: "0" });
  // One cascade for all kinds does not pay where half of the tasks climb; where few do, it does.
  expect(startsOf("frugalgpt-style")).toEqual({});
  const easy = madeUpLadder([
    ...times(95, ["sums", 1, 1, 1] as const),
    ...times(5, ["sums", 0, 0, 1] as const),
  ]);
  const table = fitAll(easy, recipeOf("frugalgpt-style", easy, reviewer));
  expect([...table.keys()]).toEqual(["any"]);
  expect(table.get("any")?.path[0]).toBe(0);
});

test("a figure pays for everything, and says by purpose what", () => {
  const recipe = recipeOf("table", ladder, reviewer);
  const figure = figureOf(ladder, reviewer, "table", crossValidate(ladder, recipe));
  const { executor, reviewer: reviews, planner } = figure.costShares;
  const paid = executor.reduce((sum, part) => sum + part, reviews + (planner ?? 0));
  expect(paid).toBeCloseTo(100 - figure.saved, 0);
  expect(figure.successInterval[0]).toBeLessThanOrEqual(figure.success);
  expect(figure.savedInterval[1]).toBeGreaterThanOrEqual(figure.saved);
  expect(figure.headline).toBeGreaterThan(0);
});

test("tables that were written are read as they were, and judge other tasks", () => {
  const path = `${madeUpFolder({})}/fitted.json`;
  const recipe = recipeOf("table", ladder, reviewer);
  const table = fitAll(ladder, recipe);
  writeFitted(path, new Map([["a | b", table]]));
  expect(readFitted(path)).toEqual(new Map([["a | b", table]]));
  const [judged] = judge(madeUpLadder([["unseen", 1, 1, 1]]), table, recipe);
  expect(judged?.treatment.path).toEqual([2]);
});

test("a rating is paid for at the top tier's prices; a category comes with the task", () => {
  expect(plannerCost(ladder)).toBe(0);
  const rated = {
    ...ladder,
    list: "5.5" as const,
    instances: ladder.instances.map((instance) => ({ ...instance, rating: 2, textChars: 2_000 })),
  };
  expect(plannerCost(rated)).toBeCloseTo((1_000 * 4 + 100 * 20) / 1e6);
});
