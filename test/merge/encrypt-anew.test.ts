import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { encryptAnew } from "../../src/app/merge/encrypt-anew.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { decrypt, encryptFor } from "../../src/secrets/age.ts";
import { setRecipient, setSecret } from "../../src/secrets/edit-secrets.ts";
import { parseSecrets } from "../../src/secrets/parse-secrets.ts";
import { desktop, FILE, laptop, thief } from "../secrets/texts.ts";

const home = mkdtempSync(join(tmpdir(), "atk-anew-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("secrets of a merged file", () => {
  it("are encrypted for the machines of the file, as far as this machine can open them", async () => {
    mkdirSync(join(home, ".config", "atk"), { recursive: true });
    writeFileSync(join(home, ".config", "atk", "identity.txt"), `${laptop.secret}\n`);
    chmodSync(join(home, ".config", "atk", "identity.txt"), 0o600);
    const host = createNodeHost({ env: { HOME: home }, homeDirectory: home, workingDirectory: home });
    let text = await setRecipient("", "laptop", { key: laptop.public }, FILE);
    text = await setRecipient(text, "desktop", { key: desktop.public }, FILE);
    text = await setSecret(text, "OURS", await encryptFor("one", [laptop.public]), FILE);
    text = await setSecret(text, "THEIRS", await encryptFor("two", [thief.public]), FILE);
    const anew = await encryptAnew(text, ["OURS", "THEIRS"], FILE, host);
    expect(anew.left).toEqual(["THEIRS"]);
    const { secrets } = await parseSecrets(anew.text, FILE);
    expect(await decrypt(secrets.get("OURS") ?? "", desktop.secret)).toEqual({ is: "open", value: "one" });
  });
});
