// What routers go by unless they are told otherwise. A sort of work stands for the position of a tier on the ladder.
import { DEFAULT_LADDER } from "../ladder.js";
import type { Complexity } from "./classification.js";
import type { TableRow } from "./table-router.js";
import { tierFor } from "./tier-for.js";

/** Words and phrases, by the tier that they are work for. */
export interface Keywords {
  readonly [tier: string]: readonly string[];
}

/** Names, each with the tier that it stands for. */
interface TierTable {
  readonly [name: string]: string;
}

/** Names by the sort of work, separated by commas. */
type BySort = { readonly [Sort in Complexity]: string };

const KINDS: BySort = {
  mechanical: "format, convert, extract, classify, boilerplate, rename, label, summarize, summarise",
  generative:
    "implement, test, review, document, refactor, refactor-simple, draft, research, analyse, analyze",
  reasoning: "architect, design, debug-complex, refactor-complex, security-review, legal-review",
};

const WORDS: BySort = {
  mechanical:
    "format, reformat, rename, convert, extract, classify, categorise, categorize, label, tag, boilerplate, " +
    "template, sort imports, add types, fix lint, commit message, typo, typos, deduplicate, transcribe, " +
    "summarise, summarize",
  generative:
    "implement, implementation, refactor, endpoint, unit test, unit tests, write tests, bug, debug, code review, " +
    "analyse, analyze, draft, compare, recommend, explain",
  reasoning:
    "architecture, architect, system design, distributed system, multi-agent, long-horizon, race condition, " +
    "race conditions, data race, deadlock, deadlocks, root cause, security, vulnerability, vulnerabilities, exploit, " +
    "threat model, cryptography, cross-file, multi-file, entire codebase, whole codebase, trade-off, trade-offs, " +
    "tradeoffs, indemnity, liability, contract clause, compliance, prove, proof",
};

const DOMAINS: BySort = {
  mechanical: "docs",
  generative: "frontend, backend, backend-api, devops",
  reasoning: "database, security, legal",
};

const USERS: BySort = { mechanical: "free", generative: "paid", reasoning: "enterprise" };

/**
 * What a first attempt at mechanical work may write, in tokens; thinking counts. Other work keeps the room that agents
 * give it: an answer that breaks off costs more than a cap saves.
 */
const CAP = 8_000;
/** The same for an answer of a word or two. */
const SMALL_CAP = 4_000;
const SMALL: readonly string[] = ["classify", "label"];

/** Where tasks of the usual kinds start, for `tableRouter`. */
export function defaultTable(ladder: readonly string[] = DEFAULT_LADDER): {
  readonly [kind: string]: TableRow;
} {
  const mechanical = list(KINDS.mechanical);
  const row = ([kind, tier]: [string, string]): [string, TableRow] =>
    mechanical.includes(kind)
      ? [kind, { tier, maxTokens: SMALL.includes(kind) ? SMALL_CAP : CAP }]
      : [kind, { tier }];
  return Object.fromEntries(Object.entries(tiersOf(KINDS, ladder)).map(row));
}

/** What titles and briefs are looked through for, for `keywordRouter`. */
export function defaultKeywords(ladder: readonly string[] = DEFAULT_LADDER): Keywords {
  const words = Object.entries(tiersOf(WORDS, ladder));
  // On a short ladder sorts of work share a tier.
  return Object.fromEntries(
    ladder.map((tier) => [tier, words.flatMap(([word, at]) => (at === tier ? [word] : []))]),
  );
}

/** Where tasks of a domain start, for `domainRouter`. */
export function defaultDomains(ladder: readonly string[] = DEFAULT_LADDER): TierTable {
  return tiersOf(DOMAINS, ladder);
}

/** Where the tasks of a user start, for `userTierRouter`. */
export function defaultUserTiers(ladder: readonly string[] = DEFAULT_LADDER): TierTable {
  return tiersOf(USERS, ladder);
}

function tiersOf(names: BySort, ladder: readonly string[]): TierTable {
  const rows = Object.entries(names).flatMap(([sort, all]) =>
    list(all).map((name) => [name, tierFor(sort as Complexity, ladder)]),
  );
  return Object.fromEntries(rows);
}

function list(names: string): readonly string[] {
  return names.split(", ");
}
