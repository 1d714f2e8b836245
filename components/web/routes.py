"""All our own routes. A new one is a row in its module, a new module a name here."""

from starlette.routing import Route

from components.web import (
    download_routes,
    effect_routes,
    health_routes,
    hello,
    live_routes,
    picture_routes,
    preview_routes,
    upload_routes,
)

ROUTES: list[Route] = [
    *hello.ROUTES,
    *upload_routes.ROUTES,
    *picture_routes.ROUTES,
    *live_routes.ROUTES,
    *health_routes.ROUTES,
    *preview_routes.ROUTES,
    *effect_routes.ROUTES,
    *download_routes.ROUTES,
]
