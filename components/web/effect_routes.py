"""Small pictures of single effects on the person's own data, for the rows of the Augment page."""

import threading

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from components.augment.catalogue import EFFECTS
from components.augment.effect_example import PLAIN
from components.jobs import warm
from components.web import lookup
from components.web.answers import not_there
from components.web.preview_routes import material_of
from components.workspace import Workspace

SIDE_PX = 160
_turn = threading.Lock()


def effect(request: Request) -> Response:
    """One effect's picture; the first question of a data set draws those of all effects."""
    data = lookup.dataset(request)
    key = request.path_params["effect"]
    if key not in EFFECTS and key != PLAIN:
        raise not_there("effect")
    folder = Workspace.current().cache / "effects" / data.slug
    file = folder / f"{key}.jpg"
    if not file.exists():
        with _turn:
            if not file.exists():
                material = material_of(data)
                warm.shared().call(
                    "components.augment.effect_example:draw_effects",
                    data_yaml=material["data_yaml"],
                    image_size_px=SIDE_PX, index=0, out_folder=str(folder), task=data.task,
                )  # fmt: skip
    headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return FileResponse(lookup.existing(file, "picture"), headers=headers)


ROUTES = [Route("/tailor/effect/{dataset}/{effect}", effect)]
