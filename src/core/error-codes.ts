/** Process exit codes. The first ten are the predecessor's; scripts depend on all of them. */
export const EXIT = {
  ok: 0,
  fault: 1,
  usage: 2,
  homeNotInitialised: 3,
  pluginNotFound: 4,
  invalid: 5,
  service: 6,
  git: 7,
  environment: 8,
  port: 9,
  changesPending: 10,
  machineDisagrees: 11,
  stoppedHalfWay: 12,
  integrity: 13,
  interrupted: 130,
} as const;

export type ErrorRule = { readonly exit: number; readonly title: string; readonly hint?: string };

/** Every error atk can report on purpose: its exit code and the default next step. */
export const ERRORS = {
  E_USAGE: { exit: EXIT.usage, title: "wrong usage", hint: "atk --help" },
  E_NO_HOME: { exit: EXIT.homeNotInitialised, title: "ATK Home not initialised", hint: "atk init" },
  E_PLUGIN_NOT_FOUND: { exit: EXIT.pluginNotFound, title: "plugin not found", hint: "atk list" },
  E_MANIFEST: { exit: EXIT.invalid, title: "manifest invalid" },
  E_PLUGIN_INVALID: { exit: EXIT.invalid, title: "plugin invalid" },
  E_NAME: { exit: EXIT.invalid, title: "name not allowed" },
  E_SOURCE: { exit: EXIT.fault, title: "source not reachable" },
  E_HOSTILE: { exit: EXIT.invalid, title: "plugin refused" },
  E_FORMAT: { exit: EXIT.machineDisagrees, title: "file cannot be read as its format" },
  E_SHAPE: { exit: EXIT.machineDisagrees, title: "file has another shape than expected" },
  E_FILE: { exit: EXIT.fault, title: "file cannot be used" },
  E_COMMAND: { exit: EXIT.fault, title: "command failed" },
  E_SERVICE: { exit: EXIT.service, title: "service failed" },
  E_GIT: { exit: EXIT.git, title: "git failed" },
  E_SECRET_IN_GIT: { exit: EXIT.git, title: "a secret would be committed" },
  E_ENV: { exit: EXIT.environment, title: "environment not configured" },
  E_PROGRAM: { exit: EXIT.environment, title: "program not found" },
  E_PORT: { exit: EXIT.port, title: "port conflict" },
  E_STALE: { exit: EXIT.machineDisagrees, title: "the machine moved", hint: "atk plan" },
  E_DISAGREES: { exit: EXIT.machineDisagrees, title: "the machine disagrees", hint: "atk plan" },
  E_HALF_WAY: { exit: EXIT.stoppedHalfWay, title: "stopped half way", hint: "atk apply" },
  E_INTEGRITY: { exit: EXIT.integrity, title: "content does not match the lock" },
  E_POLICY: { exit: EXIT.integrity, title: "refused by policy" },
  E_APPROVAL: { exit: EXIT.integrity, title: "not approved", hint: "atk plan, then atk apply" },
  E_TOOLS: { exit: EXIT.integrity, title: "tools are not what was recorded" },
  E_LOCK: { exit: EXIT.integrity, title: "lock does not match the manifest", hint: "atk lock" },
  E_BACKUP: { exit: EXIT.fault, title: "backup target cannot be used" },
  E_DAMAGED: { exit: EXIT.integrity, title: "backup is damaged" },
  E_BUSY: { exit: EXIT.fault, title: "another atk is working here" },
  E_INTERRUPTED: { exit: EXIT.interrupted, title: "interrupted" },
} as const satisfies Record<string, ErrorRule>;

export type ErrorCode = keyof typeof ERRORS;
