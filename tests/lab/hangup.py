"""hangup.py COMMAND...: runs it on a terminal of its own, types `enable` at the console's prompt, and
closes the terminal's window. Prints the pid of the command."""
import os
import pty
import select
import sys
import time

pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
print(pid, flush=True)
seen, end = b"", time.time() + 300
while b"ciscoasa> " not in seen and time.time() < end:
    if select.select([fd], [], [], 1)[0]:
        try:
            seen += os.read(fd, 4096)
        except OSError:
            break
if b"ciscoasa> " not in seen:
    sys.exit("no prompt: " + seen.decode(errors="replace"))
os.write(fd, b"enable\r")
os.close(fd)
os.waitpid(pid, 0)
