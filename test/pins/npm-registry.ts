import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { packageTarball } from "../sources/package-tarball.ts";

export interface Published {
  readonly name: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly at?: string;
}

/** An npm registry on the loopback interface, as far as npm asks one: packuments and tarballs. */
export interface NpmRegistry {
  readonly url: string;
  /** Once more under the same version means: with other content, which the real one refuses. */
  publish(each: Published): void;
  /** Other bytes behind an unchanged packument. */
  swapTarball(name: string, version: string, each: Published): void;
  /** Paths that were asked for. */
  readonly seen: readonly string[];
  close(): void;
}

interface Stored extends Published {
  readonly tarball: Uint8Array;
  readonly served: Uint8Array;
}

export async function startNpmRegistry(): Promise<NpmRegistry> {
  const packages = new Map<string, Map<string, Stored>>();
  const seen: string[] = [];
  const server = createServer(({ url: path = "/" }, response) => {
    seen.push(path);
    answer(decodeURIComponent(path), { packages, url, response });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    seen,
    publish(each) {
      const versions = packages.get(each.name) ?? new Map<string, Stored>();
      const tarball = pack(each);
      packages.set(each.name, versions.set(each.version, { ...each, tarball, served: tarball }));
    },
    swapTarball(name, version, each) {
      const stored = packages.get(name)?.get(version);
      if (stored === undefined) throw new Error(`${name}@${version} was never published`);
      packages.get(name)?.set(version, { ...stored, served: pack(each) });
    },
    close: () => server.close().closeAllConnections(),
  };
}

interface Answer {
  readonly packages: ReadonlyMap<string, ReadonlyMap<string, Stored>>;
  readonly url: string;
  readonly response: ServerResponse;
}

function answer(path: string, { packages, url, response }: Answer): void {
  const [, name = "", file] = /^\/((?:@[^/]+\/)?[^/]+)(?:\/-\/(.+))?$/.exec(path) ?? [];
  const versions = packages.get(name);
  if (versions === undefined) return void response.writeHead(404, { "content-type": "application/json" }).end("{}");
  if (file === undefined) {
    response.writeHead(200, { "content-type": "application/json" });
    return void response.end(JSON.stringify(packument(name, versions, url)));
  }
  const stored = [...versions.values()].find((each) => file === fileName(each));
  response.writeHead(stored === undefined ? 404 : 200).end(stored?.served);
}

function packument(name: string, versions: ReadonlyMap<string, Stored>, url: string): object {
  const all = [...versions.values()];
  const described = all.map((each) => {
    const { tarball, version } = each;
    const dist = {
      tarball: `${url}${name}/-/${fileName(each)}`,
      integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}`,
      shasum: createHash("sha1").update(tarball).digest("hex"),
    };
    const hasInstallScript = each.scripts?.["install"] !== undefined ? { hasInstallScript: true } : {};
    return [version, { ...packageJson(each), dist, ...hasInstallScript }] as const;
  });
  const times = all.map(({ version, at }) => [version, at ?? "2020-01-01T00:00:00.000Z"] as const);
  return {
    name,
    "dist-tags": { latest: all.at(-1)?.version },
    versions: Object.fromEntries(described),
    time: { created: "2020-01-01T00:00:00.000Z", modified: "2020-01-01T00:00:00.000Z", ...Object.fromEntries(times) },
  };
}

function packageJson({ name, version, bin, dependencies, scripts }: Published): object {
  return { name, version, ...(bin && { bin }), ...(dependencies && { dependencies }), ...(scripts && { scripts }) };
}

function fileName({ name, version }: Published): string {
  return `${name.replace(/^@[^/]*\//, "")}-${version}.tgz`;
}

function pack(each: Published): Uint8Array {
  return packageTarball({ "package.json": JSON.stringify(packageJson(each)), ...each.files });
}
