// The worked example of the formula, 7992739871-3, and the test card numbers that the card networks publish.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isLuhnValid, luhnCheckDigit } from "./luhn.mjs";

test("the check digit of 7992739871 is 3", () => {
  assert.equal(luhnCheckDigit("7992739871"), 3);
});

test("no other digit completes 7992739871", () => {
  const valid = [..."0123456789"].filter((digit) => isLuhnValid(`7992739871${digit}`));
  assert.deepEqual(valid, ["3"]);
});

const cards = [
  "4111111111111111",
  "4012888888881881",
  "5555555555554444",
  "5105105105105100",
  "378282246310005",
  "371449635398431",
  "6011111111111117",
  "6011000990139424",
  "30569309025904",
  "38520000023237",
  "3530111333300000",
  "3566002020360505",
];

for (const card of cards) {
  test(`${card} is valid, and its check digit follows from the rest`, () => {
    assert.equal(isLuhnValid(card), true);
    assert.equal(luhnCheckDigit(card.slice(0, -1)), Number(card.at(-1)));
  });
}

test("a check digit may be zero", () => {
  assert.equal(luhnCheckDigit("0"), 0);
  assert.equal(luhnCheckDigit("353011133330000"), 0);
});

for (const text of ["", "0", "4111 1111 1111 1111", "4111-1111-1111-1111", "411111111111111x", "٤١"]) {
  test(`${JSON.stringify(text)} is not a number with a check digit`, () => {
    assert.equal(isLuhnValid(text), false);
  });
}

test("a payload is one or more digits", () => {
  for (const payload of ["", "12a", " 1", "1\n"]) assert.throws(() => luhnCheckDigit(payload), RangeError);
});
