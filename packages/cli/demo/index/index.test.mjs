// The index exports what the README shows, no less and no more; and what it exports works.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import * as library from "./index.mjs";

const names = [
  "compareSemver",
  "composeUri",
  "crc32",
  "decodeBase64Url",
  "encodeBase64Url",
  "isLuhnValid",
  "isoWeekDate",
  "latestStable",
  "luhnCheckDigit",
  "normalizePercentEncoding",
  "normalizeUri",
  "parseCsv",
  "parseDuration",
  "parseSemver",
  "parseUri",
  "percentDecode",
  "percentEncode",
  "removeDotSegments",
  "resolvePointer",
  "resolveReference",
  "sortReleases",
];

const exported = new Map(Object.entries(library));

test("the index exports the functions of all modules, and nothing else", () => {
  assert.deepEqual([...exported.keys()].sort(), names);
});

for (const name of names) {
  test(`${name} is a function that the README shows`, async () => {
    const readme = await readFile(new URL("README.md", import.meta.url), "utf8");
    assert.equal(typeof exported.get(name), "function");
    assert.ok(readme.includes(`${name}(`));
  });
}

test("the modules work together through the index", () => {
  const [, ...rows] = library.parseCsv('version,source\r\n1.10.0,"HTTP://A/x/../b"\r\n1.9.0,http://a/c\r\n');
  const latest = library.latestStable(rows.map(([version]) => version));
  const source = library.resolvePointer(rows, "/0/1");

  assert.equal(latest, "1.10.0");
  assert.equal(library.normalizeUri(source), "http://a/b");
  assert.equal(library.resolveReference("http://a/b", library.percentEncode("c/d")), "http://a/c%2Fd");
});
