import type { JsonValue, RunState } from "@terrace/core";
import { accepted, finished, given, planned, type Step } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import type { Task } from "../../../packages/core/src/plan/plan.js";
import { itemsOf, listedBy } from "../../../packages/core/src/run/items-of.js";
import { shownOf } from "../../../packages/core/src/run/shown-of.js";
import { goOn } from "./planning-steps.js";

const lists = (): Step =>
  planned(
    {
      other: {},
      list: {},
      each: { dependsOn: ["list", "other"], forEach: "list" },
      sum: { dependsOn: ["each", "other"] },
    },
    { limits: { maxItems: 9 } },
  );

const made = (output: JsonValue): Step => [finished("list", { output }), accepted("list"), accepted("other")];
const task = ({ tasks }: RunState, id: string): Task => tasks.get(id)?.task as Task;

describe("the items of a list", () => {
  const itemsAfter = (...steps: readonly Step[]) => {
    const state = given(lists(), ...steps);
    return itemsOf(state, task(state, "each"));
  };

  test("are what its task returned", () => {
    expect(itemsAfter(made(["a", "b"]))).toEqual(["a", "b"]);
    expect(itemsAfter(made("[1]"))).toEqual([1]);
  });

  test("are none before it returned, and of what is no list", () => {
    expect(itemsAfter()).toBeUndefined();
    expect(itemsAfter(made("none"))).toBeUndefined();
  });

  test("are none of a task that is done once, or over what is not there", () => {
    const state = given(lists(), made([1]));

    expect(itemsOf(state, task(state, "list"))).toBeUndefined();
    expect(itemsOf(state, { ...task(state, "each"), forEach: "x" })).toBeUndefined();
  });
});

describe("a list is asked of a task", () => {
  test("that another waits for to be done for each item, or was expanded over", () => {
    expect(listedBy(given(lists()), "list")).toBe("each");
    expect(listedBy(given(lists(), made([1]), goOn), "list")).toBe("each");
  });

  test("and of no other, although it is needed by what is done for each", () => {
    expect(listedBy(given(lists()), "other")).toBeUndefined();
    expect(listedBy(given(lists(), made([1]), goOn), "other")).toBeUndefined();
    expect(listedBy(given(lists()), "x")).toBeUndefined();
  });

  test("never in a run that allows no items", () => {
    const state = given(lists());

    expect(listedBy({ ...state, limits: { ...state.limits, maxItems: 0 } }, "list")).toBeUndefined();
  });
});

describe("of what it works from", () => {
  const shown = (id: string, input: string, output: JsonValue = ["a", "b"]) => {
    const state = given(lists(), made(output), goOn);
    const from = state.tasks.get(input);
    return from && shownOf(state, task(state, id), from);
  };

  test("a task that does another for an item is shown that item of the list, and all else whole", () => {
    expect([shown("each-1", "list"), shown("each-2", "list")]).toEqual(["a", "b"]);
    expect(shown("each-2", "other")).toBe("other by haiku");
  });

  test("any other task is shown all of the list", () => {
    expect(shown("sum", "list")).toEqual(["a", "b"]);
  });

  test("nothing is shown of an item that the list does not have any more", () => {
    const state = given(lists(), made(["a"]), goOn);
    const from = state.tasks.get("list");
    const beyond = { ...task(state, "each-1"), item: { forEach: "each", number: 2 } };

    expect(from && shownOf(state, beyond, from)).toBeNull();
  });
});
