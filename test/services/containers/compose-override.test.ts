import { describe, expect, it } from "vitest";
import { withComposeOverride } from "../../../src/services/containers/compose-override.ts";

const OVER = "-f custom/docker-compose.override.yml";
const FILES = `-f docker-compose.yml ${OVER}`;
const here = { composeFile: "docker-compose.yml", override: true };

describe("a plugin's shell line gets the user's override", () => {
  it.each([
    ["docker compose up -d", `docker compose ${FILES} up -d`],
    ["docker compose", `docker compose ${FILES}`],
    ["  docker  compose   down", `  docker  compose ${FILES}   down`],
    ["docker-compose up", `docker-compose ${FILES} up`],
    ["docker compose -p x up", `docker compose ${FILES} -p x up`],
    ["docker compose logs -f", `docker compose ${FILES} logs -f`],
    ["docker compose logs -f web", `docker compose ${FILES} logs -f web`],
    ["docker compose --profile gpu logs -f", `docker compose ${FILES} --profile gpu logs -f`],
    ["TAG=1 MODE='a b' docker compose up", `TAG=1 MODE='a b' docker compose ${FILES} up`],
    ["docker compose exec web sh -c 'docker compose ps'", `docker compose ${FILES} exec web sh -c 'docker compose ps'`],
  ])("%j", (line, expected) => {
    expect(withComposeOverride(line, here)).toBe(expected);
  });

  it.each([
    ["docker compose pull && docker compose up -d", `docker compose ${FILES} pull && docker compose ${FILES} up -d`],
    ["mkdir -p data; docker compose up", `mkdir -p data; docker compose ${FILES} up`],
    ["echo a#b && docker compose up", `echo a#b && docker compose ${FILES} up`],
    ["docker compose up -d 2>&1 | tee log", `docker compose ${FILES} up -d 2>&1 | tee log`],
    ["docker compose ps -q | grep .", `docker compose ${FILES} ps -q | grep .`],
    [
      "docker compose up -d || exit 1\ndocker compose ps",
      `docker compose ${FILES} up -d || exit 1\ndocker compose ${FILES} ps`,
    ],
    ['test -n "$(docker compose ps -q)"', 'test -n "$(docker compose ps -q)"'],
  ])("in each of several commands: %j", (line, expected) => {
    expect(withComposeOverride(line, here)).toBe(expected);
  });

  it.each([
    ["docker compose -f a.yml up", `docker compose -f a.yml ${OVER} up`],
    ["docker compose -f a.yml -p x --file b.yml up -d", `docker compose -f a.yml -p x --file b.yml ${OVER} up -d`],
    ["docker compose --file=a.yml logs -f", `docker compose --file=a.yml ${OVER} logs -f`],
    ["docker compose -fa.yml up", `docker compose -fa.yml ${OVER} up`],
    ["docker compose -f 'my file.yml' up", `docker compose -f 'my file.yml' ${OVER} up`],
    ["docker compose --profile gpu -f a.yml up", `docker compose --profile gpu -f a.yml ${OVER} up`],
  ])("after the files it names itself, so that the override is the last: %j", (line, expected) => {
    expect(withComposeOverride(line, here)).toBe(expected);
  });

  it("beside the plugin's own compose file, quoted where a shell needs it", () => {
    const line = (composeFile: string) => withComposeOverride("docker compose up", { composeFile, override: true });
    expect(line("deploy/stack.yml")).toBe(`docker compose -f deploy/stack.yml ${OVER} up`);
    expect(line("my 'own' $file.yml")).toBe(`docker compose -f 'my '\\''own'\\'' $file.yml' ${OVER} up`);
  });
});

describe("a plugin's shell line stays as it is", () => {
  it("when there is no override", () => {
    expect(withComposeOverride("docker compose up -d", { ...here, override: false })).toBe("docker compose up -d");
  });

  it.each([
    "",
    "./start.sh",
    "docker run redis",
    "docker composer up",
    "docker compose-up",
    "echo docker compose up",
    "bash -c 'docker compose up; docker compose ps'",
    'bash -c "true && docker compose up"',
    "(docker compose up)",
    "{ docker compose up; }",
    "cd deploy && docker compose up",
    "pushd deploy; docker compose up; popd",
    "if true; then docker compose up; fi",
    "sudo docker compose up",
    "docker --context remote compose up",
    "# docker compose up",
    "true # && docker compose up",
    "echo \\; docker compose up",
  ])("when it is no plain `docker compose` in the plugin's folder: %j", (line) => {
    expect(withComposeOverride(line, here)).toBe(line);
  });
});
