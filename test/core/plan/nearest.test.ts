import { describe, expect, test } from "vitest";
import { misspelt, nearest } from "../../../packages/core/src/plan/nearest.js";

describe("the nearest names", () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    [
      "come first by how many letters differ",
      "kitten",
      ["mitten", "kitten", "sitting"],
      ["kitten", "mitten", "sitting"],
    ],
    [
      "count a letter too many, one missing and one changed alike",
      "abcd",
      ["xyzd", "abc", "abcde", "abxd"],
      ["abc", "abcde", "abxd"],
    ],
    ["are three at most", "a", ["a", "b", "c", "d"], ["a", "b", "c"]],
    ["of equal distance stay in order", "ab", ["abxxx", "xxx", "ba"], ["ba", "abxxx", "xxx"]],
    ["are none among none", "a", [], []],
    [
      "are told by the beginning of a long name",
      `${"a".repeat(64)}b`,
      ["x", "a".repeat(64)],
      ["a".repeat(64), "x"],
    ],
    ["of a short name are not the empty one", "ab", ["", "a"], ["a", ""]],
  ])("%s", (_, wanted, known, names) => {
    expect(nearest(wanted, known)).toEqual(names);
  });
});

describe("a misspelt name", () => {
  const known = ["maxTasks", "approve-above", "to", "onExceed"];

  test.each<[string, string, string | undefined]>([
    ["in other letters and signs", "MAX_TASKS", "maxTasks"],
    ["with one letter less", "maxTask", "maxTasks"],
    ["with two letters changed", "mixTisks", "maxTasks"],
    ["with three letters changed", "mixTiskz", undefined],
    ["of a long name, with a third changed", "xppxove-abxxe", "approve-above"],
    ["of a long name, with more changed", "xppxxe-abxxe", undefined],
    ["of a short name, with two changed", "up", "to"],
    ["that is like none", "temperature", undefined],
  ])("%s: %s", (_, wanted, name) => {
    expect(misspelt(wanted, known)).toBe(name);
  });

  test("is of none when none is known, or none has letters", () => {
    expect(misspelt("a", [])).toBeUndefined();
    expect(misspelt("a", ["-"])).toBeUndefined();
  });
});
