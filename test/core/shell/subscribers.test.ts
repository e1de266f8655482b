import type { RunEvent } from "@terrace/core";
import { settled } from "@terrace/core/testing";
import { expect, test } from "vitest";
import { Subscribers } from "../../../packages/core/src/shell/subscribers.js";

const failed = (seq: number): RunEvent => ({ type: "run.failed", reason: "", runId: "run_1", seq, at: 0 });
const resumed = (seq: number): RunEvent => ({ type: "run.resumed", by: "", runId: "run_1", seq, at: 0 });

/** Subscribers, with what their listeners threw. */
function subscribers() {
  const errors: [unknown, number][] = [];
  return { errors, subject: new Subscribers((error, { seq }) => errors.push([error, seq])) };
}

test("a listener hears every event of its type, in order, and no other", () => {
  const { subject } = subscribers();
  const heard: number[] = [];
  subject.on("run.failed", ({ seq }) => heard.push(seq));
  subject.tell([failed(1), resumed(2), failed(3)]);

  expect(heard).toEqual([1, 3]);
});

test("[K23] a listener that throws keeps nobody from hearing, and its error is handed on", () => {
  const { subject, errors } = subscribers();
  const heard: string[] = [];
  subject.on("run.failed", () => heard.push("before"));
  subject.on("run.failed", () => {
    throw "rude";
  });
  subject.on("run.failed", () => heard.push("after"));
  subject.tell([failed(7)]);

  expect(heard).toEqual(["before", "after"]);
  expect(errors).toEqual([["rude", 7]]);
});

test("[K21] a listener that rejects later has its error handed on too", async () => {
  const { subject, errors } = subscribers();
  subject.on("run.failed", async () => {
    throw "late";
  });
  subject.tell([failed(7)]);
  await settled();

  expect(errors).toEqual([["late", 7]]);
});

test("a listener that goes hears no more", () => {
  const { subject } = subscribers();
  const heard: string[] = [];
  const leave = subject.on("run.failed", () => heard.push("leaver"));
  subject.on("run.failed", () => heard.push("stayer"));
  leave();
  leave();
  subject.tell([failed(1)]);

  expect(heard).toEqual(["stayer"]);
});

test("a listener that comes or goes while others are told changes nothing for this event", () => {
  const { subject } = subscribers();
  const heard: string[] = [];
  let leave = (): void => {};
  subject.on("run.failed", () => {
    leave();
    subject.on("run.failed", () => heard.push("newcomer"));
  });
  leave = subject.on("run.failed", () => heard.push("leaver"));
  subject.tell([failed(1)]);

  expect(heard).toEqual(["leaver"]);
  subject.tell([failed(2)]);

  expect(heard).toEqual(["leaver", "newcomer"]);
});
