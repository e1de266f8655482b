// Where runs are kept.

export type { FaultPoint } from "./database.js";
export type { SqliteStore, SqliteStoreOptions } from "./sqlite-store.js";
export { sqliteStore } from "./sqlite-store.js";
