import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { countKeys, decrypt } from "../../src/secrets/age.ts";
import { setRecipient } from "../../src/secrets/edit-secrets.ts";
import type { Identity } from "../../src/secrets/identity-file.ts";
import { approve, removeRecipient, requestAccess } from "../../src/secrets/machines.ts";
import { machineNameOf } from "../../src/secrets/names.ts";
import { parseSecrets } from "../../src/secrets/parse-secrets.ts";
import { evenOut, unevenSecrets } from "../../src/secrets/reencrypt.ts";
import { setValue } from "../../src/secrets/set-value.ts";
import { desktop, FILE, hasAge, laptop, thief, type Key } from "./texts.ts";

const scratch = mkdtempSync(join(tmpdir(), "atk-machines-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const since = "2026-11-21";
const identity = ({ secret }: Key): Identity => ({ place: "a test", secretKey: () => secret });
const asking = (name: string, key: Key) => ({ name, key: key.public, since });

/** A file of the laptop with two secrets, for which the desktop asks. */
async function given(): Promise<string> {
  let { text } = await requestAccess("", asking("laptop", laptop), FILE);
  ({ text } = await setValue(text, { name: "GITHUB_TOKEN", value: "ghp_1" }, FILE));
  ({ text } = await setValue(text, { name: "API_KEY", value: "line\nline" }, FILE));
  return (await requestAccess(text, asking("desktop", desktop), FILE)).text;
}

async function givenBoth(): Promise<string> {
  return (await approve(await given(), { name: "desktop", since, identity: identity(laptop) }, FILE)).text;
}

async function read(text: string, name: string, key: Key): Promise<string> {
  const opened = await decrypt((await parseSecrets(text, FILE)).secrets.get(name) ?? "", key.secret);
  return opened.is === "open" ? opened.value : opened.is;
}

describe("the first machine", () => {
  it("has access at once, and its secrets stand sorted, one on a line", async () => {
    const lines = (await given()).replaceAll(/YWdl\S+/g, "...").replaceAll(/age1[a-z0-9]+/g, "age1...");
    expect(lines).toBe(`# atk secrets: values are encrypted with age for the machines below; names are not
# one by hand: sed -n 's/^  NAME: //p' secrets.yaml | base64 -d | age -d -i ~/.config/atk/identity.txt
recipients:
  laptop: { key: age1..., since: 2026-11-21 }
secrets:
  API_KEY: ...
  GITHUB_TOKEN: ...
requests:
  desktop: { key: age1..., since: 2026-11-21 }
`);
  });

  it.skipIf(!hasAge)("can open a secret with the command in the file's comment", async () => {
    const text = await given();
    writeFileSync(join(scratch, "secrets.yaml"), text);
    writeFileSync(join(scratch, "identity.txt"), `${laptop.secret}\n`);
    const command = /# one by hand: (.*)/.exec(text)?.[1] ?? "";
    const here = command.replace("NAME", "GITHUB_TOKEN").replace("~/.config/atk/", "");
    expect(execFileSync("sh", ["-c", here], { cwd: scratch, encoding: "utf8" })).toBe("ghp_1");
  });

  it("is named after its host", () => {
    expect(["Mias-MacBook.local", "7f3a", "büro pc", "", "null", "--"].map(machineNameOf)).toEqual([
      "Mias-MacBook.local",
      "m-7f3a",
      "b-ro-pc",
      "machine",
      "machine",
      "machine",
    ]);
  });
});

describe("a machine that asks", () => {
  it("cannot open anything", async () => {
    expect(await read(await given(), "GITHUB_TOKEN", desktop)).toBe("other-key");
  });

  it("can open everything, also what is set later, once it is approved", async () => {
    const result = await approve(
      await given(),
      { name: "desktop", since: "2026-11-22", identity: identity(laptop) },
      FILE,
    );
    expect(result.secrets).toEqual(["API_KEY", "GITHUB_TOKEN"]);
    const { recipients, requests } = await parseSecrets(result.text, FILE);
    expect(recipients.get("desktop")).toEqual({ key: desktop.public, since: "2026-11-22" });
    expect(requests.size).toBe(0);
    const later = await setValue(result.text, { name: "NEW", value: "n" }, FILE);
    expect(later.machines).toEqual(["desktop", "laptop"]);
    for (const key of [laptop, desktop]) {
      expect(await read(later.text, "API_KEY", key)).toBe("line\nline");
      expect(await read(later.text, "NEW", key)).toBe("n");
    }
  });

  it("changes nothing when it asks again, or has access", async () => {
    const asked = await given();
    expect(await requestAccess(asked, asking("desktop", desktop), FILE)).toEqual({ text: asked, access: "requested" });
    expect(await requestAccess(asked, asking("laptop", laptop), FILE)).toEqual({ text: asked, access: "granted" });
  });

  it("is refused with the name of another machine", async () => {
    const text = await given();
    for (const name of ["laptop", "desktop", "a b"])
      await expect(requestAccess(text, asking(name, thief), FILE)).rejects.toMatchObject({ code: "E_NAME" });
  });

  it("cannot approve itself, nor when it wrote itself into the file", async () => {
    const text = await given();
    const byItself = { name: "desktop", since, identity: identity(desktop) };
    await expect(approve(text, byItself, FILE)).rejects.toMatchObject({
      code: "E_ENV",
      message: expect.stringContaining("no access"),
    });
    const written = await setRecipient(text, "thief", { key: thief.public }, FILE);
    await expect(approve(written, { ...byItself, identity: identity(thief) }, FILE)).rejects.toMatchObject({
      message: expect.stringContaining(
        "nothing was changed in secrets.yaml: this machine cannot open API_KEY, GITHUB_TOKEN",
      ),
    });
  });

  it("is refused when its request has another key than the one a person compared", async () => {
    const compared = { name: "desktop", since, identity: identity(laptop), key: thief.public };
    await expect(approve(await given(), compared, FILE)).rejects.toThrow(/another key/);
    await expect(approve(await given(), { ...compared, key: desktop.public }, FILE)).resolves.toBeDefined();
  });

  it("has to have asked", async () => {
    const approval = { name: "phone", since, identity: identity(laptop) };
    await expect(approve(await given(), approval, FILE)).rejects.toMatchObject({
      code: "E_NAME",
      hint: "one of: desktop",
    });
  });
});

describe("a machine that is removed", () => {
  it("cannot open the file any more, and what it knew is to be rotated until it is set anew", async () => {
    const removal = { name: "desktop", on: "2026-11-23", identity: identity(laptop) };
    const { text, secrets } = await removeRecipient(await givenBoth(), removal, FILE);
    expect(secrets).toEqual(["API_KEY", "GITHUB_TOKEN"]);
    expect(await read(text, "GITHUB_TOKEN", desktop)).toBe("other-key");
    expect(await read(text, "GITHUB_TOKEN", laptop)).toBe("ghp_1");
    const reason = "desktop lost access on 2026-11-23";
    const { rotate } = await parseSecrets(text, FILE);
    expect([...rotate]).toEqual([
      ["API_KEY", reason],
      ["GITHUB_TOKEN", reason],
    ]);
    const anew = await setValue(text, { name: "API_KEY", value: "new" }, FILE);
    expect([...(await parseSecrets(anew.text, FILE)).rotate.keys()]).toEqual(["GITHUB_TOKEN"]);
  });

  it("adds to a reason that stands there already", async () => {
    const both = (await givenBoth()).replace(/$/, "rotate:\n  API_KEY: phone was lost\n");
    const removal = { name: "desktop", on: "2026-11-23", identity: identity(laptop) };
    const { text } = await removeRecipient(both, removal, FILE);
    expect((await parseSecrets(text, FILE)).rotate.get("API_KEY")).toBe(
      "phone was lost; desktop lost access on 2026-11-23",
    );
  });

  it("may not be the only one, nor unknown", async () => {
    const removal = { on: since, identity: identity(laptop) };
    await expect(removeRecipient(await given(), { ...removal, name: "laptop" }, FILE)).rejects.toThrow(/only machine/);
    await expect(removeRecipient(await given(), { ...removal, name: "desktop" }, FILE)).rejects.toThrow(/no machine/);
  });

  it("stays when some value cannot be opened here: nothing is changed, and the error names it", async () => {
    const both = await givenBoth();
    const broken = both.replace(/(GITHUB_TOKEN: \S{300})..../, "$1AAAA");
    const removal = { name: "desktop", on: since, identity: identity(laptop) };
    await expect(removeRecipient(broken, removal, FILE)).rejects.toMatchObject({
      code: "E_ENV",
      message: expect.stringMatching(/cannot open GITHUB_TOKEN$/),
      problems: [{ message: expect.stringContaining("changed or cut") }],
    });
  });
});

describe("two branches that were merged", () => {
  it("keep the secrets of both, without a conflict where other names stand between them", async () => {
    const base = await given();
    const ours = (await setValue(base, { name: "AAA", value: "a" }, FILE)).text;
    const theirs = (await setValue(base, { name: "ZZZ", value: "z" }, FILE)).text;
    const files = [ours, base, theirs].map((text, at) => {
      writeFileSync(join(scratch, `side-${at}`), text);
      return join(scratch, `side-${at}`);
    });
    const merged = execFileSync("git", ["merge-file", "-p", ...files], { encoding: "utf8" });
    const { secrets } = await parseSecrets(merged, FILE);
    expect([...secrets.keys()]).toEqual(["AAA", "API_KEY", "GITHUB_TOKEN", "ZZZ"]);
  });

  it("can leave a value that the new machine cannot open: it is found and encrypted anew", async () => {
    const text = await givenBoth();
    const [, mine = ""] = /(API_KEY: .*)/.exec(await given()) ?? [];
    const merged = text.replace(/API_KEY: .*/, mine);
    expect(unevenSecrets(await parseSecrets(merged, FILE))).toEqual(["API_KEY"]);
    const { text: even, secrets } = await evenOut(merged, identity(laptop), FILE);
    expect(secrets).toEqual(["API_KEY"]);
    expect(await read(even, "API_KEY", desktop)).toBe("line\nline");
    expect((await parseSecrets(even, FILE)).rotate.size).toBe(0);
  });

  it("can leave a value that a removed machine can open: it is encrypted anew and to be rotated", async () => {
    const both = await givenBoth();
    const removal = { name: "desktop", on: since, identity: identity(laptop) };
    const removed = (await removeRecipient(both, removal, FILE)).text.replace(/rotate:[^]*/, "");
    const [, theirs = ""] = /(API_KEY: .*)/.exec(both) ?? [];
    const { text } = await evenOut(removed.replace(/API_KEY: .*/, theirs), identity(laptop), FILE);
    const { secrets, rotate } = await parseSecrets(text, FILE);
    expect(countKeys(secrets.get("API_KEY") ?? "")).toBe(1);
    expect([...rotate.keys()]).toEqual(["API_KEY"]);
  });
});

describe("setting a value", () => {
  it("changes just its line", async () => {
    const text = (await given()).replace("\nsecrets:", "\n# mine\nsecrets: # all").replaceAll("\n", "\r\n");
    const after = await setValue(text, { name: "API_KEY", value: "new" }, FILE);
    const without = (all: string) => all.replace(/ {2}API_KEY: \S+/, "");
    expect(without(after.text)).toBe(without(text));
    expect(await read(after.text, "API_KEY", laptop)).toBe("new");
  });

  it("is refused for a bad name, an empty value, and a file without machines", async () => {
    const text = await given();
    for (const name of ["", "a b", "true", "1", "../x", "é", "a".repeat(129)])
      await expect(setValue(text, { name, value: "x" }, FILE)).rejects.toMatchObject({ code: "E_NAME" });
    await expect(setValue(text, { name: "A", value: "" }, FILE)).rejects.toMatchObject({ code: "E_ENV" });
    await expect(setValue("", { name: "A", value: "x" }, FILE)).rejects.toThrow(/names no machine/);
  });
});
