/** Reads unit files as systemd does, as far as the generated ones need it. (systemd.syntax(7), "Quoting"; systemd.service(5), "Command lines") */

/** Values by section and key, line continuations joined. */
export function readUnit(text: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const unit: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of text.replaceAll("\\\n", " ").split("\n")) {
    const title = /^\[(.+)\]$/.exec(line)?.[1];
    if (title !== undefined) section = unit[title] = {};
    const [, key, value] = /^([A-Za-z]+)[ \t]*=[ \t]*(.*?)[ \t]*$/s.exec(line) ?? [];
    if (key !== undefined && value !== undefined) section[key] = value;
  }
  return unit;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  s: " ",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

/** The words of an ExecStart= line. Throws where systemd would warn, and for variables and specifiers, which are not for generated units. */
export function readExecLine(line: string): readonly string[] {
  const words = wordsOf(line).map(({ word, raw }) => {
    if (raw === ";") throw new Error("a second command begins");
    return specifiers(word);
  });
  const [program = "", ...args] = words;
  if (/^[@:+!|-]|["'\\]/.test(program)) throw new Error(`not a plain path: ${program}`);
  return [program, ...args.map(dollars)];
}

function wordsOf(line: string): readonly { readonly word: string; readonly raw: string }[] {
  const words: { word: string; raw: string }[] = [];
  let rest = line.trimStart();
  while (rest !== "") {
    const { word, length } = nextWord(rest);
    words.push({ word, raw: rest.slice(0, length) });
    rest = rest.slice(length).trimStart();
  }
  return words;
}

function nextWord(text: string): { readonly word: string; readonly length: number } {
  let [word, at, quote] = ["", 0, ""];
  for (; at < text.length; at += 1) {
    const each = text.charAt(at);
    if (quote === "" && /\s/.test(each)) break;
    if (each === quote) quote = "";
    else if (quote === "" && /["']/.test(each)) quote = each;
    else if (each === "\\") {
      const hex = /^x([0-9a-f]{2})/.exec(text.slice(at + 1))?.[1];
      const known = hex === undefined ? ESCAPES[text.charAt(at + 1)] : String.fromCharCode(Number.parseInt(hex, 16));
      if (known === undefined) throw new Error(`unknown escape in ${text}`);
      word += known;
      at += hex === undefined ? 1 : 3;
    } else word += each;
  }
  if (quote !== "") throw new Error(`open quote in ${text}`);
  return { word, length: at };
}

export function specifiers(word: string): string {
  return word.replaceAll(/%(.?)/g, (_, next: string) => {
    if (next !== "%") throw new Error(`specifier %${next} in ${word}`);
    return "%";
  });
}

function dollars(word: string): string {
  return word.replaceAll(/\$(.?)/g, (_, next: string) => {
    if (next !== "$") throw new Error(`variable $${next} in ${word}`);
    return "$";
  });
}
