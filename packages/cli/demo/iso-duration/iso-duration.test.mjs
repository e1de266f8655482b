// The examples of XML Schema Part 2 §3.2.6 and of RFC 5545 §3.3.6, and the usual ones of ISO 8601.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "./iso-duration.mjs";

const zero = { isNegative: false, years: 0, months: 0, weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0 };

const vectors = [
  ["XML Schema", "P1Y2M3DT10H30M", { years: 1, months: 2, days: 3, hours: 10, minutes: 30 }],
  ["XML Schema", "-P120D", { isNegative: true, days: 120 }],
  ["XML Schema", "P1347Y", { years: 1347 }],
  ["XML Schema", "P1347M", { months: 1347 }],
  ["XML Schema", "P1Y2MT2H", { years: 1, months: 2, hours: 2 }],
  ["XML Schema", "P0Y1347M", { months: 1347 }],
  ["XML Schema", "P0Y1347M0D", { months: 1347 }],
  ["XML Schema", "-P1347M", { isNegative: true, months: 1347 }],
  ["RFC 5545", "P15DT5H0M20S", { days: 15, hours: 5, seconds: 20 }],
  ["RFC 5545", "P7W", { weeks: 7 }],
  ["ISO 8601", "P3Y6M4DT12H30M5S", { years: 3, months: 6, days: 4, hours: 12, minutes: 30, seconds: 5 }],
  ["ISO 8601", "P23DT23H", { days: 23, hours: 23 }],
  ["ISO 8601", "P1M", { months: 1 }],
  ["ISO 8601", "PT1M", { minutes: 1 }],
  ["ISO 8601", "P0,5Y", { years: 0.5 }],
  ["ISO 8601", "P0.5Y", { years: 0.5 }],
  ["ISO 8601", "P1DT12,25H", { days: 1, hours: 12.25 }],
  ["ISO 8601", "PT0S", {}],
];

for (const [source, text, given] of vectors) {
  test(`${source}: ${text}`, () => {
    assert.deepEqual({ ...parseDuration(text) }, { ...zero, ...given });
  });
}

const refused = [
  ["XML Schema: a minus inside, a T with nothing after it", ["P-1347M", "P1Y2MT"]],
  ["nothing given", ["", "P", "PT", "-P", "-"]],
  ["a designator or a number missing", ["1Y", "P1", "PY", "P1YM", "1Y2M"]],
  ["the wrong side of the T", ["P1S", "P1H", "PT1Y", "PT1D"]],
  ["out of order, or twice", ["P1M1Y", "P2M1Y", "PT1S1M", "P1Y1Y", "P1DT1HT1M"]],
  ["weeks with other units", ["P1Y1W", "P1W1D", "P1WT1H"]],
  ["a fraction before the last number", ["P0.5Y6M", "PT1.5H30M"]],
  ["a fraction without digits on both sides", ["P1.Y", "P.5Y", "P1.,5Y"]],
  ["another form or another case", ["p1y", "P1y", " P1Y", "P1Y\n", "+P1Y", "--P1Y", "P1e3Y"]],
];

for (const [what, texts] of refused) {
  test(`refused: ${what}`, () => {
    for (const text of texts) assert.throws(() => parseDuration(text), SyntaxError, JSON.stringify(text));
  });
}

test("a number too great to be exact is refused", () => {
  assert.equal(parseDuration("PT9007199254740991S").seconds, Number.MAX_SAFE_INTEGER);
  for (const digits of ["9007199254740992", "9".repeat(400)]) {
    assert.throws(() => parseDuration(`PT${digits}S`), RangeError);
  }
});
