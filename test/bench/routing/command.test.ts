import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readArguments } from "../../../bench/routing/arguments.js";
import { LADDERS } from "../../../bench/routing/ladders.js";
import { madeUpFolder } from "./folder.js";

const main = fileURLToPath(new URL("../../../bench/dist/routing/main.js", import.meta.url));

async function bench(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args]);
  return stdout;
}

/** Office work at three tiers; the held-out tasks have other names. */
function office(prefix: string): string {
  const spec = LADDERS.find(({ name }) => name === "gdpval/gpt");
  const rows = Array.from({ length: 60 }, (_, task) =>
    (spec?.rungs ?? []).map(({ model }, rung) => ({
      instance_id: `${prefix}-${task}`,
      task_category: task % 2 === 0 ? "letters" : "ledgers",
      model,
      correct: task % 2 === 0 || rung === 2 ? 1 : 0,
      cost_usd: [0.01, 0.04, 0.2][rung] ?? 0,
    })),
  ).flat();
  return madeUpFolder({ "gdpval-gpt-gemini": { rows } });
}

test("tables that are fitted on one folder judge another of the same form", async () => {
  const [open, heldOut] = [office("open"), office("held-out")];
  const path = `${open}/fitted.json`;
  const only = ["--reviewer", "90/90", "--fee", "mid", "--policy", "table", "--json"];
  await bench("--data", open, "--fit", path, ...only);
  const lines = (await bench("--data", heldOut, "--fitted", path, ...only)).trim().split("\n");

  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    dataset: "gdpval/gpt",
    list: "own",
    reviewer: "90/90",
    n: 60,
    // Half of the tasks at a twentieth of the price saves 47.5; what may be lost of the others brings the rest.
    success: 99.03,
    saved: 48.42,
  });
});

test("without --json there is a table to read", async () => {
  const text = await bench("--data", office("open"), "--reviewer", "90/90", "--fee", "mid");
  const [headings, ...rows] = text.trim().split("\n");
  expect(headings).toMatch(/^dataset +list +reviewer +policy +n +success % +saved %/);
  expect(rows.map((row) => row.slice(0, 10))).toEqual(Array(4).fill("gdpval/gpt"));
});

test("what is asked for and not there is named, with what there is", () => {
  expect(() => readArguments([])).toThrow("Say where the outcomes are: `--data <folder>`.");
  expect(() => readArguments(["--data", "x", "--policy", "luck"])).toThrow(
    'There is no policy named "luck". There are: table, route-once, routellm-style, frugalgpt-style.',
  );
  expect(() => readArguments(["--data", "x", "--tasks", "0"])).toThrow(
    'Expected `--tasks` to be a whole number from 1 up, got "0".',
  );
});
