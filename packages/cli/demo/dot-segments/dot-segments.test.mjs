// RFC 3986 §5.2.4: its two worked examples, the paths behind the examples of §5.4, and each rule A to E by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { removeDotSegments } from "./dot-segments.mjs";

const vectors = [
  ["§5.2.4, first example", "/a/b/c/./../../g", "/a/g"],
  ["§5.2.4, second example", "mid/content=5/../6", "mid/6"],
  ["§5.4.1 ./g", "/b/c/./g", "/b/c/g"],
  ["§5.4.1 .", "/b/c/.", "/b/c/"],
  ["§5.4.1 ./", "/b/c/./", "/b/c/"],
  ["§5.4.1 ..", "/b/c/..", "/b/"],
  ["§5.4.1 ../", "/b/c/../", "/b/"],
  ["§5.4.1 ../g", "/b/c/../g", "/b/g"],
  ["§5.4.1 ../..", "/b/c/../..", "/"],
  ["§5.4.1 ../../", "/b/c/../../", "/"],
  ["§5.4.1 ../../g", "/b/c/../../g", "/g"],
  ["§5.4.2 ../../../g", "/b/c/../../../g", "/g"],
  ["§5.4.2 ../../../../g", "/b/c/../../../../g", "/g"],
  ["§5.4.2 /./g", "/./g", "/g"],
  ["§5.4.2 /../g", "/../g", "/g"],
  ["§5.4.2 g.", "/b/c/g.", "/b/c/g."],
  ["§5.4.2 .g", "/b/c/.g", "/b/c/.g"],
  ["§5.4.2 g..", "/b/c/g..", "/b/c/g.."],
  ["§5.4.2 ..g", "/b/c/..g", "/b/c/..g"],
  ["§5.4.2 ./../g", "/b/c/./../g", "/b/g"],
  ["§5.4.2 ./g/.", "/b/c/./g/.", "/b/c/g/"],
  ["§5.4.2 g/./h", "/b/c/g/./h", "/b/c/g/h"],
  ["§5.4.2 g/../h", "/b/c/g/../h", "/b/c/h"],
  ["§5.4.2 g;x=1/./y", "/b/c/g;x=1/./y", "/b/c/g;x=1/y"],
  ["§5.4.2 g;x=1/../y", "/b/c/g;x=1/../y", "/b/c/y"],
  ["rule A", "../../g", "g"],
  ["rule A", "./../g", "g"],
  ["rule B", "/.", "/"],
  ["rule C", "/..", "/"],
  ["rule C", "/../..", "/"],
  ["rule D", ".", ""],
  ["rule D", "..", ""],
  ["rule E", "", ""],
  ["rule E", "/", "/"],
  ["rule E", "/a//../b", "/a/b"],
  ["rule E", "/a/.../b", "/a/.../b"],
];

for (const [source, path, expected] of vectors) {
  test(`${source}: ${JSON.stringify(path)} becomes ${JSON.stringify(expected)}`, () => {
    assert.equal(removeDotSegments(path), expected);
  });
}
