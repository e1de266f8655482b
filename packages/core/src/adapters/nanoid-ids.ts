import { nanoid } from "nanoid";
import type { IdSource } from "../ports/ids.js";

/** Ids that no other process makes, such as `run_V1StGXR8_Z5jdHi6B-myT`. */
export const nanoidIds: IdSource = { next: (kind) => `${kind}_${nanoid()}` };
