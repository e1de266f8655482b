// The check value of CRC-32/ISO-HDLC, the CRC that ends every PNG file, and two widely printed values.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "./crc32.mjs";

const vectors = [
  ["", "00000000"],
  ["123456789", "cbf43926"],
  ["IEND", "ae426082"],
  ["a", "e8b7be43"],
  ["The quick brown fox jumps over the lazy dog", "414fa339"],
];

for (const [text, expected] of vectors) {
  test(`the CRC-32 of ${JSON.stringify(text)} is ${expected}`, () => {
    assert.equal(crc32(new TextEncoder().encode(text)).toString(16).padStart(8, "0"), expected);
  });
}

test("bytes above 127 count as themselves", () => {
  assert.equal(crc32(Uint8Array.of(0xff, 0xff, 0xff, 0xff)), 0xffffffff);
});
