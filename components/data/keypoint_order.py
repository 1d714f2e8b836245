"""The points that every thing of a pose data set has: how many, what they are called, which swap.

The trainer wants the same number for every thing, and when it mirrors a picture it must know which
points trade places (a left and a right eye). Where the data set does not say so, the number is the
one that most labels have, and no points trade places.
"""

import sqlite3
from typing import Any

from components.data import keypoints


def facts(db: sqlite3.Connection) -> dict[str, Any]:
    """`kpt_shape`, `flip_idx` and, where they are known, `kpt_names`, as Ultralytics has them."""
    scheme = keypoints.of_json(db.execute("SELECT keypoints FROM dataset").fetchone()[0])
    if scheme is None:
        count = usual_count(db)
        return {"kpt_shape": [count, 3], "flip_idx": list(range(count))}
    return {
        "kpt_shape": [len(scheme.names), 3],
        "flip_idx": list(scheme.flip),
        "kpt_names": list(scheme.names),
    }


def usual_count(db: sqlite3.Connection) -> int:
    """How many points most things have; 0 when none has any."""
    found = db.execute(
        "SELECT json_array_length(points) AS number FROM labels JOIN pictures "
        "ON pictures.id = picture_id WHERE shape = 'keypoints' AND points != '' "
        "AND state != 'ignored' GROUP BY number ORDER BY count(*) DESC, number DESC LIMIT 1"
    ).fetchone()
    return int(found[0]) if found else 0
