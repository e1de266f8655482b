import { expect, test } from "vitest";
import { foldOf, readLadder } from "../../../bench/routing/ladder.js";
import { LADDERS } from "../../../bench/routing/ladders.js";
import { readOutcomes } from "../../../bench/routing/read-outcomes.js";
import { madeUpFolder, SPEC } from "./folder.js";

const row = (id: string, model: string, more: Record<string, string | number> = {}) => ({
  instance_id: id,
  task_category: "sums",
  model,
  correct: 1,
  ...more,
});

test("a ladder has the instances for which every rung has an outcome", () => {
  const data = madeUpFolder({
    "made-up": {
      rows: [
        ...["small", "middle", "large"].map((model) => row("b", model)),
        ...["small", "middle", "large"].map((model) => row("a", model)),
        row("c", "small"),
        row("c", "large"),
      ],
    },
  });
  const { instances } = readLadder(data, SPEC, "own");
  expect(instances.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(instances[0]?.outcomes.map(({ cost }) => cost)).toEqual([1, 5, 10]);
});

test("tokens are priced at the list that is named, and dollars move as the prices do", () => {
  const spec = LADDERS.find(({ name }) => name === "bfcl/prompt");
  const dollars = LADDERS.find(({ name }) => name === "swev/mini 4.5");
  if (spec === undefined || dollars === undefined) throw new Error("The ladders are gone.");
  const rowsOf = (of: typeof spec, more: Record<string, number>) =>
    of.rungs.map(({ model, scaffold = "" }) => row("x", model, { scaffold, ...more }));
  const data = madeUpFolder({
    [spec.folder]: { rows: rowsOf(spec, { input_tokens: 1_000_000, output_tokens: 100_000 }) },
    [dollars.folder]: { rows: rowsOf(dollars, { cost_usd: 3 }) },
  });
  const costs = (of: typeof spec, list: "2024" | "4.5" | "5.5") =>
    readLadder(data, of, list).instances[0]?.outcomes.map(({ cost }) => +cost.toFixed(6));
  expect(costs(spec, "2024")).toEqual([0.375, 4.5, 22.5]);
  expect(costs(spec, "5.5")).toEqual([0.15, 3, 6]);
  expect(costs(dollars, "4.5")).toEqual([3, 3, 3]);
  expect(costs(dollars, "5.5")).toEqual([0.3, 2, 2.4]);
});

test("ratings come with the tasks, and only they", () => {
  const data = madeUpFolder({
    "made-up": {
      rows: ["small", "middle", "large"].map((model) => row("a", model)),
      tasks: [{ instance_id: "a", judge_difficulty: 2.75, prompt: "Add up.", anything: "else" }],
    },
  });
  expect(readLadder(data, SPEC, "own").instances[0]).toMatchObject({ rating: 2.75, textChars: 7 });
});

test("a cell that cannot be is refused with its place", () => {
  const data = madeUpFolder({ "made-up": { rows: [row("a", "small"), row("b", "small", { correct: 2 })] } });
  expect(() => readOutcomes(`${data}/made-up`)).toThrow(
    `${data}/made-up/outcomes.csv, row 2 cannot be read: \`correct\`: expected a number from 0 to 1. Its columns are named in its DATA.md.`,
  );
});

test("a folder without outcomes is refused with what to give", () => {
  expect(() => readOutcomes("nowhere")).toThrow(
    "Cannot read nowhere/outcomes.csv. Give `--data` a folder with one folder a dataset.",
  );
});

test("the fold of an instance follows from its id", () => {
  // Digits 9 to 16 of the SHA-256 of "made-up:0".
  expect(foldOf("made-up:0")).toBe(0x1e84720f % 5);
  expect(new Set(Array.from({ length: 50 }, (_, at) => foldOf(`made-up:${at}`)))).toEqual(
    new Set([0, 1, 2, 3, 4]),
  );
});
