// RFC 6901: the document and the twelve pointers of §5, the decoding of §4, and the errors of §3, §4 and §7.
import assert from "node:assert/strict";
import { test } from "node:test";
import { resolvePointer } from "./json-pointer.mjs";

const document = JSON.parse(String.raw`{
  "foo": ["bar", "baz"],
  "": 0,
  "a/b": 1,
  "c%d": 2,
  "e^f": 3,
  "g|h": 4,
  "i\\j": 5,
  "k\"l": 6,
  " ": 7,
  "m~n": 8
}`);

const vectors = [
  ["", document],
  ["/foo", ["bar", "baz"]],
  ["/foo/0", "bar"],
  ["/", 0],
  ["/a~1b", 1],
  ["/c%d", 2],
  ["/e^f", 3],
  ["/g|h", 4],
  ["/i\\j", 5],
  ['/k"l', 6],
  ["/ ", 7],
  ["/m~0n", 8],
];

for (const [pointer, value] of vectors) {
  test(`§5: ${JSON.stringify(pointer)}`, () => {
    assert.deepEqual(resolvePointer(document, pointer), value);
  });
}

test("§4: ~01 is decoded to ~1, not to /", () => {
  assert.equal(resolvePointer({ "~1": "right", "/": "wrong" }, "/~01"), "right");
});

test("an object may have members named like indices, and null, false and 0 are values", () => {
  assert.equal(resolvePointer({ 0: { "01": "here" } }, "/0/01"), "here");
  assert.deepEqual(
    ["/0", "/1", "/2"].map((pointer) => resolvePointer([null, false, 0], pointer)),
    [null, false, 0],
  );
});

test("§3: a pointer begins with / and has no ~ but ~0 and ~1", () => {
  for (const pointer of ["foo", "#/foo", "/~", "/m~n", "/~2", "/foo/~"]) {
    assert.throws(() => resolvePointer(document, pointer), SyntaxError, pointer);
  }
});

test("§4 and §7: what does not exist is an error", () => {
  for (const pointer of [
    "/bar",
    "/foo/2",
    "/foo/-",
    "/foo/00",
    "/foo/01",
    "/foo/1e0",
    "/foo/ 1",
    "/foo/0/0",
    "//x",
  ]) {
    assert.throws(() => resolvePointer(document, pointer), RangeError, pointer);
  }
});
