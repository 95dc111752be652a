import { AtkError } from "../../core/errors.ts";
import { editDotenv } from "../../formats/dotenv.ts";
import type { EnvVar } from "../../manifest/plugin.ts";
import type { Context } from "../context.ts";
import { environmentFile } from "../environment-file.ts";
import type { GoodPlugin } from "../plugin-env.ts";
import type { ExplainedPlace } from "./explain-place.ts";
import { explainValues } from "./explain-values.ts";
import { valuesInDotenv } from "./prepare-setup.ts";

/** What Enter alone means. */
export type Offer =
  /** It stays as it is, and nothing is written: `shown` as it may be shown. */
  | { readonly kind: "keep"; readonly shown: string; readonly place: ExplainedPlace["place"] }
  /** The declared default becomes the value. */
  | { readonly kind: "take"; readonly shown: string; readonly value: string }
  | { readonly kind: "none" };

/** One variable to be asked for. Holds no secret. */
export interface Question {
  readonly name: string;
  readonly description?: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly offer: Offer;
  /** Where the manifest keeps its value: then it is asked for only to override that here. */
  readonly kept?: { readonly what: string; readonly isThere: boolean };
  /** Why an answer cannot be the value; it is not repeated. */
  check(answer: string): string | undefined;
}

/**
 * The declared variables of a plugin, in their order.
 * @throws AtkError E_FILE, E_FORMAT, E_ENV when its .env cannot be read or has lines that are no assignment
 */
export async function questionsOf(plugin: GoodPlugin, context: Context): Promise<readonly Question[]> {
  await valuesInDotenv(plugin.entry.name, context);
  const text = (await context.look.text(environmentFile(plugin.entry.name, context))) ?? "";
  const { variables } = await explainValues(plugin, context);
  return plugin.definition.plugin.envVars.map((variable) => {
    const [first] = variables.find(({ name }) => name === variable.name)?.places ?? [];
    return question(variable, first, text);
  });
}

function question(variable: EnvVar, first: ExplainedPlace | undefined, text: string): Question {
  const { name, description, required, secret } = variable;
  const offer = offerOf(variable, first);
  const kept = first?.kept === undefined ? undefined : { what: first.kept, isThere: first.isAbsent !== true };
  return {
    name,
    ...(description === undefined ? {} : { description }),
    required,
    secret,
    offer,
    ...(kept === undefined ? {} : { kept }),
    check: (answer) => {
      if (answer === "") return required && offer.kind === "none" ? `${name} is required` : undefined;
      return unwritable(name, answer, text);
    },
  };
}

function offerOf({ default: value = "" }: EnvVar, first: ExplainedPlace | undefined): Offer {
  if (first === undefined) return { kind: "none" };
  const shown = first.value ?? "";
  if (first.place === "default") return { kind: "take", shown, value };
  return { kind: "keep", shown, place: first.place };
}

/** @returns what formats/dotenv says about a value that it cannot write */
function unwritable(name: string, value: string, text: string): string | undefined {
  try {
    editDotenv(text, { set: { [name]: value } });
    return undefined;
  } catch (error) {
    if (error instanceof AtkError) return error.message;
    throw error;
  }
}
