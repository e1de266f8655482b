// RFC 4648 §10, written with the alphabet of §5, and the example of RFC 7515 Appendix C.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeBase64Url, encodeBase64Url } from "./base64url.mjs";

const bytesOf = (text) => new TextEncoder().encode(text);

const vectors = [
  ["", ""],
  ["f", "Zg=="],
  ["fo", "Zm8="],
  ["foo", "Zm9v"],
  ["foob", "Zm9vYg=="],
  ["fooba", "Zm9vYmE="],
  ["foobar", "Zm9vYmFy"],
];

for (const [text, padded] of vectors) {
  const bare = padded.replaceAll("=", "");
  test(`RFC 4648 §10: ${JSON.stringify(text)} is ${JSON.stringify(padded)}, or ${JSON.stringify(bare)} unpadded`, () => {
    assert.equal(encodeBase64Url(bytesOf(text), { padded: true }), padded);
    assert.equal(encodeBase64Url(bytesOf(text)), bare);
    assert.deepEqual([...decodeBase64Url(padded)], [...bytesOf(text)]);
    assert.deepEqual([...decodeBase64Url(bare)], [...bytesOf(text)]);
  });
}

test("RFC 7515 Appendix C: the bytes 3, 236, 255, 224, 193 are A-z_4ME", () => {
  assert.equal(encodeBase64Url(Uint8Array.of(3, 236, 255, 224, 193)), "A-z_4ME");
  assert.deepEqual([...decodeBase64Url("A-z_4ME")], [3, 236, 255, 224, 193]);
});

test("RFC 4648 §5: the digits for 62 and 63 are - and _", () => {
  assert.equal(encodeBase64Url(Uint8Array.of(0xfb, 0xef, 0xff)), "--__");
  assert.deepEqual([...decodeBase64Url("--__")], [0xfb, 0xef, 0xff]);
});

test("every byte comes back", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assert.deepEqual([...decodeBase64Url(encodeBase64Url(bytes))], [...bytes]);
});

const refused = [
  ["a digit of the other alphabet (§5)", ["+w", "A/z4", "__+/"]],
  ["characters outside the alphabet (§3.3)", ["Zm9v\n", "Zm 9v", "Zm9v!", "Zg\u0000", "Zmé"]],
  ["padding that is incomplete or misplaced", ["Zg=", "Zm9v=", "Zm9v====", "=Zg", "Zg==Zg==", "====", "="]],
  ["a length that no bytes produce", ["Z", "Zm9vY"]],
  ["leftover bits that are not zero (§3.5)", ["Zh", "Zh==", "Zm9", "Zm9="]],
];

for (const [what, texts] of refused) {
  test(`refused: ${what}`, () => {
    for (const text of texts) assert.throws(() => decodeBase64Url(text), SyntaxError, JSON.stringify(text));
  });
}
