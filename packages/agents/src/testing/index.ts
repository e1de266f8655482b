export { type ScriptedClient, type ScriptedReply, scriptedClient } from "./scripted-client.js";
