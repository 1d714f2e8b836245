"""Make the starter weights again: `python -m components.models.starter --minutes 90`.

A drawer and the trainers run beside each other; the weights are kept every few minutes, with
their card, so the work can be left at any time with what there is.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from components.models.starter import pool as pools
from components.models.starter.card import write_papers
from components.models.starter.pretraining import Progress, pretrain, save, told_by
from components.models.starter.team import Team, free_port

SEED = 26
SCENES = 10_000  # 2 GB of disk while it runs


def main() -> None:
    """Draw, train, keep."""
    order = _order()
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    if order.member:
        number, port = order.member
        team = Team(number, order.processes, port)
        pretrain(_pool(order), order.minutes, order.seed, team, _nothing, first=order.first)
        return
    with tempfile.TemporaryDirectory(prefix="starter-", ignore_cleanup_errors=True) as folder:
        order.pool = order.pool or folder
        _pool(order)  # made before anybody looks into it
        team = Team(0, order.processes, free_port())
        others = [_start_drawer(order)]
        others += [_start_member(order, number, team.port) for number in range(1, team.size)]
        try:
            pretrain(_pool(order), order.minutes, order.seed, team, _keeper(order),
                     first=order.first)  # fmt: skip
        finally:
            for process in others:
                process.terminate()
                process.wait()


def _order() -> Any:
    parser = argparse.ArgumentParser(description="Make the starter weights again.")
    parser.add_argument("--minutes", type=float, default=90.0, help="wall time")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--scenes", type=int, default=SCENES, help="how many to draw")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=Path("starter.pt"), help="the weights file")
    parser.add_argument("--first", type=Path, help="weights of an earlier call to go on from")
    parser.add_argument("--pool", type=Path, help="where the scenes lie while it runs")
    parser.add_argument("--member", type=int, nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def _pool(order: Any) -> pools.Pool:
    return pools.open_pool(Path(order.pool), order.scenes)


def _start_drawer(order: Any) -> subprocess.Popen[bytes]:
    what = [str(order.pool), str(order.seed), str(order.scenes)]
    return subprocess.Popen([sys.executable, "-m", "components.models.starter.pool", *what])


def _start_member(order: Any, number: int, port: int) -> subprocess.Popen[bytes]:
    first = ["--first", str(order.first)] if order.first else []
    return subprocess.Popen(
        [sys.executable, "-m", "components.models.starter", "--member", str(number), str(port),
         "--pool", str(order.pool), "--minutes", str(order.minutes), "--seed", str(order.seed),
         "--scenes", str(order.scenes), "--processes", str(order.processes),
         *first],
    )  # fmt: skip


def _nothing(_model: Any, _progress: Progress) -> None:
    """The first of the team keeps the weights; the others do not."""


def _keeper(order: Any) -> Any:
    began = time.time()

    def keep(model: Any, progress: Progress) -> None:
        told: dict[str, Any] = {
            "minutes": round((time.time() - began) / 60, 1), "of": order.minutes,
            "steps": progress.steps, "pictures": progress.pictures, "seed": order.seed,
            "scenes": order.scenes, "losses": [round(float(loss), 4) for loss in progress.losses],
        }  # fmt: skip
        if order.first:
            told["first"] = told_by(order.first)
        save(model, order.out, {"starter": told})
        write_papers(order.out, told, worth=[])
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()

    return keep


if __name__ == "__main__":
    main()
