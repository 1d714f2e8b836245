"""Data sets for the tests, made in a line."""

from components.data.records import Label, PictureState
from components.data.rows import NewPicture
from components.data.store import create


def picture(name, classes=(), *, state=None, split=None, sha256="", size=(320, 240), file=None):
    """A picture with one 20 px box per entry of `classes`, each a little further right."""
    labels = tuple(
        Label(class_name, (10.0 + 5 * n, 20.0, 30.0 + 5 * n, 40.0))
        for n, class_name in enumerate(classes)
    )
    told = state or (PictureState.LABELLED if labels else PictureState.EMPTY)
    path = file or f"images/{name}"
    return NewPicture(
        path, path, name, *size, told, split, labels,
        thumbnail=f"thumbnails/{name}.webp", sha256=sha256 or f"sha of {name}",
    )  # fmt: skip


def dataset_of(folder, pictures, classes=("cat", "dog")):
    dataset = create(folder, name="Animals", task="detect", classes=list(classes))
    dataset.add_pictures(pictures)
    return dataset
