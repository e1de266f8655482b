import type { RunEvent } from "@terrace/core";
import { Story, submitted } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { readEvent } from "../../../packages/core/src/run/read-event.js";

const envelope = { runId: "run_1", seq: 1, at: 0 };

/** What a log holds, whoever wrote it. */
const read = (event: object) => readEvent(event as RunEvent);

const story = new Story();
story.tell(submitted());
const first = story.log[0] as RunEvent<"run.submitted">;

describe("an event of a log", () => {
  test("that is whole is handed out as it is", () => {
    expect(read(first)).toBe(first);
  });

  test("of an older version gets what that did not write, and keeps the rest as it is", () => {
    const { maxRetryShare: _, personDeadlineMs: __, ...limits } = first.limits;
    const { budget: ___, expecting: ____, ...rest } = first;
    const older = { ...rest, limits };
    const whole = read(older);

    expect(whole).toEqual(first);
    expect((whole as typeof first).team).toBe(first.team);
    expect(older).not.toHaveProperty("expecting");
  });

  test("keeps keys that a schema would drop", () => {
    const answer = JSON.parse('{ "__proto__": { "polluted": 1 }, "list": [{ "a": null }] }') as object;
    const completed = { type: "run.completed", ...envelope, answer };

    expect((read(completed) as RunEvent<"run.completed">).answer).toBe(answer);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("an event that this version does not understand is refused", () => {
  const complaint = (event: object) => {
    try {
      read(event);
    } catch (error) {
      return error as Error;
    }
    throw new Error("Expected an error, got none.");
  };

  test("when nobody knows its type", () => {
    expect(complaint({ type: "task.praised", ...envelope }).message).toBe(
      'this version of Terrace knows no event "task.praised". Update it.',
    );
  });

  test("when a field is not what it must be, with where and why", () => {
    const { message, cause } = complaint({ type: "task.failed", ...envelope, taskId: "a", reason: 7 });

    expect(message).toBe(
      "this version of Terrace does not understand it " +
        "(reason: Invalid input: expected string, received number). Update it.",
    );
    expect(cause).toMatchObject({ issues: [{ path: ["reason"] }] });
  });

  test("when it says more than is known, with what", () => {
    expect(complaint({ type: "run.failed", ...envelope, reason: "No.", mood: "sad" }).message).toBe(
      'this version of Terrace does not understand it (Unrecognized key: "mood"). Update it.',
    );
  });

  test("with no more than three of the things that are odd", () => {
    const { limits } = first;
    const odd = {
      ...first,
      limits: { ...limits, maxTasks: "a", maxEdges: "b", maxDepth: "c", maxRetries: "d" },
    };
    const { message } = complaint(odd);

    expect(message).toContain(
      "(limits.maxTasks: Invalid input: expected number, received string; limits.maxEdges: ",
    );
    expect(message).toContain("; limits.maxDepth: ");
    expect(message).not.toContain("maxRetries");
  });
});
