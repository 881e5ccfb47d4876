"""How fast a stranger verifies a log, in how much memory, and how large its files are.

The log is made up (`made_log`); a child of its own verifies it from the folder alone, so that its memory is its own.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from pars.ledger.log import Read
from pars.ledger.tiles import tile_at
from pars.ledger.verify import Trust, Verifier
from pars.web.measuring.figures import Figure, Size
from pars.web.measuring.made_log import Maker, log_key, write_log

A_SECOND = 1_000_000 / 60
"""A million entries in a minute."""
MEMORY_MB = 300


def verifying(size: Size) -> list[Figure]:
    """A log is made and verified once by a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="pars-log-"))
    try:
        write_log(folder, Maker().leaves(size.strangers))
        seconds, memory = _child(folder)
        tiles, bundles = _bytes(folder)
    finally:
        shutil.rmtree(folder)
    of = f"of {size.strangers}"
    return [
        Figure(
            f"entries verified a second of one core, {of}",
            size.strangers / seconds,
            "a second",
            A_SECOND,
            at_least=True,
        ),
        Figure(f"peak memory of verifying, {of}", memory, "MB", MEMORY_MB),
        Figure("bytes of tiles an entry", tiles / size.strangers, "bytes"),
        Figure("bytes of entries, each with its length", bundles / size.strangers, "bytes"),
    ]


def _child(folder: Path) -> tuple[float, float]:
    """Seconds of one core and peak memory in MB of a process that verifies a folder, and has to find that all holds."""
    command = [sys.executable, "-c", f"from {__name__} import child; child()", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise AssertionError("the bench's own log does not verify")
    seconds, peak = msgspec.json.decode(done.stdout, type=tuple[float, float])
    return seconds, peak


def _bytes(folder: Path) -> tuple[int, int]:
    """How many bytes the tiles of hashes have, and the bundles of entries."""
    tiles = bundles = 0
    for file in (folder / "tile").rglob("*"):
        if file.is_file():
            of_entries = tile_at(str(file.relative_to(folder))).level is None
            tiles, bundles = tiles + file.stat().st_size * (not of_entries), bundles + file.stat().st_size * of_entries
    return tiles, bundles


def _files(folder: Path) -> Read:
    return lambda path: (folder / path).read_bytes()


def child() -> None:
    """Verify the folder that the command names, and say what it took; exit 1 when something does not hold."""
    checks = list(Verifier(_files(Path(sys.argv[1])), Trust(log_key())).checks())
    used = resource.getrusage(resource.RUSAGE_SELF)
    sys.stdout.buffer.write(msgspec.json.encode((used.ru_utime + used.ru_stime, _peak_mb())))
    sys.exit(0 if all(check.holds for check in checks) else 1)


def _peak_mb() -> float:
    """The most memory that this program had, which `ru_maxrss` does not say: it counts whoever started it, too."""
    [line] = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024
