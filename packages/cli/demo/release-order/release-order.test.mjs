// The chain of Semantic Versioning 2.0.0, item 11, out of order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { latestStable, sortReleases } from "./release-order.mjs";

const chain = [
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "2.0.0",
  "2.1.0",
  "2.1.1",
];

test("item 11: the chain is restored from any rotation and from its reverse", () => {
  for (let at = 0; at < chain.length; at++) {
    assert.deepEqual(sortReleases([...chain.slice(at), ...chain.slice(0, at)]), chain);
  }
  assert.deepEqual(sortReleases(chain.toReversed()), chain);
});

test("item 10: versions that differ in build metadata keep their order", () => {
  const versions = ["1.0.0+b", "1.0.0+a", "0.9.0", "1.0.0+c"];
  assert.deepEqual(sortReleases(versions), ["0.9.0", "1.0.0+b", "1.0.0+a", "1.0.0+c"]);
});

test("the argument stays as it was", () => {
  const versions = Object.freeze(["2.0.0", "1.0.0"]);
  assert.deepEqual(sortReleases(versions), ["1.0.0", "2.0.0"]);
  assert.equal(latestStable(versions), "2.0.0");
  assert.deepEqual(versions, ["2.0.0", "1.0.0"]);
});

test("the latest stable version passes over pre-releases", () => {
  assert.equal(latestStable(["1.9.0", "1.10.0", "2.0.0-rc.1", "1.2.0"]), "1.10.0");
  assert.equal(latestStable(["1.0.0+build-7", "1.0.0-alpha"]), "1.0.0+build-7");
});

test("without a stable version there is no latest", () => {
  assert.equal(latestStable(["1.0.0-alpha", "1.0.0-beta"]), undefined);
  assert.equal(latestStable([]), undefined);
  assert.deepEqual(sortReleases([]), []);
});

test("what is not a version is refused", () => {
  assert.throws(() => sortReleases(["1.0.0", "latest"]), SyntaxError);
  assert.throws(() => latestStable(["latest"]), SyntaxError);
});
