"""What training would feed, and what a trained model sees. The warm process does the work.

Results lie in `cache/preview/<hash>/` and are served from there; the hash covers everything they
depend on, so the same question is answered at once. Old ones give way to new ones.
"""

import hashlib
import json
import shutil
import threading
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from components.data.store import Dataset
from components.jobs import warm
from components.web import lookup, uploads
from components.web.answers import FOREVER, answer, not_there, number
from components.web.picture_routes import shown
from components.workspace import Workspace, is_slug, write_atomic

TILES = 8
MOST_KEPT = 60  # previews of eight tiles of some 50 kB each: about 50 MB with their originals
MOST_RECIPE_CHARACTERS = 20_000
MOST_LAYING_OUT_S = 1800.0  # 100,000 pictures on a slow disk
_turn, _looking = threading.Lock(), threading.Lock()
_materials: dict[Path, tuple[int, dict[str, Any]]] = {}  # data set to its revision and that one's
_newest: dict[str, int] = {}  # browser tab to its newest question; older ones are not worth doing


def preview(request: Request) -> Response:
    """Eight pictures as the trainer would see them with `?recipe=`, `size`, `seed`, `throw`."""
    data = lookup.dataset(request)
    recipe = _recipe(request)
    size, seed = number(request, "size", 640, 32, 1280), number(request, "seed", 0, 0, 2**31)
    throw = number(request, "throw", 0, 0, 10**6)
    ticket = _ticket(request)
    material = material_of(data)
    indices = _chosen(material["pictures"], seed)
    question = json.dumps([data.slug, material["version"], recipe, size, seed, throw, indices])
    name = hashlib.sha256(question.encode()).hexdigest()[:32]
    folder = _cache() / name
    told = folder / "tiles.json"
    if not told.exists():
        with _turn:
            if _is_overtaken(request, ticket):
                return answer({"overtaken": True}, 409)
            folder.mkdir(parents=True, exist_ok=True)
            drawn = warm.shared().call(
                "components.augment.preview:draw",
                data_yaml=material["data_yaml"], recipe=recipe, image_size_px=size, seed=seed,
                throw=throw, indices=indices, out_folder=str(folder), task=data.task,
            )  # fmt: skip
            write_atomic(told, json.dumps(drawn))
            _make_room(_cache())
    told.touch()
    return answer(_with_addresses(json.loads(told.read_text(encoding="utf-8")), name))


def material_of(data: Dataset) -> dict[str, Any]:
    """What a preview of a data set reads as it is now, see `glimpse`; asked for once at a time.

    The warm process writes it down and lays it out: with 10,000 pictures that is seconds of work
    and of small files, which the server's other threads would feel.
    """
    with _looking:
        revision = data.revision()
        newest, material = _materials.get(data.folder, (-1, {}))
        if newest != revision or not Path(material["data_yaml"]).exists():
            material = warm.shared().call(
                "components.data.glimpse:glimpse", timeout_s=MOST_LAYING_OUT_S,
                dataset_folder=str(data.folder),
            )  # fmt: skip
            _materials[data.folder] = (revision, material)
        return material


def _with_addresses(drawn: dict[str, Any], name: str) -> dict[str, Any]:
    for tile in drawn["tiles"]:
        for key in ("file", "original"):
            if tile.get(key):
                tile[key] = f"/tailor/tile/{name}/{Path(tile[key]).name}"
    return drawn


def tile(request: Request) -> Response:
    """One picture of a preview."""
    name = request.path_params["preview"]
    folder = _cache() / name
    if is_slug(name) and folder.is_dir():
        for path in folder.iterdir():
            if path.name == request.path_params["name"] and path.suffix in (".jpg", ".png"):
                return FileResponse(path, headers=FOREVER)
    raise not_there("picture")


def _chosen(pictures: int, seed: int) -> list[int]:
    """Which training pictures to show: the same ones for the same seed, spread over all."""
    import random

    return sorted(random.Random(seed).sample(range(pictures), min(TILES, pictures)))


def _recipe(request: Request) -> dict[str, Any]:
    text = request.query_params.get("recipe", "{}")
    try:
        recipe = json.loads(text) if len(text) <= MOST_RECIPE_CHARACTERS else None
    except ValueError:
        recipe = None
    if not isinstance(recipe, dict):
        raise HTTPException(400, "The recipe cannot be read.")
    return recipe


def _ticket(request: Request) -> int:
    tab = request.query_params.get("tab", "")[:40]
    if len(_newest) > 200:
        _newest.clear()
    _newest[tab] = _newest.get(tab, 0) + 1
    return _newest[tab]


def _is_overtaken(request: Request, ticket: int) -> bool:
    tab = request.query_params.get("tab", "")[:40]
    return bool(tab) and _newest.get(tab, ticket) != ticket


def predict(request: Request) -> Response:
    """What the run's best model sees on picture `?picture=` of an upload."""
    folder = lookup.run(request)
    index = number(request, "picture", 0, 0, 100_000)
    weights = lookup.existing(folder / "train" / "weights" / "best.pt", "model")
    picture = _sent(request, index)
    confidence = number(request, "confidence", 5, 0, 100) / 100
    size = json.loads((folder / "plan.json").read_text(encoding="utf-8"))["image_size_px"]
    out = _cache() / f"try-{request.path_params['batch']}"
    out.mkdir(parents=True, exist_ok=True)
    seen = warm.shared().call(
        "components.models.prediction:predict",
        weights=str(weights), picture=str(picture), confidence=confidence,
        out_folder=str(out), image_size_px=int(size),
    )  # fmt: skip
    _make_room(_cache())
    return answer({**seen, "picture": f"/tailor/try/{request.path_params['batch']}/{index}"})


def tried(request: Request) -> Response:
    """The picture that was sent to be tried."""
    size = number(request, "size", 2048, 64, 4096)
    return shown(_sent(request, request.path_params["picture"]), size)


def _sent(request: Request, picture: int = 0) -> Path:
    batch = uploads.find(Workspace.current(), request.path_params["batch"])
    if batch is None or not batch.is_complete or picture >= len(batch.files):
        raise not_there("picture")
    return batch.path(picture)


def _cache() -> Path:
    return Workspace.current().cache / "preview"


def _make_room(cache: Path) -> None:
    """Remove the previews that were looked at longest ago."""
    for folder in sorted(cache.iterdir(), key=_made_at)[:-MOST_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def _made_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0  # another request removed it just now


ROUTES = [
    Route("/tailor/preview/{dataset}", preview),
    Route("/tailor/tile/{preview}/{name}", tile),
    Route("/tailor/predict/{run}/{batch}", predict),
    Route("/tailor/try/{batch}/{picture:int}", tried),
]
