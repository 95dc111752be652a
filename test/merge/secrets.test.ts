import { describe, expect, it } from "vitest";
import { decrypt, publicKeyOf } from "../../src/secrets/age.ts";
import { dropRecipient, removeSecret, setRecipient } from "../../src/secrets/edit-secrets.ts";
import type { Identity } from "../../src/secrets/identity-file.ts";
import { approve, removeRecipient, requestAccess } from "../../src/secrets/machines.ts";
import { parseSecrets } from "../../src/secrets/parse-secrets.ts";
import { reencrypt } from "../../src/secrets/reencrypt.ts";
import { setValue } from "../../src/secrets/set-value.ts";
import { mergeText, type Answers, type Merged, type SameSecret } from "../../src/merge/merge-text.ts";
import { desktop, FILE, laptop, newKey, thief, type Key } from "../secrets/texts.ts";

const since = "2026-11-21";
const identity = ({ secret }: Key): Identity => ({ place: "a test", secretKey: () => secret });
const asking = (name: string, key: Key) => ({ name, key: key.public, since });
const set = async (text: string, name: string, value: string) => (await setValue(text, { name, value }, FILE)).text;

/** A file of laptop and desktop with two secrets. */
async function given(): Promise<string> {
  let { text } = await requestAccess("", asking("laptop", laptop), FILE);
  text = await set(await set(text, "GITHUB_TOKEN", "ghp_1"), "API_KEY", "key 1");
  ({ text } = await requestAccess(text, asking("desktop", desktop), FILE));
  return (await approve(text, { name: "desktop", since, identity: identity(laptop) }, FILE)).text;
}

async function open(text: string, name: string, key: Key): Promise<string> {
  const opened = await decrypt((await parseSecrets(text, FILE)).secrets.get(name) ?? "", key.secret);
  return opened.is === "open" ? opened.value : opened.is;
}

const asLaptop: SameSecret = async (a, b) => {
  const [left, right] = [await decrypt(a, laptop.secret), await decrypt(b, laptop.secret)];
  return left.is === "open" && right.is === "open" ? left.value === right.value : undefined;
};

interface Texts {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

const merge = (texts: Texts, answers: Answers = {}): Promise<Merged> =>
  mergeText("secrets", texts, answers, { sameSecret: asLaptop });

async function bothWays(texts: Texts): Promise<Merged & { readonly text: string }> {
  const merged = await merge(texts);
  expect(merged.disagreements).toEqual([]);
  expect(await merge({ ...texts, ours: texts.theirs, theirs: texts.ours })).toEqual(merged);
  return { ...merged, text: merged.text ?? "" };
}

describe("secrets that were changed on two machines", () => {
  it("has the values that each set, at their places in the alphabet", async () => {
    const base = await given();
    const { text, needsReencrypt } = await bothWays({
      base,
      ours: await set(await set(base, "GITHUB_TOKEN", "ghp_2"), "NPM_TOKEN", "npm_1"),
      theirs: await removeSecret(await set(base, "LINEAR_KEY", "lin_1"), "API_KEY", FILE),
    });
    expect([...(await parseSecrets(text, FILE)).secrets.keys()]).toEqual(["GITHUB_TOKEN", "LINEAR_KEY", "NPM_TOKEN"]);
    expect(await open(text, "GITHUB_TOKEN", desktop)).toBe("ghp_2");
    expect(needsReencrypt).toBeUndefined();
    expect(text.startsWith("# atk secrets:")).toBe(true);
  });

  it("does not ask because a machine was approved, which encrypts everything anew; it names what that machine cannot open yet", async () => {
    const base = (await requestAccess(await given(), asking("server", thief), FILE)).text;
    const ours = (await approve(base, { name: "server", since, identity: identity(laptop) }, FILE)).text;
    const theirs = await set(base, "API_KEY", "key 2");
    const { text, needsReencrypt } = await bothWays({ base, ours, theirs });
    expect(await open(text, "API_KEY", laptop)).toBe("key 2");
    expect(await open(text, "GITHUB_TOKEN", thief)).toBe("ghp_1");
    expect(needsReencrypt).toEqual(["API_KEY"]);
    const { secrets } = await parseSecrets(text, FILE);
    const due = new Map([...secrets].filter(([name]) => needsReencrypt?.includes(name)));
    const evened = await reencrypt(text, { secrets: due, identity: identity(laptop) }, FILE);
    expect(await open(evened.text, "API_KEY", thief)).toBe("key 2");
  });

  it("never brings a removed machine back, under no name, and notes what it could still open", async () => {
    const base = await given();
    const ours = (await removeRecipient(base, { name: "desktop", on: since, identity: identity(laptop) }, FILE)).text;
    const renamed = await setRecipient(
      await dropRecipient(base, "desktop", FILE),
      "tower",
      { key: desktop.public },
      FILE,
    );
    const theirs = await set(renamed, "NPM_TOKEN", "npm_1");
    const { text, needsReencrypt } = await bothWays({ base, ours, theirs });
    const merged = await parseSecrets(text, FILE);
    expect([...merged.recipients.keys()]).toEqual(["laptop"]);
    expect(needsReencrypt).toEqual(["NPM_TOKEN"]);
    expect(merged.rotate.get("NPM_TOKEN")).toBe("it was still encrypted for a removed machine");
    expect(merged.rotate.get("API_KEY")).toContain("desktop lost access");
  });

  it("names values of the side that had other machines, also when there are as many as before", async () => {
    const server = await newKey();
    const base = (await requestAccess(await given(), asking("server", server), FILE)).text;
    const removed = await removeRecipient(base, { name: "desktop", on: since, identity: identity(laptop) }, FILE);
    const ours = (await approve(removed.text, { name: "server", since, identity: identity(laptop) }, FILE)).text;
    const theirs = await set(base, "NPM_TOKEN", "npm_1");
    expect((await bothWays({ base, ours, theirs })).needsReencrypt).toEqual(["NPM_TOKEN"]);
  });

  it("asks when both gave a name another value, and shows no value, not even encrypted", async () => {
    const base = await given();
    const [ours, theirs] = [await set(base, "API_KEY", "key 2"), await set(base, "API_KEY", "key 3")];
    const { disagreements } = await merge({ base, ours, theirs });
    expect(disagreements).toEqual([
      {
        id: "secrets.API_KEY",
        base: "encrypted value (before)",
        ours: "encrypted value (ours)",
        theirs: "encrypted value (theirs)",
      },
    ]);
    const answered = await merge({ base, ours, theirs }, { "secrets.API_KEY": "theirs" });
    expect(await open(answered.text ?? "", "API_KEY", laptop)).toBe("key 3");
  });

  it("does not ask when both gave a name the same value", async () => {
    const base = await given();
    const texts = { base, ours: await set(base, "API_KEY", "key 2"), theirs: await set(base, "API_KEY", "key 2") };
    expect(await open((await bothWays(texts)).text, "API_KEY", laptop)).toBe("key 2");
  });

  it("asks rather than guess where this machine cannot open them", async () => {
    const base = await given();
    const texts = { base, ours: await set(base, "API_KEY", "key 1"), theirs: await set(base, "API_KEY", "key 2") };
    const { disagreements } = await mergeText("secrets", texts, {});
    expect(disagreements.map(({ id }) => id)).toEqual(["secrets.API_KEY"]);
  });

  it("asks when each side removed the machine that the other kept: nobody could open anything", async () => {
    const base = await given();
    const ours = await dropRecipient(base, "desktop", FILE);
    const theirs = await dropRecipient(base, "laptop", FILE);
    const { disagreements } = await merge({ base, ours, theirs });
    expect(disagreements.map(({ id }) => id)).toEqual(["secrets.recipients"]);
  });

  it("keeps comments and quotes nothing of a file that cannot be read", async () => {
    const base = await given();
    const ours = (await set(base, "NPM_TOKEN", "npm_1")).replace("\nsecrets:", "\n# ask Ada\nsecrets: # all");
    const theirs = await set(base, "LINEAR_KEY", "lin_1");
    const { text } = await bothWays({ base, ours, theirs });
    expect(text).toContain("# ask Ada\nsecrets: # all\n");
    const broken = base.replace(/API_KEY: .*/, "API_KEY: in-clear-by-mistake");
    const error: unknown = await merge({ base, ours, theirs: broken }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "E_MANIFEST" });
    expect(JSON.stringify(error) + String(error)).not.toContain("in-clear");
  });

  it("asks when both gave one name to a machine, with its keys, which are public", async () => {
    const base = await given();
    const [ours, theirs] = await Promise.all(
      [thief, await newKey()].map((key) => setRecipient(base, "server", { key: key.public }, FILE)),
    );
    const { disagreements } = await merge({ base, ours: ours ?? "", theirs: theirs ?? "" });
    expect(disagreements[0]).toMatchObject({ id: "secrets.recipients.server", ours: await publicKeyOf(thief.secret) });
  });
});
