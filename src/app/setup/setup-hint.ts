/** The next step when a plugin of the manifest lacks values. */
export function setupHint(plugin: string): string {
  return `atk setup ${plugin}`;
}
