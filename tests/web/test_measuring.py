"""The bench measures real processes and says its figures as one object."""

import json
import subprocess
import sys
from pathlib import Path

KEYS = {"what", "value", "unit", "target", "bound", "holds"}
DESKS, DECISION, EACH_NUMBER_OF_CLIENTS, WALL, PLAIN, GROWTH, WITHDRAWALS = 8, 5, 5, 3, 2, 3, 6
PLACING, VERIFYING, REPLAYING = 6, 4, 5


def test_the_small_bench_measures_everything_and_says_it_as_one_object() -> None:
    pars = Path(sys.executable).parent / "pars"

    done = subprocess.run(
        [str(pars), "bench", "--size", "small", "--json"], capture_output=True, text=True, check=False
    )

    assert done.returncode in {0, 1}, done.stderr
    figures = json.loads(done.stdout)["figures"]
    ledger = PLACING + VERIFYING
    sharing = 2 * EACH_NUMBER_OF_CLIENTS + WALL + PLAIN + GROWTH + WITHDRAWALS
    assert len(figures) == DESKS + DECISION + sharing + ledger + REPLAYING
    assert all(figure["value"] >= 0 for figure in figures)
    assert all(set(figure) == KEYS for figure in figures)
    named = {figure["what"]: figure for figure in figures}
    assert next(figure for what, figure in named.items() if what.startswith("memory"))["holds"]
    assert named["inquiries through HTTP by 4 clients against the same calls by pgbench, 4 clients"]["value"] > 0
    assert named["records shown to looks that began after a withdrawal's commit"]["value"] == 0
