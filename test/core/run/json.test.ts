import { describe, expect, test } from "vitest";
import { jsonSchema } from "../../../packages/core/src/run/json.js";

/** So many lists in one another. */
const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
};

class Money {
  readonly usd = 1;
}

describe("JSON is", () => {
  test.each([
    ["a text", "text"],
    ["a number", -1.5],
    ["true or false", false],
    ["null", null],
    ["a list", [1, ["a"], {}]],
    ["an object", { a: { b: [null] } }],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 })],
    ["what lies 1,000 deep", nested(1_000)],
    ["a key that a program could mistake", JSON.parse('{ "__proto__": { "a": 1 } }')],
  ])("%s, and it is handed out as it is", (_, value) => {
    expect(jsonSchema.parse(value)).toBe(value);
  });
});

describe("JSON is not", () => {
  test.each([
    ["nothing", undefined],
    ["no number", Number.NaN],
    ["a number without end", Number.POSITIVE_INFINITY],
    ["a large whole number", 1n],
    ["a function", () => 1],
    ["a date", new Date(0)],
    ["an object of a class", new Money()],
    ["a list with a hole", Array(1)],
    ["an object with an undefined part", { a: undefined }],
    ["any of these inside of something", [{ a: [new Map()] }]],
    ["what lies deeper than 1,000", nested(1_001)],
  ])("%s", (_, value) => {
    expect(jsonSchema.safeParse(value)).toMatchObject({
      success: false,
      error: { issues: [{ path: [], message: "expected JSON" }] },
    });
  });

  test("what holds itself", () => {
    const list: unknown[] = [];
    list.push(list);

    expect(jsonSchema.safeParse(list).success).toBe(false);
  });
});
