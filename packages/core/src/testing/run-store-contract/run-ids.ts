import { refused, same } from "./assertions.js";
import type { Body, Cases } from "./case.js";
import { expectLog, leaseOf, logOf, NOW, TTL_MS, write } from "./samples.js";

/** Ids that stores have cut, merged, or taken for something else. */
const HOSTILE: { readonly [name: string]: string } = {
  "a quote": "it's",
  "a double quote": 'say "x"',
  SQL: "x'; DROP TABLE runs; --",
  "a wildcard": "run_%",
  "a path": "../../etc/passwd",
  slashes: "a/b\\c",
  "a NUL": "a\u0000b",
  "a lone surrogate": "a\ud800",
  "an emoji": "👩‍👩‍👧",
  "right-to-left text": "\u202eשלום",
  "a combining mark": "e\u0301",
  "a line break": "a\nb\r",
  "blanks around it": " a ",
  "the name __proto__": "__proto__",
  "the name constructor": "constructor",
  "a number": "1",
  "128 characters": "x".repeat(128),
};

/** Pairs of ids that are not the same. */
const ALIKE: { readonly [name: string]: readonly [string, string] } = {
  "upper and lower case": ["run_a", "run_A"],
  "an accent in one piece and in two": ["caf\u00e9", "cafe\u0301"],
  "a blank at the end": ["a", "a "],
  "two lone surrogates": ["\ud800", "\ud801"],
  "a lone surrogate and what replaces it": ["\ud800", "\ufffd"],
  "what follows a NUL": ["a\u0000b", "a\u0000c"],
  "a NUL and how it is written": ["a\u0000", "a\\u0000"],
  "a number and the same with a zero": ["1", "01"],
};

/** Any text may name a run. */
export function runIds(): Cases {
  const hostile = Object.entries(HOSTILE).map(([name, id]) => [
    `an id with ${name} names its run`,
    names(id),
  ]);
  const alike = Object.entries(ALIKE).map(([name, [one, two]]) => [
    `ids apart by ${name} are two runs`,
    apart(one, two),
  ]);
  return Object.fromEntries([...hostile, ...alike]) as Cases;
}

function names(runId: string): Body {
  return async ({ store }) => {
    await write(store, logOf("other", 2));
    const lease = await write(store, logOf(runId, 3));
    same(lease.runId, runId, "the run of the lease");
    await expectLog(store, runId, logOf(runId, 3));
    await refused(() => store.acquire(runId, "b", NOW, TTL_MS), "RUN_LOCKED");
    await store.renew(lease, NOW, TTL_MS);
    await store.append(lease, logOf(runId, 4).slice(3), 3);
    await store.release(lease);
    same((await store.list(1))[0]?.runId, runId, "the id in the list");
    await expectLog(store, runId, logOf(runId, 4));
    await expectLog(store, "other", logOf("other", 2));
  };
}

function apart(one: string, two: string): Body {
  return async ({ store }) => {
    await write(store, logOf(one, 2));
    await expectLog(store, two, []);
    await leaseOf(store, two, "b");
    await store.release(await store.acquire(two, "c", NOW + TTL_MS, TTL_MS));
    await write(store, logOf(two, 4));
    await expectLog(store, one, logOf(one, 2));
    await expectLog(store, two, logOf(two, 4));
  };
}
