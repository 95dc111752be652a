/**
 * What every sandbox begins with. Namespaces: its own processes cannot see or signal others. Capabilities: root keeps all of them
 * inside bubblewrap unless they are dropped, and could undo the mounts. (bubblewrap.c, acquire_privs)
 * /run holds the sockets that lead out (the user's systemd, docker, keyrings), so it is empty.
 */
export const LEAST_SANDBOX: readonly string[] =
  "--unshare-user --unshare-pid --unshare-ipc --cap-drop ALL --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp --tmpfs /var/tmp --tmpfs /run".split(
    " ",
  );
