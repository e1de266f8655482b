import type { JsonValue } from "../../run/json.js";
import { holds, same } from "./assertions.js";
import type { Body, Cases } from "./case.js";
import { answerOf, begin, eventOf, expectLog, outputOf, reasonOf, write } from "./samples.js";

/** A value goes into an output and into an answer, and comes back with its keys in their order. */
function comesBack(value: JsonValue): Body {
  return async ({ store }) => {
    const log = [begin("run_1"), outputOf("run_1", 1, value), answerOf("run_1", 2, value)];
    await write(store, log);
    await expectLog(store, "run_1", log);
    await expectLog(store, "run_1", log);
  };
}

/** Through `JSON.parse`, which makes an own key even of `__proto__`. */
function json(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}

function nested(depth: number, wrap: (inner: JsonValue) => JsonValue): JsonValue {
  let value: JsonValue = "core";
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}

const large = "large ".repeat(8_000);

/** Values that stores have lost or changed. */
export const values: Cases = {
  "a key named __proto__ comes back as a key": comesBack(json('{"__proto__":{"polluted":true},"b":1}')),
  "a key named __proto__ deep inside comes back": comesBack(
    json('[{"a":{"__proto__":"x","c":[{"__proto__":null}]}}]'),
  ),
  "keys named after what every object has come back": comesBack(
    json(
      '{"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":null,"valueOf":[],"then":2}',
    ),
  ),
  "no key reaches the prototype of objects": async (world) => {
    const hostile = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    await comesBack(json(hostile))(world);
    holds(!("polluted" in {}), "the prototype of objects to be untouched");
  },
  "keys keep the order they were written in": comesBack(json('{"z":1,"a":2,"m":{"y":1,"b":2},"B":3}')),
  "an empty key comes back": comesBack(json('{"":{"":1}}')),
  "keys that look like numbers come back": comesBack(json('{"10":"a","9":"b","01":"c","-1":"d","1.5":"e"}')),
  "objects in objects, 32 deep, come back": comesBack(nested(32, (inner) => ({ inner }))),
  "lists in lists, 32 deep, come back": comesBack(nested(32, (inner) => [inner])),
  "numbers at their limits come back": comesBack([
    0,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    2 ** 53,
    2 ** 63,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    Number.MIN_VALUE,
    Number.EPSILON,
  ]),
  "numbers that have no short binary form come back": comesBack([
    0.1,
    0.1 + 0.2,
    1 / 3,
    1e21,
    1e-7,
    123456789.125,
  ]),
  "true, false and null come back": comesBack([true, false, null, { t: true, f: false, n: null }]),
  "empty lists, objects and texts come back": comesBack({ list: [], object: {}, text: "" }),
  "null as the whole value comes back": comesBack(null),
  "false as the whole value comes back": comesBack(false),
  "zero as the whole value comes back": comesBack(0),
  "a list of 10,000 values comes back": comesBack(Array.from({ length: 10_000 }, (_, index) => index)),
  "an object of 5,000 keys comes back": comesBack(
    Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key ${index}`, index])),
  ),
  ...Object.fromEntries(
    [16_300, 16_381, 16_382, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537].map((length) => [
      `a text of ${length} characters comes back`,
      comesBack("x".repeat(length)),
    ]),
  ),
  "a value that looks like a hash comes back": comesBack("a".repeat(64)),
  "the same large value in many events comes back in each": async ({ store }) => {
    const log = [begin("run_1"), ...[1, 2, 3, 4].map((seq) => outputOf("run_1", seq, large))];
    await write(store, log);
    await expectLog(store, "run_1", log);
  },
  "the same large value in two runs comes back in both": async ({ store }) => {
    for (const runId of ["run_1", "run_2"]) await write(store, [begin(runId), outputOf(runId, 1, large)]);
    for (const runId of ["run_1", "run_2"])
      await expectLog(store, runId, [begin(runId), outputOf(runId, 1, large)]);
  },
  "two large values in one event come back": async ({ store }) => {
    const both = { output: large, because: `because ${large}` };
    const log = [begin("run_1"), { ...outputOf("run_1", 1, null), ...both } as ReturnType<typeof outputOf>];
    await write(store, log);
    await expectLog(store, "run_1", log);
  },
  "a large value is read from its event on": async ({ store }) => {
    const log = [begin("run_1"), outputOf("run_1", 1, large), reasonOf("run_1", 2, "no")];
    await write(store, log);
    same(await store.read("run_1", 1), log.slice(1), "the events from 1 on");
    same(await store.read("run_1", 2), log.slice(2), "the events from 2 on");
  },
  "a time before 1970, between milliseconds and far ahead comes back": async ({ store }) => {
    const log = [
      begin("run_1", "anything", -1),
      ...[0.5, 8.64e15].map((at, index) => {
        return eventOf("run_1", index + 1, { type: "run.resumed", by: "caller" }, at);
      }),
    ];
    await write(store, log);
    await expectLog(store, "run_1", log);
    same((await store.list(1))[0]?.startedAt, -1, "the start");
  },
};
