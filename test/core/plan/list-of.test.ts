import type { JsonValue } from "@terrace/core";
import { expect, test } from "vitest";
import { listOf } from "../../../packages/core/src/plan/list-of.js";

test.each<[string, JsonValue, readonly JsonValue[] | undefined]>([
  ["a JSON list is a list", ["a", { b: 1 }], ["a", { b: 1 }]],
  ["an empty list is one", [], []],
  ["a text that is a JSON list is one", ' \n["a", 2] ', ["a", 2]],
  ["a text that only begins like one is none", '["a", 2', undefined],
  ["a text that is other JSON is none", '{ "items": [] }', undefined],
  ["prose is none", "Acme and Ajax", undefined],
  ["an object is none", { items: [] }, undefined],
  ["nothing is none", null, undefined],
])("%s", (_, output, list) => {
  expect(listOf(output)).toEqual(list);
});
