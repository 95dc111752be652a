import { describe, expect, it } from "vitest";
import { readCommand } from "../../src/pins/read-command.ts";

const read = (line: string) => readCommand(line.split(" "));
const DIGEST = `sha256:${"a".repeat(64)}`;

describe("the words of a command say what it fetches", () => {
  it.each([
    ["npx server", "server", "latest", 2],
    ["npx -y @acme/server@1.2.3 --flag", "@acme/server", "1.2.3", 3],
    ["npx --yes server@^1 -y", "server", "^1", 3],
    ["/usr/bin/npx -y server@next", "server", "next", 3],
    ["npx.cmd -y server", "server", "latest", 3],
    ["bunx server@1.0.0", "server", "1.0.0", 2],
    ["pnpm dlx server", "server", "latest", 3],
    ["npm exec -y server -- --port 1", "server", "latest", 5],
    ["npm exec --yes -- server@2 --port 1", "server", "2", 5],
    ["npx --registry https://r.example server", "server", "latest", 4],
  ])("%s is an npm package", (line, name, range, own) => {
    expect(read(line)).toMatchObject({ type: "npm", package: name, range, own });
  });

  it.each([
    ["npx -y -p @acme/tools@1 serve --now", 5],
    ["npx --package=@acme/tools@1 serve", 3],
    ["npm exec --package @acme/tools@1 -- serve", 6],
  ])("%s runs a named program of a package", (line, own) => {
    expect(read(line)).toMatchObject({ type: "npm", package: "@acme/tools", range: "1", bin: "serve", own });
  });

  it.each([
    ["uvx mcp-server-git", "mcp-server-git", "", undefined, 2],
    ["uvx mcp-server-git@1.2.3 --repo .", "mcp-server-git", "==1.2.3", undefined, 2],
    ["uvx mcp-server-git==1.2.3", "mcp-server-git", "==1.2.3", undefined, 2],
    ["uvx mcp-server-git@latest", "mcp-server-git", "", undefined, 2],
    ["uvx --python 3.12 --from acme[cli]>=1 serve", "acme[cli]", ">=1", "serve", 6],
    ["uv tool run acme", "acme", "", undefined, 4],
    ["pipx run --spec acme==1.0 serve", "acme", "==1.0", "serve", 5],
  ])("%s is a package of PyPI", (line, name, range, bin, own) => {
    expect(read(line)).toMatchObject({
      type: "pypi",
      package: name,
      range,
      ...(bin === undefined ? {} : { bin }),
      own,
    });
  });

  it.each([
    ["docker run -i --rm mcp/time", "mcp/time", 4],
    ["docker run -it --rm -e TOKEN -v /a:/b ghcr.io/acme/server:1.2 stdio", "ghcr.io/acme/server:1.2", 8],
    ["docker container run --env=A=b acme", "acme", 4],
    ["podman run -eTOKEN -ie OTHER acme", "acme", 5],
    [`docker run --rm acme@${DIGEST}`, `acme@${DIGEST}`, 3],
  ])("%s is an image", (line, image, at) => {
    expect(read(line)).toEqual({ type: "image", image, at, prefix: "" });
  });

  it.each([
    "npx",
    "npx -c server",
    "npx -p one -p two serve",
    "npx github:acme/server",
    "npx ./server",
    "npx $NAME",
    "npx https://example.com/server.tgz",
    "uvx --with more acme",
    "uvx git+https://example.com/acme",
    "docker run $IMAGE",
    "docker run --rm",
    "sh -c npx -y server",
    "bash -lc 'cd /tmp && uvx acme'",
    "env TOKEN=a npx -y server",
    "cmd /c npx -y server",
    "C:\\Windows\\cmd.exe /c npx.cmd -y server",
    "sudo docker run acme",
  ])("%s cannot be named in a lock, and says why", (line) => {
    expect(read(line)).toEqual({ type: "unclear", reason: expect.stringMatching(/^\S+ .{5,}/) });
  });

  it.each([
    "node server.js",
    "docker compose up",
    "npm start",
    "python -m acme",
    "uv run acme",
    "sh start.sh",
    "env A=npx node server.js",
    "",
  ])("%j fetches nothing", (line) => expect(read(line)).toBeUndefined());
});
