// Writes the JSON Schema of `terrace.config.json` from the schema that checks it. A test says when it is out of date.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { configJsonSchema } from "../packages/cli/dist/config/config-schema.js";

const path = fileURLToPath(new URL("../packages/cli/config.schema.json", import.meta.url));
writeFileSync(path, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
