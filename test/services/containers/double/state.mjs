import { readFileSync, renameSync, writeFileSync } from "node:fs";

const file = process.env.DOUBLE_STATE;

export function read() {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Changes the state with no program seeing half of it. Tests run one changing program at a time. */
export function change(edit) {
  const state = read();
  const result = edit(state);
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(state, undefined, 1));
  renameSync(`${file}.${process.pid}`, file);
  return result;
}

/** A change that is kept even when it was refused. */
export function attempt(edit) {
  let refused;
  change((state) => {
    try {
      edit(state);
    } catch (error) {
      refused = error;
    }
  });
  if (refused !== undefined) throw refused;
}

/** Of the daemon, or of compose itself when it is "bare". */
export class Refusal extends Error {
  constructor(message, exitCode, from = "daemon") {
    super(message);
    this.exitCode = exitCode;
    this.from = from;
  }
}
