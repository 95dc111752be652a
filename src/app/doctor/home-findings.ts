import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import type { ReadHome } from "./check.ts";
import type { Answer, Finding } from "./finding.ts";

/** Whether there is a home, or a project, to work in. */
export function homeFinding(home: Context | AtkError): Finding {
  const id = "home";
  if (home instanceof AtkError) return { id, title: "Home", ...problemOf(home) };
  const { workspace } = home;
  const title = workspace.scope === "user" ? "Home" : "Project";
  if (!workspace.predecessor) return { id, title, state: "ok", detail: workspace.directory };
  const detail = `${workspace.directory} still has the predecessor's manifest.yaml; the first change carries it over`;
  return { id, title, state: "info", detail };
}

/** Whether its manifest, and the lock beside it, can be read. */
export function manifestFindings(manifest: ReadHome | AtkError | undefined): readonly Finding[] {
  const [id, title] = ["manifest", "Manifest"];
  if (manifest === undefined) return [];
  if (manifest instanceof AtkError) return problemsOf(manifest).map((problem) => ({ id, title, ...problem }));
  const { plugins, servers, skills, instructions } = manifest.inputs.manifest;
  const parts = [
    counted(plugins.length, "plugin"),
    counted(Object.keys(servers).length, "server"),
    counted(skills.length, "skill"),
    counted(instructions.length, "instruction"),
  ].filter((part) => part !== "");
  return [{ id, title, state: "ok", detail: parts.length === 0 ? "nothing in it yet" : parts.join(", ") }];
}

function counted(count: number, noun: string): string {
  if (count === 0) return "";
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** An error as findings, one for each of its problems. */
export function problemsOf(error: AtkError): readonly Answer[] {
  if (error.problems.length === 0) return [problemOf(error)];
  return error.problems.map(({ message, at = error.at, hint = error.hint }) => ({
    state: "problem",
    detail: message,
    ...(at === undefined ? {} : { at }),
    ...(hint === undefined ? {} : { fix: hint }),
  }));
}

function problemOf({ message, at, hint }: AtkError): Answer {
  return {
    state: "problem",
    detail: message,
    ...(at === undefined ? {} : { at }),
    ...(hint === undefined ? {} : { fix: hint }),
  };
}
