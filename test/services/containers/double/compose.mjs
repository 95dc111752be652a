export function composeVersion() {
  return "";
}
export function compose() {}
