import { expect, test } from "vitest";
import { type Sample, shareOf } from "../../../packages/core/src/run/sample.js";

const sample: Sample = { extract: 0.1, draft: { haiku: 0.5, opus: 0 } };

test.each([
  ["is that of its kind, at any tier", "extract", "opus", 0.1],
  ["is that of its kind at its tier, where they differ", "draft", "haiku", 0.5],
  ["may be none", "draft", "opus", 0],
  ["is all of a tier that is not named", "draft", "sonnet", 1],
  ["is all of a kind that is not named", "write", "haiku", 1],
  ["is all of a kind, or at a tier, that is named like what every object has", "constructor", "haiku", 1],
  ["is all at a tier that is named like what every object has", "draft", "constructor", 1],
])("the share of outputs that go to a reviewer %s", (_, kind, tier, share) => {
  expect(shareOf(sample, kind, tier)).toBe(share);
});
