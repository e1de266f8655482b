// The tools of Claude Code, by name, and what there is of them here.

/** What a tool of theirs is called here. */
export const LIKE: { readonly [name: string]: string } = {
  Read: "read_file",
  NotebookRead: "read_file",
  Grep: "search_files",
  Glob: "list_files",
  LS: "list_files",
  WebSearch: "web_search",
  WebFetch: "web_fetch",
};

/** How to have what they are like. */
export const HOW: { readonly [name: string]: string } = {
  read_file: "tools.files",
  search_files: "tools.files",
  list_files: "tools.files",
  web_search: 'tools.server: ["web_search"]',
  web_fetch: 'tools.server: ["web_fetch"]',
};

/** The name under which programs are run there. */
export const SHELL = "Bash";

const WRITES = "nothing here writes files: what a task makes is its output";
const STARTS = "no role starts another: the planner gives work to roles";
const LISTS = "a task is one piece of work, and the plan is the list";

/** What has no like here, and why. */
export const UNLIKE: { readonly [name: string]: string } = {
  Write: WRITES,
  Edit: WRITES,
  MultiEdit: WRITES,
  NotebookEdit: WRITES,
  Agent: STARTS,
  Task: STARTS,
  TodoWrite: LISTS,
  TaskCreate: LISTS,
  TaskUpdate: LISTS,
  TaskList: LISTS,
  BashOutput: "a program is waited for until it ends",
  KillShell: "a program is waited for until it ends",
  Skill: 'skills that "skills" names are told to the role',
  AskUserQuestion: "nobody answers while a task is at work; what is open is said in the output",
  ExitPlanMode: "there is no such mode",
};

/** Every name of theirs. */
export const THEIRS: readonly string[] = [...Object.keys(LIKE), SHELL, ...Object.keys(UNLIKE)];
