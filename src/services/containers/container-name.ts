import type { ServiceSpec } from "../service.ts";

/**
 * The name of everything that a plugin has in a container engine: its container, its compose project, the start of its volumes' names.
 * Compose allows lower-case letters, digits, dashes and underscores, a letter or digit first, which both parts keep.
 * (https://docs.docker.com/compose/how-tos/project-name/)
 */
export function containerName({ home, plugin }: Pick<ServiceSpec, "home" | "plugin">): string {
  return `atk-${home}-${plugin}`;
}

/** The compose project of a plugin. */
export function projectName(spec: ServiceSpec): string {
  const { definition } = spec;
  return (definition.type === "docker-compose" ? definition.project : undefined) ?? containerName(spec);
}
