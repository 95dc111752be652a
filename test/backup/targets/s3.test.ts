import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Target } from "../../../src/backup/target.ts";
import { openS3 } from "../../../src/backup/targets/s3.ts";
import { hasServer, KEYS, startServer, type S3Server } from "./s3-server.ts";
import { bytesOf, pieces, targetLaws } from "./target-laws.ts";
import { depsWith, isInstalled } from "./world.ts";

describe.skipIf(!isInstalled("rclone") || !hasServer())("a bucket keeps backups", () => {
  let server: S3Server;
  let places = 0;
  beforeAll(async () => void (server = await startServer(["atk"])), 60_000);
  afterAll(() => server.stop());

  targetLaws(async () => {
    places += 1;
    return {
      target: await open({ endpoint: server.endpoint, prefix: `machines/${places}` }),
      gone: () => open({ endpoint: "http://127.0.0.1:9" }),
    };
  });

  it("is refused with wrong keys, which are not shown", async () => {
    const target = await open({ endpoint: server.endpoint, access: "nobodys-key", secret: "wr0ng-Secret-key" });
    const asks = [
      () => target.list(""),
      () => target.write("a/1", pieces(Buffer.from("one"))),
      () => bytesOf(target.read("a/1")),
    ];
    for (const ask of asks) {
      const error = await ask().catch((each: unknown) => each as Error);
      expect(error).toMatchObject({ code: "E_BACKUP", hint: expect.stringMatching(/\S/) });
      expect(String(error)).not.toMatch(/wr0ng|nobodys/);
    }
  }, 60_000);
});

interface Bucket {
  readonly endpoint: string;
  readonly prefix?: string;
  readonly access?: string;
  readonly secret?: string;
}

function open({ endpoint, prefix, access = KEYS.access, secret = KEYS.secret }: Bucket): Promise<Target> {
  const where = { endpoint, bucket: "atk", region: "us-east-1", ...(prefix === undefined ? {} : { prefix }) };
  const target = { type: "s3", ...where, accessKey: access, secretKey: { secret: "KEY" } } as const;
  return openS3("bucket", target, depsWith({ KEY: secret }));
}
