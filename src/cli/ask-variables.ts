import type { Question, SetupOptions } from "../app/setup-plugins.ts";
import { AtkError } from "../core/errors.ts";
import type { Session } from "./session.ts";

/** Asks a person for the variables of each plugin, in the plugin's order. Enter keeps what is there. */
export function askVariables(session: Session): SetupOptions["values"] {
  return async (plugin, context) => {
    const { questionsOf } = await import("../app/setup-plugins.ts");
    const questions = await questionsOf(plugin, context);
    const { name, definition } = { name: plugin.entry.name, definition: plugin.definition };
    if (definition.plugin.envVars.length === 0) session.say(`${name} has no variables`);
    const set: Record<string, string> = {};
    for (const question of questions) {
      const answer = await ask(question);
      if (answer !== "" && answer !== question.current) set[question.variable.name] = answer;
    }
    return { set, unset: [] };
  };
}

async function ask({ variable, current, elsewhere }: Question): Promise<string> {
  const { isCancel, password, text } = await import("@clack/prompts");
  const about = [variable.required ? "required" : "", variable.description ?? ""].filter(Boolean).join(" - ");
  const shown = variable.secret && current ? mask(current) : (current ?? variable.default ?? "");
  const message = `${variable.name}${about === "" ? "" : ` (${about})`}${shown === "" ? "" : ` [${shown}]`}`;
  const isNeeded = variable.required && !current && !elsewhere && variable.default === undefined;
  const validate = (value: string | undefined): string | undefined =>
    isNeeded && (value ?? "") === "" ? "it is required" : undefined;
  const answer = variable.secret
    ? await password({ message, output: process.stderr, validate })
    : await text({ message, output: process.stderr, validate });
  if (isCancel(answer)) throw new AtkError("E_INTERRUPTED", "stopped at the question; nothing was changed");
  return (answer as string | undefined) ?? "";
}

const SHOWN = 4;

function mask(value: string): string {
  return value.length <= SHOWN ? "*".repeat(value.length) : "*".repeat(value.length - SHOWN) + value.slice(-SHOWN);
}
