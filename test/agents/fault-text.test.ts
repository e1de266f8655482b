import fc from "fast-check";
import { expect, test } from "vitest";
import { faultLine, harmless } from "../../packages/agents/src/fault-text.js";
import { FAULTS } from "../../packages/agents/src/faults.js";

const place = { model: "claude-haiku-5-5", host: "api.anthropic.com" };

test("a fault says what happened, where, and what to do", () => {
  expect(faultLine("Claude is overloaded", place, "Ask again later.")).toBe(
    'Claude is overloaded ("claude-haiku-5-5" at api.anthropic.com). Ask again later.',
  );
  expect(faultLine("Claude is overloaded", place, "Ask again later.", "Overloaded.")).toBe(
    'Claude is overloaded ("claude-haiku-5-5" at api.anthropic.com): "Overloaded". Ask again later.',
  );
});

test.each([
  ["key sk-ant-api03-AbC_dEf-123 is bad", "key [key] is bad"],
  ["Authorization: Bearer abc.def-123", "Authorization: [key]"],
  ["x-api-key: 0123456789abc, then", "[key], then"],
  ["my hunter2 word", "my [key] word"],
])("a key is never repeated (%s)", (text, harmlessText) => {
  expect(harmless(text, ["hunter2"])).toBe(harmlessText);
});

test("somebody else's text cannot leave its quotation, its line or its direction", () => {
  expect(harmless('a"b\nc\r\u001b[2Jd\u202ee\u2028f\u0000g')).toBe("a'b c [2Jd e f g");
});

test("somebody else's text is cut at 200 characters, whole ones", () => {
  expect([...harmless("🗼".repeat(500))]).toHaveLength(200);
  expect(harmless("🗼".repeat(500))).toMatch(/^(🗼){199}…$/u);
});

test("a fault is one short line, whatever is said", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 3_000 }), fc.string(), (said, model) => {
      const line = faultLine("What", { ...place, model }, "Advice.", said);

      expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(line.length).toBeLessThan(900);
    }),
  );
});

test("a fault that stops a run says how to go on", () => {
  for (const { scope, advice } of Object.values(FAULTS)) {
    if (scope === "run") expect(advice).toMatch(/then resume the run\.$/);
  }
});

test("only faults that are nobody's work's are retried", () => {
  for (const { outcome, retryable } of Object.values(FAULTS)) {
    if (outcome !== "transport") expect(retryable).toBe(false);
  }
});
