"""supervise.py FD COMMAND...   runs a command, and ends all that it has started when the other end of the pipe FD is closed

The build that waits for the command holds that end, and a process that is killed holds nothing: no compiler runs on without
anybody who waits for it. Our process group is ours alone.
"""

import os
import signal
import subprocess
import sys
import threading


def end_with(pipe: int) -> None:
    """Waits until the pipe is closed, and ends this process group."""
    os.read(pipe, 1)
    os.killpg(0, signal.SIGKILL)


def main(arguments: list[str]) -> int:
    with subprocess.Popen(arguments[1:]) as command:
        threading.Thread(target=end_with, args=(int(arguments[0]),), daemon=True).start()
        status = command.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
