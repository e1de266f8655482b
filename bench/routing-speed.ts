/**
 * What it costs to route a task by keywords, by the table of kinds, and by all rules of the default router; the base takes
 * the tier that the plan names. No model is asked.
 *
 * `--json` prints one JSON object a line.
 */

import { parseArgs } from "node:util";
import { claudeWindows } from "@terrace/agents";
import { defaultRouter, defaultTable, keywordRouter, tableRouter } from "@terrace/core";
import { toFigure, toTable } from "./report.js";
import { measureRouteTime } from "./route-time.js";

/** As long as briefs are, and as long as they may be. */
const [USUAL, LONGEST] = [2_000, 32_768];
const ROUNDS = 15;

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const rules = defaultRouter({ windows: claudeWindows });
const usual = { briefLength: USUAL, tasks: 2_000, rounds: ROUNDS };
const longest = { briefLength: LONGEST, tasks: 200, rounds: ROUNDS };
const figures = [
  measureRouteTime(tableRouter(defaultTable()), { workload: "table", ...usual }),
  measureRouteTime(keywordRouter(), { workload: "keyword", ...usual }),
  measureRouteTime(rules, { workload: "all rules", ...usual }),
  measureRouteTime(keywordRouter(), { workload: "keyword, longest brief", ...longest }),
  measureRouteTime(rules, { workload: "all rules, longest brief", ...longest }),
].map(toFigure);

if (values.json) for (const figure of figures) console.log(JSON.stringify(figure));
else console.log(toTable(figures));
