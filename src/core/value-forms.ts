/** Shorter values are not looked for: `true`, `80` or `dev` as a value would hide every such word. */
export const LEAST_VALUE_LENGTH = 4;
/** A line of a value with several lines counts by itself from this length on. */
export const LEAST_LINE_LENGTH = 8;

/**
 * Every text in which a value may come out of a program: itself, and encoded as base64, in a URL, or in a JSON string.
 * White space around the value does not count; of a value with several lines each longer line counts as a value too.
 * Nothing for a value shorter than `LEAST_VALUE_LENGTH`.
 *
 * Not among them: base64 that is wrapped inside the value, encodings of encodings, other encodings than UTF-8.
 */
export function valueForms(value: string): readonly string[] {
  const whole = value.trim();
  if (whole.length < LEAST_VALUE_LENGTH) return [];
  const lines = whole.split(/[\r\n]+/).map((line) => line.trim());
  const longLines = lines.length === 1 ? [] : lines.filter((line) => line.length >= LEAST_LINE_LENGTH);
  return [...new Set([whole, ...longLines].flatMap(formsOf))];
}

function formsOf(text: string): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  return [text, ...base64Forms(bytes), ...urlForms(bytes), ...jsonForms(text)];
}

/**
 * Inside a longer base64 text a value begins after 0, 1 or 2 bytes of a group of three. Only the characters that are
 * wholly the value's are the form; one it shares with its neighbours tells at most four bits of it. At the end of the
 * text the last character and the padding belong to it as well.
 */
function base64Forms(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = base64(Uint8Array.from([...Array.from({ length: before }, () => 0), ...bytes]));
    const begin = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + bytes.length) * 8) / 6);
    const forms = [padded.slice(begin, end), padded.slice(begin).replace(/=+$/, ""), padded.slice(begin)];
    return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
  });
}

function base64(bytes: Uint8Array): string {
  return btoa(asByteText(bytes));
}

/** A text with one character (U+0000 to U+00FF) for each byte. */
export function asByteText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** What stays as it is: encodeURIComponent (ECMA-262), strict encoders (RFC 3986, 2.3), forms (WHATWG URL, 5.2). */
const KEPT_IN_URLS = [/[A-Za-z0-9_.!~*'()-]/, /[A-Za-z0-9_.~-]/, /[A-Za-z0-9_.*-]/];

function urlForms(bytes: Uint8Array): readonly string[] {
  return KEPT_IN_URLS.flatMap((kept) => {
    const upper = Array.from(bytes, (byte) => percent(byte, kept));
    const lower = upper.map((part) => (part.length === 3 ? part.toLowerCase() : part));
    return [upper, lower].flatMap((parts) => [
      parts.join(""),
      parts.map((part) => (part === "%20" ? "+" : part)).join(""),
    ]);
  });
}

function percent(byte: number, kept: RegExp): string {
  const character = String.fromCharCode(byte);
  return byte < 0x80 && kept.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** As JSON.stringify writes it; in ASCII only (Python); with `<`, `>`, `&` escaped (Go); with `/` escaped (PHP). */
function jsonForms(text: string): readonly string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const ascii = plain.replace(/[\u007f-\uffff]/g, escaped);
  return [plain, ascii, plain.replace(/[<>&\u2028\u2029]/g, escaped), ascii.replaceAll("/", "\\/")];
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
