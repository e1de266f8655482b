import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { howToStop, personName, processName } from "../../packages/cli/src/runs/identity.js";

test("a process and a person have names by which they are found", () => {
  expect(processName()).toBe(`${hostname()}:${process.pid}`);
  expect(personName()).toMatch(new RegExp(`^.+@${hostname()}$`));
});

test("a process of this machine is stopped with a command, one of another there, and one that is gone not at all", () => {
  const { pid } = spawnSync("true");
  expect(howToStop(processName())).toBe(
    `\`kill -INT ${process.pid}\` pauses the run, which can then be resumed.`,
  );
  expect(howToStop("elsewhere:12")).toBe(
    "On elsewhere, `kill -INT 12` pauses the run, which can then be resumed.",
  );
  expect(howToStop(`${hostname()}:${pid}`)).toBe(
    `Process ${pid} is gone, and only its lease is left: try again when that has run out.`,
  );
  expect(howToStop("owner_3f")).toBe("");
});
