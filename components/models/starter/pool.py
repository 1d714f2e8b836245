"""The drawn scenes on disk, as rows of one large file that two processes look into.

The drawer (`python -m components.models.starter.pool FOLDER SEED SCENES`) fills rows one after the
other; the trainer takes what is there and never waits for more than the first few hundred.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.models.starter import scenes, textures

SHAPE = (scenes.SIDE_PX, scenes.SIDE_PX, 3)


@dataclass(slots=True)
class Pool:
    """The rows; `filled[0]` says how many are drawn.

    Attributes:
        pictures: (N, 256, 256, 3) uint8.
        labels: (N, 44, 5) float32: class, left, top, right, bottom in pixels; class -1: none.
        filled: (1,) int64, written by the drawer only.
    """

    pictures: np.ndarray
    labels: np.ndarray
    filled: np.ndarray

    @property
    def count(self) -> int:
        """How many scenes can be taken by now."""
        return int(self.filled[0])

    def take(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        """A scene's picture and its (N, 5) labels."""
        labels = self.labels[row]
        return self.pictures[row], labels[labels[:, 0] >= 0]


def open_pool(folder: Path, size: int) -> Pool:
    """The pool in a folder; made, with nothing in it, where there is none."""
    folder.mkdir(parents=True, exist_ok=True)

    def rows(name: str, kind: type, shape: tuple[int, ...]) -> np.ndarray:
        path = folder / name
        mode = "r+" if path.exists() else "w+"
        return np.lib.format.open_memmap(path, mode=mode, dtype=kind, shape=shape)

    return Pool(
        rows("pictures.npy", np.uint8, (size, *SHAPE)),
        rows("labels.npy", np.float32, (size, scenes.MOST_OBJECTS, 5)),
        rows("filled.npy", np.int64, (1,)),
    )


def fill(pool: Pool, seed: int) -> None:
    """Draw what is missing. About 10 ms a scene."""
    import cv2

    cv2.setNumThreads(1)
    bank = textures.bank(seed)
    for row in range(pool.count, len(pool.pictures)):
        scene = scenes.draw(seed, row, bank)
        pool.pictures[row] = scene.picture
        pool.labels[row] = -1
        pool.labels[row, : len(scene.boxes), 0] = scene.classes
        pool.labels[row, : len(scene.boxes), 1:] = scene.boxes
        pool.filled[0] = row + 1


if __name__ == "__main__":
    fill(open_pool(Path(sys.argv[1]), int(sys.argv[3])), int(sys.argv[2]))
