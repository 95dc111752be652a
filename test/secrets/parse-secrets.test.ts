import { describe, expect, it } from "vitest";
import { AtkError } from "../../src/core/errors.ts";
import { decodeSecrets, parseSecrets } from "../../src/secrets/parse-secrets.ts";
import { desktop, FILE, laptop, sealed } from "./texts.ts";

const GOOD = `# atk secrets
recipients:
  laptop: { key: ${laptop.public}, since: 2026-11-21 }
requests:
  desktop: ${desktop.public} # asks
secrets:
  GITHUB_TOKEN: ${sealed}
rotate:
  GITHUB_TOKEN: old lost access on 2026-11-21
`;

async function problemsOf(text: string): Promise<readonly string[]> {
  const error: unknown = await parseSecrets(text, FILE).catch((thrown: unknown) => thrown);
  if (!(error instanceof AtkError)) return [];
  expect(error.code).toBe("E_MANIFEST");
  expect(error.message).toMatch(/^cannot use secrets\.yaml: /);
  return error.problems.map(({ message, at }) => `${at?.line}:${at?.column} ${message}`);
}

describe("a secrets file", () => {
  it("says its machines, requests, values and what is to be rotated", async () => {
    const file = await parseSecrets(GOOD, FILE);
    expect(file.recipients.get("laptop")).toEqual({ key: laptop.public, since: "2026-11-21" });
    expect(file.requests.get("desktop")).toEqual({ key: desktop.public });
    expect(file.secrets.get("GITHUB_TOKEN")).toBe(sealed);
    expect(file.rotate.get("GITHUB_TOKEN")).toBe("old lost access on 2026-11-21");
  });

  it("says the same with CRLF, with a byte order mark, and written in other YAML", async () => {
    const file = await parseSecrets(GOOD, FILE);
    const flow = `{ secrets: { "GITHUB_TOKEN": '${sealed}' }, rotate: { GITHUB_TOKEN: old lost access on 2026-11-21 },
      recipients: { laptop: { since: "2026-11-21", key: ${laptop.public} } }, requests: { desktop: ${desktop.public} } }`;
    for (const text of [GOOD.replaceAll("\n", "\r\n"), `\uFEFF${GOOD}`, GOOD.replaceAll("\n  ", "\n    "), flow])
      expect(await parseSecrets(text, FILE)).toEqual(file);
  });

  it("says nothing when it is blank, has comments only or empty sections", async () => {
    for (const text of ["", "\n", "# later\n", "secrets:\nrecipients: {}\n", "---\n"]) {
      const { secrets, recipients } = await parseSecrets(text, FILE);
      expect([secrets.size, recipients.size]).toEqual([0, 0]);
    }
  });
});

describe("what is wrong with a secrets file is told with its line and column", () => {
  it.each([
    ["an unknown section", `${GOOD}keys:\n  A: b\n`, '10:1 unknown key "keys"'],
    [
      "a secret in clear",
      GOOD.replace(sealed, "ghp_inTheClear"),
      "7:3 secrets: GITHUB_TOKEN is not an encrypted value",
    ],
    ["a number for a value", GOOD.replace(sealed, "7"), "7:3 secrets: GITHUB_TOKEN is not an encrypted value"],
    ["a list for a value", GOOD.replace(sealed, "[a]"), "7:3 secrets: GITHUB_TOKEN is not an encrypted value"],
    [
      "a value that was cut",
      GOOD.replace(sealed, sealed.slice(0, -3)),
      "7:3 secrets: GITHUB_TOKEN is not an encrypted",
    ],
    ["a bad name", GOOD.replace("  GITHUB_TOKEN: Y", "  git hub: Y"), '7:3 secrets: "git hub" is not a name'],
    ["a name that YAML reads as a word", GOOD.replace("  GITHUB_TOKEN: Y", "  null: Y"), "7:3 secrets: "],
    [
      "a key twice",
      GOOD.replace("rotate:", `  GITHUB_TOKEN: ${sealed}\nrotate:`),
      "8:3 the key GITHUB_TOKEN stands twice",
    ],
    ["a section twice", `${GOOD}secrets:\n  A: ${sealed}\n`, "10:1 the key secrets stands twice"],
    ["a list for a section", "secrets: [a]\n", "1:1 secrets: expected a map of names"],
    ["a text for a section", "secrets: hunter2\n", "1:1 secrets: expected a map of names"],
    ["something else than a map", "- a\n", "1:1 expected a map with recipients, requests, secrets, rotate"],
    ["a key of SSH for a machine", GOOD.replace(desktop.public, "ssh-ed25519"), "5:3 requests: desktop: expected"],
    ["an unknown field of a machine", GOOD.replace("since:", "from:"), "3:3 recipients: laptop: expected"],
    ["a day that is none", GOOD.replace("2026-11-21 }", "today }"), "3:3 recipients: laptop: since is not a day"],
    [
      "two machines with one key",
      GOOD.replace("requests:", `  twin: ${laptop.public}\nrequests:`),
      "2:1 recipients: twin has",
    ],
    ["broken YAML", `secrets:\n  A: "x\n  B: y\n`, "not valid YAML"],
    ["a tab as indentation", `secrets:\n\tA: ${sealed}\n`, "2:1 not valid YAML: tab as indent"],
    ["an alias", `secrets:\n  A: &a ${sealed}\n  B: *a\n`, "3:3 secrets: B is not an encrypted value"],
    ["a second document", `${GOOD}---\n${GOOD}`, "10:1 not valid YAML: multiple docs"],
  ])("%s", async (_name, text, problem) => {
    expect((await problemsOf(text)).join("\n")).toContain(problem);
    const withCrlf = await problemsOf(`\uFEFF${text.replaceAll("\n", "\r\n")}`);
    expect(withCrlf.join("\n")).toContain(problem);
  });

  it("git's conflict markers, as one problem", async () => {
    const both = `<<<<<<< HEAD\n  A: ${sealed}\n=======\n  B: ${sealed}\n>>>>>>> desktop\n`;
    expect(await problemsOf(GOOD.replace("rotate:", `${both}rotate:`))).toEqual([
      "8:1 unresolved merge conflict: the file still has both sides and git's markers",
    ]);
  });

  it("several at once, in the order of the file", async () => {
    const text = `secrets:\n  A: clear\n  b c: ${sealed}\nkeys: 1\n`;
    expect((await problemsOf(text)).map((problem) => problem.split(" ")[0])).toEqual(["2:3", "3:3", "4:1"]);
  });

  it("never with the value: somebody may have written it in clear", async () => {
    const clear = [
      "ghp_inTheClear",
      "{ghp_inTheClear",
      '"ghp_inTheClear',
      "[ghp_inTheClear}",
      "*ghp_inTheClear",
      "!ghp_inTheClear x",
    ];
    for (const value of [...clear, "a: ghp_inTheClear", "|\n ghp_inTheClear", "x\nghp_inTheClear"]) {
      const error = await parseSecrets(`secrets:\n  A: ${value}\n  B: 1\n`, FILE).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AtkError);
      expect(JSON.stringify([error, (error as Error).message, (error as AtkError).problems])).not.toContain(
        "inTheClear",
      );
    }
  });

  it("bytes that are no text", () => {
    expect(() => decodeSecrets(new Uint8Array([0x73, 0xff]), FILE)).toThrow(/not UTF-8/);
  });
});
