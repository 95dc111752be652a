import type { TokenShape } from "../token-shape.ts";
import { isHarmlessPassword } from "./url-password.ts";

/** Of the documentation of JWT (jwt.io, RFC 7519, PyJWT) and of Supabase's local development. */
const JWT_EXAMPLES =
  /\.eyJ(?:zdWIiOiIxMjM0NTY3ODkwIi|pc3MiOiJqb2UiLA0K|zb21lIjoicGF5bG9hZCJ9|pc3MiOiJzdXBhYmFzZS1kZW1vI)/;

/** Shapes that no single vendor owns. Passwords in addresses are last: what is a token as well is named by its vendor. */
export const STANDARDS: readonly TokenShape[] = [
  {
    id: "private-key",
    title: "private key",
    vendor: "PEM, OpenSSH, PGP",
    source: "https://www.rfc-editor.org/rfc/rfc7468#section-10",
    evidence: "documented",
    begins: ["-----BEGIN "],
    // The first line of the key has to follow: the header alone is met in code that reads keys. Line ends may be escaped.
    pattern:
      /-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|[\s"'`+,]|(?:Proc-Type|DEK-Info|Version|Comment|Charset): ?[^\r\n\\]{1,100}(?=[\r\n\\])){1,60}[A-Za-z0-9+/]{40}/y,
  },
  {
    id: "putty-private-key",
    title: "PuTTY private key",
    vendor: "PuTTY",
    source: "https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html",
    evidence: "documented",
    begins: ["Private-Lines: "],
    pattern: /Private-Lines: \d{1,4}\r?\n[A-Za-z0-9+/]{40}/y,
  },
  {
    id: "age-secret-key",
    title: "age secret key",
    vendor: "age",
    // Bech32 in capital letters.
    source: "https://github.com/C2SP/C2SP/blob/main/age.md",
    evidence: "documented",
    begins: ["AGE-SECRET-KEY-1"],
    pattern: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/y,
  },
  {
    id: "jwt",
    title: "JSON web token",
    vendor: "IETF",
    source: "https://www.rfc-editor.org/rfc/rfc7519#section-3.1",
    evidence: "documented",
    begins: ["eyJ"],
    pattern: /eyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,20000}\.[A-Za-z0-9_-]{20,4000}/y,
    alone: true,
    harmless: ([all]) => JWT_EXAMPLES.test(all),
  },
  {
    id: "url-password",
    title: "password in an address",
    vendor: "IETF",
    source: "https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1",
    evidence: "documented",
    begins: ["://"],
    pattern:
      /(?<=[A-Za-z][A-Za-z0-9+.-]{1,20}):\/\/(?<user>[^\s:@/?#"'`<>\\]{0,100}):(?<secret>[^\s:@/"'`<>\\]{8,300})@(?<host>[A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])/dy,
    harmless: isHarmlessPassword,
  },
];
