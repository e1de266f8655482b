import { expect, test } from "vitest";
import { stream } from "../../../bench/routing/chance.js";
import { crossValidate, fitAll, judge } from "../../../bench/routing/cross-validate.js";
import { figureOf } from "../../../bench/routing/figure.js";
import { fitTable } from "../../../bench/routing/fit.js";
import { readFitted, writeFitted } from "../../../bench/routing/fitted-file.js";
import { learnKinds } from "../../../bench/routing/kinds.js";
import type { Instance, Ladder } from "../../../bench/routing/ladder.js";
import { plannerCost } from "../../../bench/routing/planner.js";
import { type PolicyName, recipeOf } from "../../../bench/routing/policies.js";
import { reviewerOf } from "../../../bench/routing/reviewer.js";
import { alone } from "../../../bench/routing/treatment.js";
import { withKinds, worthOf } from "../../../bench/routing/values.js";
import { madeUpFolder, madeUpLadder, times } from "./folder.js";

type Outcome = Instance["outcomes"][number];

const reviewer = reviewerOf("90/90");

// The cheap tier does sums as well as the top; letters need the top; poems are a coin that a reviewer can see.
const ladder = madeUpLadder([
  ...times(60, ["sums", 1, 1, 1] as const),
  ...times(60, ["letters", 0, 0, 1] as const),
  ...times(30, ["poems", 1, 1, 1] as const),
  ...times(30, ["poems", 0, 1, 1] as const),
]);

/** The table that is fitted to a ladder: of two, the one that the share goes by. */
const fitted = (ladder: Ladder, policy: PolicyName = "table", by = reviewer) =>
  fitAll(ladder, recipeOf(policy, ladder, by)).table.first;

const startsOf = (policy: PolicyName) =>
  Object.fromEntries(
    [...fitted(ladder, policy)].map(([kind, { path, shares }]) => [
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
  const table = fitted(two);
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
  const row = fitted(poems, "table", reviewerOf("100/100")).get("poems");
  expect(row?.path).toEqual([0, 1, 2]);
  expect(row?.shares[0]).toBeGreaterThan(0.9);
  expect(row?.shares[1]).toBe(0);
});

test("small kinds promise too much, so that more is aimed at than is promised", () => {
  const chance = stream(1);
  const drawn = (rate: number) => (chance() < rate ? 1 : 0);
  const noisy = madeUpLadder(
    Array.from({ length: 300 }, (_, at) => [`kind ${at % 20}`, drawn(0.8), drawn(0.85)] as const),
  );
  const recipe = recipeOf("table", noisy, reviewer);
  const figure = figureOf(noisy, reviewer, "table", judge(noisy, fitAll(noisy, recipe), recipe));
  // On the tasks that it was fitted to, it comes to what was aimed at.
  expect(figure.success).toBeGreaterThan(99.5);
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
  expect(new Set(alone.map(({ treatments }) => treatments[0]?.path[0]))).toEqual(new Set([2]));
});

test("ratings lie on a line, so that a rating unlike all before has a row", () => {
  const rated = {
    ...ladder,
    instances: ladder.instances.map((instance) => ({
      ...instance,
      rating: { sums: 1.5, poems: 2.5, letters: 3.5 }[instance.category] ?? 5,
    })),
  };
  const table = fitted(rated);
  expect(table.size).toBe(17);
  expect(table.get("difficulty 1.00")?.path[0]).toBeLessThan(2);
  expect(table.get("difficulty 5.00")?.path[0]).toBe(2);
});

test("what has not been seen to save more than chance may is not done", () => {
  // The cheap tier does as well as the top for two thirds of its price, be it always so or by chance.
  const cheap = (costOf: (at: number) => number) => {
    const all = madeUpLadder(times(40, ["any", 1, 1] as const));
    const instances = all.instances.map((instance, at) => {
      const [low, top] = instance.outcomes as [Outcome, Outcome];
      return { ...instance, outcomes: [{ ...low, cost: costOf(at) }, top] };
    });
    return fitted({ ...all, instances });
  };
  expect(cheap(() => 6.6).get("any")?.path[0]).toBe(0);
  expect(cheap((at) => (at % 10 === 0 ? 57 : 1)).size).toBe(0);
});

test("where the cheap tiers fail, no more is given up than the promise allows, and nothing is lost", () => {
  const hard = madeUpLadder(times(40, ["any", 0, 0, 1] as const));
  const judged = crossValidate(hard, recipeOf("table", hard, reviewer));
  const { success, saved, escalated } = figureOf(hard, reviewer, "table", judged);
  expect(success).toBeGreaterThanOrEqual(99);
  expect(saved).toBeGreaterThanOrEqual(0);
  expect(escalated).toBe(0);
});

test("of the last kind that is bought up to the target, a share of the tasks starts higher", () => {
  const half = madeUpLadder([
    ...times(60, ["sums", 1, 1] as const),
    ...times(30, ["letters", 1, 1] as const),
    ...times(30, ["letters", 0, 1] as const),
  ]);
  const tasks = withKinds(
    worthOf(half.instances, [alone(0), alone(1)], reviewer),
    learnKinds("category", half.instances),
  );
  const { share, first, second } = fitTable(tasks, [alone(0), alone(1)], reviewer)(0.9);
  // 90 of 120 succeed at the bottom, 108 are wanted: 18 of the 30 that letters lose there.
  expect(share).toBeCloseTo(0.6);
  expect([first.get("letters")?.path, second.get("letters")?.path]).toEqual([[1], [0]]);
  expect([first.get("sums")?.path, second.get("sums")?.path]).toEqual([[0], [0]]);
});

test("where short and long tasks of a category fare otherwise, they are two kinds", () => {
  const all = madeUpLadder([
    ...times(61, ["any", 1, 1, 1] as const),
    ...times(59, ["any", 0, 0, 1] as const),
  ]);
  const instances = all.instances.map((instance) => {
    return { ...instance, shownChars: instance.outcomes[0]?.success === 1 ? 100 : 900 };
  });
  const table = fitted({ ...all, instances });
  expect([...table].map(([kind, { path }]) => [kind, path[0]]).sort()).toEqual([
    ["any, long", 2],
    ["any, short", 0],
  ]);
});

test("a middle tier that is not worth its price is not declared", () => {
  // What is wrong at the foot is wrong in the middle, which costs half of the top.
  const steep = madeUpLadder([
    ...times(70, ["any", 1, 1, 1] as const),
    ...times(30, ["any", 0, 0, 1] as const),
  ]);
  expect(fitted(steep, "table", reviewerOf("100/100")).get("any")?.path).toEqual([0, 2]);
});

test("policies of the literature are made from the same history", () => {
  expect(startsOf("route-once")).toEqual({ letters: "2", poems: "1", sums: "0" });
  expect(startsOf("routellm-style")).toEqual({ letters: "2", poems: "2", sums: "0" });
  // One cascade for all kinds does not pay where half of the tasks climb; where few do, it does.
  expect(startsOf("frugalgpt-style")).toEqual({ any: "2" });
  const easy = madeUpLadder([
    ...times(95, ["sums", 1, 1, 1] as const),
    ...times(5, ["sums", 0, 0, 1] as const),
  ]);
  const table = fitted(easy, "frugalgpt-style");
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

test("policies that were written are read as they were, and judge other tasks", () => {
  const path = `${madeUpFolder({})}/fitted.json`;
  const recipe = recipeOf("table", ladder, reviewer);
  const policy = fitAll(ladder, recipe);
  writeFitted(path, new Map([["a | b", policy]]));
  expect(readFitted(path)).toEqual(new Map([["a | b", policy]]));
  const [judged] = judge(madeUpLadder([["unseen", 1, 1, 1]]), policy, recipe);
  expect(judged?.treatments).toMatchObject([{ path: [2] }]);
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
