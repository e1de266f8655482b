// RFC 3986 §2.2 to §2.5 and §6.2.2, with the UTF-8 examples of RFC 3629 §7.
import assert from "node:assert/strict";
import { test } from "node:test";
import { normalizePercentEncoding, percentDecode, percentEncode } from "./percent-encoding.mjs";

const vectors = [
  ["RFC 3986 §2.5", "A", "A"],
  ["RFC 3986 §2.5", "À", "%C3%80"],
  ["RFC 3986 §2.5", "ア", "%E3%82%A2"],
  ["RFC 3986 §2.1", " ", "%20"],
  ["RFC 3986 §2.4", "%", "%25"],
  ["RFC 3986 §2.2, gen-delims", ":/?#[]@", "%3A%2F%3F%23%5B%5D%40"],
  ["RFC 3986 §2.2, sub-delims", "!$&'()*+,;=", "%21%24%26%27%28%29%2A%2B%2C%3B%3D"],
  ["RFC 3986 §2.3", "AZaz09-._~", "AZaz09-._~"],
  ["RFC 3629 §7", "A\u2262\u0391.", "A%E2%89%A2%CE%91."],
  ["RFC 3629 §7", "\ud55c\uad6d\uc5b4", "%ED%95%9C%EA%B5%AD%EC%96%B4"],
  ["RFC 3629 §7", "\u65e5\u672c\u8a9e", "%E6%97%A5%E6%9C%AC%E8%AA%9E"],
  ["RFC 3629 §7", "\ufeff\u{233b4}", "%EF%BB%BF%F0%A3%8E%B4"],
];

for (const [source, text, encoded] of vectors) {
  test(`${source}: ${JSON.stringify(text)} is ${encoded}, and back`, () => {
    assert.equal(percentEncode(text), encoded);
    assert.equal(percentDecode(encoded), text);
    assert.equal(percentDecode(encoded.replace(/%../g, (triplet) => triplet.toLowerCase())), text);
  });
}

test("RFC 3986 §6.2.2.1: %3a and %3A are equivalent, and the latter is normal", () => {
  assert.equal(normalizePercentEncoding("%3a"), "%3A");
  assert.equal(normalizePercentEncoding("%3A"), "%3A");
});

test("RFC 3986 §2.3: %7E is decoded to the unreserved ~", () => {
  assert.equal(normalizePercentEncoding("%7euser"), "~user");
  assert.equal(normalizePercentEncoding("%41%5a%61%7A%30%39%2D%2E%5F%7E"), "AZaz09-._~");
});

test("what is reserved stays as it is, encoded or not", () => {
  assert.equal(normalizePercentEncoding("a/b%2fc?d%20e%2541"), "a/b%2Fc?d%20e%2541");
});

test("a % without two hexadecimal digits is an error", () => {
  for (const text of ["%", "%4", "a%zz", "100%", "%%41"]) {
    assert.throws(() => percentDecode(text), URIError);
    assert.throws(() => normalizePercentEncoding(text), URIError);
  }
});

test("bytes that are not UTF-8 are an error, overlong forms and surrogates among them", () => {
  for (const text of ["%C3", "%FF", "%C0%AF", "%ED%A0%80"])
    assert.throws(() => percentDecode(text), URIError);
});

test("a lone surrogate cannot be encoded", () => {
  assert.throws(() => percentEncode("\ud800"), URIError);
});
