import { createTextAutomaton, type TextAutomaton } from "../../core/text-automaton.ts";
import { valueForms } from "../../core/value-forms.ts";
import type { TokenShape } from "./token-shape.ts";
import { TOKEN_SHAPES } from "./token-shapes.ts";

/** A secret that is in use, and where it is known from. */
export interface KnownSecret {
  /** Shown with a finding: `OPENAI_API_KEY`. */
  readonly name: string;
  readonly value: string;
}

/** What is looked for, prepared once for many texts: all forms of the known secrets, and the beginnings of all shapes. */
export interface KnownSecrets {
  readonly automaton: TextAutomaton;
  /** For each text of the automaton what it is. A known secret may be the beginning of a shape too. */
  readonly meanings: readonly Meaning[];
  /** Characters of the longest form. */
  readonly longest: number;
}

export interface Meaning {
  readonly length: number;
  /** Name of the known secret. */
  readonly known?: string;
  readonly shapes: readonly NumberedShape[];
}

export interface NumberedShape extends TokenShape {
  /** Its place in the table. */
  readonly order: number;
}

/**
 * A shorter value is not looked for: words of everyday text would be taken for it, and its base64 for a piece of a checksum.
 * Hiding (`createHider`) is stricter, since a word too many that is hidden stops nobody's work.
 */
export const LEAST_KNOWN_LENGTH = 8;

/** About half a millisecond for each secret. With none, only the shapes are looked for. */
export function knowSecrets(secrets: Iterable<KnownSecret>): KnownSecrets {
  const meanings = new Map<string, Meaning>();
  for (const [order, shape] of TOKEN_SHAPES.entries()) {
    for (const begin of shape.begins) {
      const shapes = [...(meanings.get(begin)?.shapes ?? []), { ...shape, order }];
      meanings.set(begin, { length: begin.length, shapes });
    }
  }
  let longest = 0;
  for (const { name, value } of secrets) {
    if (value.trim().length < LEAST_KNOWN_LENGTH) continue;
    for (const form of valueForms(value)) {
      const { shapes = [], known = name } = meanings.get(form) ?? {};
      meanings.set(form, { length: form.length, shapes, known });
      longest = Math.max(longest, form.length);
    }
  }
  return { automaton: createTextAutomaton([...meanings.keys()]), meanings: [...meanings.values()], longest };
}
