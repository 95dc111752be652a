"""Runs a program on a terminal of its own: terminal.py '[["text to wait for", "what to type"], ...]' PROGRAM ARGS...
A third word of a step is a shell command that is run before it types.
Everything the terminal showed goes to stdout, the program's exit code is this one's."""
import fcntl, json, os, pty, select, struct, subprocess, sys, termios, time

steps = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])

shown = b""
seen = 0
deadline = time.monotonic() + 45
while time.monotonic() < deadline:
    if steps and steps[0][0].encode() in shown[seen:]:
        seen = len(shown)
        _, text, *commands = steps.pop(0)
        for command in commands:
            subprocess.run(command, shell=True, check=True)
        os.write(terminal, text.encode())
    if not select.select([terminal], [], [], 1)[0]:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    shown += data
else:
    os.kill(child, 9)
sys.stdout.buffer.write(shown)
sys.stdout.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) if not steps else 99)
