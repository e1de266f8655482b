import { describe, expect, test } from "vitest";
import { redactor } from "../../../packages/core/src/run/redact.js";

const KEY = "sk-ant-secret+key/1";

/** What a value becomes when the key is taken out of it. */
const redacted = (value: unknown, secrets: readonly string[] = [KEY]) => {
  const redact = redactor(secrets);
  if (redact === undefined) throw new Error("Expected a redactor.");
  return redact(value);
};

describe("a secret is taken out of", () => {
  test.each([
    ["a text", `x-api-key: ${KEY}.`, "x-api-key: [redacted]."],
    ["a text that has it twice", `${KEY} ${KEY}`, "[redacted] [redacted]"],
    ["a list", [KEY, 1, null], ["[redacted]", 1, null]],
    ["an object, however deep", { a: { b: [{ c: KEY }] } }, { a: { b: [{ c: "[redacted]" }] } }],
    ["a key of an object", { [KEY]: true }, { "[redacted]": true }],
    ["base64", `Basic ${btoa(KEY)}`, "Basic [redacted]=="],
    ["a URL", `https://example.org/?key=${encodeURIComponent(KEY)}`, "https://example.org/?key=[redacted]"],
  ])("%s", (_, value, expected) => {
    expect(redacted(value)).toEqual(expected);
  });
});

test("whatever holds no secret stays as it is", () => {
  const value = { text: "plain", list: [1, true, null], nested: { a: "b" } };

  expect(redacted(value)).toBe(value);
});

test("beside a secret, parts that hold none stay as they are", () => {
  const value = { text: KEY, nested: { a: "b" }, list: ["c"] };
  const { nested, list } = redacted(value) as typeof value;

  expect(nested).toBe(value.nested);
  expect(list).toBe(value.list);
});

test("the value itself is not changed", () => {
  const value = { text: KEY };
  redacted(value);

  expect(value.text).toBe(KEY);
});

test("of two secrets the longer goes first, so that no part of it is left", () => {
  expect(redacted("secret-one-and-more", ["secret-one", "secret-one-and-more"])).toBe("[redacted]");
});

test("a secret in letters outside of ASCII is found in base64 too", () => {
  expect(redacted(Buffer.from("schlüssel-wort").toString("base64"), ["schlüssel-wort"])).toMatch(
    /^\[redacted\]=*$/,
  );
});

test("a secret of fewer than 8 characters is left alone", () => {
  expect(redactor(["seven77"])).toBeUndefined();
  expect(redacted("eight888 seven77", ["eight888", "seven77"])).toBe("[redacted] seven77");
});

test("with nothing to look for there is no redactor", () => {
  expect(redactor([])).toBeUndefined();
});
