// Semantic Versioning 2.0.0: the examples of items 2, 9, 10 and 11, and the long version of its FAQ's test list.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareSemver, parseSemver } from "./semver.mjs";

/** Each list is in ascending order of precedence. */
const ascending = {
  "item 11.2": ["1.0.0", "2.0.0", "2.1.0", "2.1.1"],
  "item 11.3": ["1.0.0-alpha", "1.0.0"],
  "item 11.4": [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
  ],
  "item 2": ["1.9.0", "1.10.0", "1.11.0"],
};

for (const [item, versions] of Object.entries(ascending)) {
  test(`${item}: ${versions.join(" < ")}`, () => {
    versions.forEach((a, i) => {
      versions.forEach((b, j) => {
        assert.equal(compareSemver(a, b), Math.sign(i - j), `${a} against ${b}`);
      });
    });
  });
}

test("item 10: build metadata does not count", () => {
  assert.equal(compareSemver("1.0.0-alpha+001", "1.0.0-alpha"), 0);
  assert.equal(compareSemver("1.0.0+20130313144700", "1.0.0+21AF26D3----117B344092BD"), 0);
  assert.equal(compareSemver("1.0.0-beta+exp.sha.5114f85", "1.0.0+20130313144700"), -1);
});

test("the numbers of a version may have any length", () => {
  const long = "99999999999999999999999.999999999999999999.99999999999999999";
  assert.deepEqual([...parseSemver(long).core], long.split("."));
  assert.equal(compareSemver(long, "99999999999999999999998.999999999999999999.99999999999999999"), 1);
  assert.equal(compareSemver("1.0.0-90071992547409930", "1.0.0-90071992547409931"), -1);
});

for (const valid of ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-0.3.7", "1.0.0-x.7.z.92", "1.0.0-x-y-z.--"]) {
  test(`item 9: ${valid} has the identifiers after its first hyphen`, () => {
    assert.deepEqual([...parseSemver(valid).core], ["1", "0", "0"]);
    assert.deepEqual([...parseSemver(valid).prerelease], valid.slice("1.0.0-".length).split("."));
  });
}

const invalid = [
  "",
  "1",
  "1.2",
  "1.2.3.4",
  "v1.2.3",
  "01.0.0",
  "1.01.0",
  "1.0.0-",
  "1.0.0-alpha..1",
  "1.0.0-01",
];

for (const text of [...invalid, "1.0.0+", "1.0.0+a..b", "1.0.0-a_b", "-1.0.0", " 1.0.0", "1.0.0\n"]) {
  test(`${JSON.stringify(text)} is not a semantic version`, () => {
    assert.throws(() => parseSemver(text), SyntaxError);
    assert.throws(() => compareSemver("1.0.0", text), SyntaxError);
  });
}
