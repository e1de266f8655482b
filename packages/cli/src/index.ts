// What a configuration imports. The command itself is `terrace`.

export { defineConfig, type TerraceConfig } from "./config/terrace-config.js";
