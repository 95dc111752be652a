import { styleText } from "node:util";

type Style = "green" | "yellow" | "red" | "cyan" | "dim" | "bold" | "magenta";

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export function painter(enabled: boolean): Paint {
  return enabled ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}

/** Control characters made visible, so that a name or a value from outside cannot steer the terminal. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are just the characters that must not get through
  return text.replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
