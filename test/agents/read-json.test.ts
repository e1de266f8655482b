import fc from "fast-check";
import { expect, test } from "vitest";
import { readJson } from "../../packages/agents/src/read-json.js";

const limits = { maxBytes: 1_000_000, maxDepth: 32 };
const read = (text: string) => readJson(text, limits);
const issuesOf = (text: string) => {
  const reading = read(text);
  return reading.ok ? [] : reading.issues;
};

const HARMFUL = /^(__proto__|constructor|prototype)$/;
const key = fc.string({ unit: "binary" }).filter((name) => !HARMFUL.test(name));
const anyObject = fc.dictionary(
  key,
  fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: "binary" }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    ),
  })).value,
  { maxKeys: 5 },
);
const prose = fc.string({ unit: fc.constantFrom(..."abc \n`'\".,:;!?()<>*#-}]") });

test("any object is read as the built-in parser reads it, compact or indented", () => {
  fc.assert(
    fc.property(anyObject, fc.constantFrom(0, 2, "\t"), (object, indent) => {
      const text = JSON.stringify(object, null, indent);
      expect(read(text)).toEqual({ ok: true, value: JSON.parse(text), fenced: false });
    }),
  );
});

test("prose or a code fence around one object is passed over", () => {
  fc.assert(
    fc.property(anyObject, prose, prose, (object, before, after) => {
      fc.pre(!before.trim().startsWith("["));
      const text = JSON.stringify(object);
      const around = before.trim() !== "" || after.trim() !== "";
      expect(read(before + text + after)).toEqual({ ok: true, value: JSON.parse(text), fenced: around });
    }),
  );
  expect(read('Here you are:\n```json\n{"a": 1}\n```\nDone.')).toEqual({
    ok: true,
    value: { a: 1 },
    fenced: true,
  });
  expect(read('In {curly} words: {"a": 1}')).toEqual({ ok: true, value: { a: 1 }, fenced: true });
});

test("two objects are ambiguous, whatever stands between them", () => {
  fc.assert(
    fc.property(anyObject, prose, anyObject, (one, between, other) => {
      expect(read(JSON.stringify(one) + between + JSON.stringify(other)).ok).toBe(false);
    }),
  );
  expect(issuesOf('{"a":1}{"a":1}')).toEqual([
    "Expected one JSON object, got more than one. Answer with one object alone.",
  ]);
});

test("an object that breaks off anywhere is refused", () => {
  fc.assert(
    fc.property(anyObject, fc.nat(), (object, cut) => {
      const text = JSON.stringify(object);
      expect(read(text.slice(0, cut % text.length)).ok).toBe(false);
    }),
  );
});

test("never throws, and agrees with the built-in parser on what is JSON", () => {
  const piece = fc.constantFrom(...'{}[]",:0-1e.tfn \\u\n', '"a"', '"a":', "true", "null", "1e5");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = `{"k":${pieces.join("")}}`;
      const reading = read(text);
      if (reading.ok && !reading.fenced) expect(JSON.parse(text)).toEqual(reading.value);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["", ["Expected a JSON object, got none. Answer with the object alone."]],
  ["I would rather not.", ["Expected a JSON object, got none. Answer with the object alone."]],
  ['[{"a":1}]', ["Expected a JSON object, got a list. Answer with the object alone."]],
  ['{"a":1,}', ["Expected a key in quotes at character 7, got `}`."]],
  ["{\"a\":'b'}", ["Expected a JSON value at character 5, got `'b'}`."]],
  ['{"a":NaN}', ["Expected a JSON value at character 5, got `NaN}`."]],
  ['{"a":-Infinity}', ["Expected a JSON value at character 5, got `-Infinity}`."]],
  ['{"a":01}', ["Expected `,` or `}` at character 6, got `1}`."]],
  ['{"a":1e999}', ["`a` holds 1e999, which is not a finite number."]],
  ['{"a":[1,{"b":-1e999}]}', ["`a.1.b` holds -1e999, which is not a finite number."]],
  ['{"a":{"b":1,"b":2}}', ["`a` has the key b twice."]],
  ['{"a":1,"\\u0061":2}', ["The object has the key a twice."]],
  ['{"\\u005f_proto__":{}}', ["The object has the key __proto__, which is not allowed."]],
  [
    '{"a":"\u0000"}',
    ['Expected a string to be closed, without raw control characters, at character 5, got `\\"\\u0000\\"}`.'],
  ],
  [
    '{"a":"\\x"}',
    ['Expected a string to be closed, without raw control characters, at character 5, got `\\"\\\\x\\"}`.'],
  ],
])("refuses %j", (text, issues) => {
  expect(issuesOf(text)).toEqual(issues);
});

test("size is judged before anything is walked", () => {
  expect(readJson(`{"a":"${"ä".repeat(60)}"}`, { maxBytes: 100, maxDepth: 32 })).toEqual({
    ok: false,
    issues: ["Expected at most 100 bytes, got 128. Answer more briefly."],
  });
});

test("exactly as many levels as allowed are read", () => {
  const nested = (levels: number) => `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
  expect(read(nested(32)).ok).toBe(true);
  expect(issuesOf(nested(33))).toEqual([
    "Expected at most 32 levels of depth at character 36, got `[]]]]]]]]]]]]]]]]]]]`.",
  ]);
});

// What took quadratic time would take hours over these, and the test would give up on it.
test.each([
  ["opening braces", "{".repeat(400_000), false],
  ["open keys", '{"'.repeat(200_000), false],
  ["empty objects in prose", `${"{ ".repeat(200_000)}`, false],
  ["quotes", '"'.repeat(400_000), false],
  ["escapes", `{"a":"${"\\\\".repeat(200_000)}"}`, true],
  ["digits", `{"a":${"1".repeat(400_000)}}`, false],
  ["spaces", `{${" ".repeat(400_000)}`, false],
  ["brackets", `{"a":${"[".repeat(400_000)}`, false],
  ["many keys", `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":${index}`).join(",")}}`, true],
])("comes to an end over %s", (_, text, ok) => {
  expect(read(text).ok).toBe(ok);
});
