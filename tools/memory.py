"""Where the tests write: in memory, where this machine offers it, so that no test waits for a disk.

Nothing that is proved depends on it. A server that is killed finds what it had handed to the system, on a disk as in
memory; only a machine that loses its power tells the two apart, and no test can do that.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it are made by `tempfile`, for their owner alone
ROOM_BYTES = 4 * 2**30


def write_in_memory() -> None:
    """From now on, in this process and those that it starts, temporary folders stand in memory.

    Whoever names another place (TMPDIR) is obeyed. A file system that is small, or that runs no program (a server whose
    user cannot reach ours has a copy of its programs beside its data), is left alone.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK | os.X_OK):
        return
    if shutil.disk_usage(MEMORY).free < ROOM_BYTES or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
