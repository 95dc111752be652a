import type { Context } from "../app/context.ts";
import type { FoundPlugins } from "../app/setup/find-plugins.ts";
import type { Wanted, WantedByPlugin } from "../app/setup/given-values.ts";
import type { Question } from "../app/setup/questions.ts";
import type { GoodPlugin } from "../app/plugin-env.ts";
import { AtkError } from "../core/errors.ts";
import { askSecret, askText, askYesNo } from "./ask.ts";
import { printable } from "./paint.ts";
import type { Session } from "./session.ts";

/** Asks a person for every declared variable of the plugins. @throws AtkError E_INTERRUPTED when they stop */
export async function askForValues(
  { plugins, isNamed }: FoundPlugins,
  session: Session,
  context: Context,
): Promise<WantedByPlugin> {
  const answers = new Map<string, Wanted>();
  for (const plugin of plugins) {
    const questions = await questionsAbout(plugin, isNamed, context);
    if (questions.length > 0) introduce(plugin, session);
    const set: Record<string, string> = {};
    for (const question of questions) {
      const value = await ask(question, session);
      if (value !== "") set[question.name] = value;
    }
    answers.set(plugin.entry.name, { set, unset: [] });
  }
  return answers;
}

/** One of several that cannot be read is passed over: it is told about when everything is put together. */
async function questionsAbout(plugin: GoodPlugin, isNamed: boolean, context: Context): Promise<readonly Question[]> {
  const { questionsOf } = await import("../app/setup/questions.ts");
  try {
    return await questionsOf(plugin, context);
  } catch (error) {
    if (isNamed || !(error instanceof AtkError)) throw error;
    return [];
  }
}

function introduce({ entry, definition }: GoodPlugin, session: Session): void {
  const { description, vendor } = definition.plugin;
  session.say(printable(`${entry.name}: ${description}`));
  if (vendor?.docs !== undefined) session.say(printable(`  ${vendor.docs}`));
  session.say("Enter keeps what is in brackets; Ctrl-C stops, and nothing is changed.");
}

/** The empty text: leave it as it is. */
async function ask(question: Question, session: Session): Promise<string> {
  if (question.kept !== undefined && !(await wantsAnother(question, session))) return "";
  const answer = await (question.secret ? askSecret : askText)(wordsOf(question), question.check);
  return answer === "" && question.offer.kind === "take" ? question.offer.value : answer;
}

async function wantsAnother({ name, kept }: Question, session: Session): Promise<boolean> {
  if (kept === undefined) return true;
  session.say(printable(`${name} is ${kept.what}, says the manifest${kept.isThere ? "" : "; that is not set here"}.`));
  return askYesNo(`Another value of ${name} on this machine?`);
}

function wordsOf({ name, required, description, offer, kept }: Question): string {
  const present = kept === undefined ? presentOf(offer) : "";
  const what = `${name}${required ? " (required)" : ""}${description === undefined ? "" : ` - ${description}`}`;
  return printable(`${what}${present === "" ? "" : ` [${present}]`}`.replace(/\s+/g, " "));
}

/** What Enter alone leaves or takes. */
function presentOf(offer: Question["offer"]): string {
  if (offer.kind === "none") return "";
  const from = offer.kind === "take" ? "" : (FROM[offer.place] ?? "");
  return `${offer.shown}${from}`;
}

const FROM: Readonly<Record<string, string>> = { manifest: " from the manifest", process: " from the environment" };
