"""Pictures of a data set, and what is labelled on them.

Addresses carry `?v=` with a stamp of the data set's thumbnails, so an answer may be kept for ever:
a data set that is made anew under an old name gets other addresses.
"""

import io
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from components.data.drawn_shape import THUMBNAIL_POINTS, drawn_shape
from components.web import lookup
from components.web.answers import FOREVER, answer, number

MOST_IDS = 500  # per request for labels
SIZES = (320, 640, 1280, 2048, 4096)  # few, so that the browser's cache is hit
SHOWN_AS_IS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


def thumbnail(request: Request) -> Response:
    """The small picture that was made when the data set was."""
    data = lookup.dataset(request)
    path = lookup.found(lambda: data.thumbnail_file(request.path_params["id"]), "picture")
    if path.parent.is_relative_to(data.folder / "thumbnails"):
        return FileResponse(lookup.existing(path, "picture"), headers=FOREVER)
    return shown(lookup.existing(path, "picture"), SIZES[0])


def picture(request: Request) -> Response:
    """The picture upright, its longer side at most `?size=` pixels."""
    data = lookup.dataset(request)
    path = lookup.found(lambda: data.picture_file(request.path_params["id"]), "picture")
    return shown(lookup.existing(path, "picture"), number(request, "size", 1280, 64, SIZES[-1]))


def shown(path: Path, size: int) -> Response:
    """A picture file as a browser can show it: the file itself or a JPEG, EXIF applied.

    Args:
        path: Of any picture that Tailor can read.
        size: Longest side wished, pixels; the next larger of `SIZES` is given.

    Raises:
        PictureError: It cannot be read.
    """
    from components.data.pictures import probe, upright

    wished = next(step for step in SIZES if size <= step)
    facts = probe(path)
    is_plain = facts.format in SHOWN_AS_IS and not facts.conversion and facts.orientation == 1
    if is_plain and max(facts.width, facts.height) <= wished:
        return FileResponse(path, media_type=SHOWN_AS_IS[facts.format], headers=FOREVER)
    image = upright(path, near_side=wished)
    image.thumbnail((wished, wished))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return Response(buffer.getvalue(), media_type="image/jpeg", headers=FOREVER)


def labels(request: Request) -> Response:
    """`?ids=1,2,3`: per picture its size, state, boxes [class, left, top, right, bottom] and forms.

    The forms (`drawn_shape`) are thinned for thumbnails; there are none where all are boxes.
    """
    try:
        ids = [int(text) for text in request.query_params.get("ids", "").split(",") if text]
    except ValueError as error:
        raise HTTPException(400, "'ids' must be whole numbers with commas between.") from error
    if len(ids) > MOST_IDS:
        raise HTTPException(400, f"At most {MOST_IDS} pictures can be asked for at once.")
    data = lookup.dataset(request)
    boxes = data.labels(ids)
    return answer({row.id: _facts(row, boxes.get(row.id, []), data.task) for row in data.rows(ids)})


def _facts(row: Any, stored: list[Any], task: str) -> dict[str, Any]:
    boxes = [[label.class_id, *(round(edge, 1) for edge in label.box)] for label in stored]
    shapes = [drawn_shape(label.shape, label.points, task, THUMBNAIL_POINTS) for label in stored]
    return {
        "width": row.width, "height": row.height, "name": row.name, "state": str(row.state),
        "split": row.split, "boxes": boxes, **({"shapes": shapes} if any(shapes) else {}),
    }  # fmt: skip


ROUTES = [
    Route("/tailor/thumbnail/{dataset}/{id:int}", thumbnail),
    Route("/tailor/picture/{dataset}/{id:int}", picture),
    Route("/tailor/labels/{dataset}", labels),
]
