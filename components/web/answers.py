"""How routes answer: JSON, two sentences for what can be put right, 404 for what is not there."""

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from components.errors import AppError, DiskFull

FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}


def answer(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON without spaces. Numbers that JSON does not know become null."""
    text = json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers, media_type="application/json")


def _plain(value: Any) -> Any:
    match value:
        case float():
            return value if value - value == 0 else None  # neither infinite nor NaN
        case dict():
            return {key: _plain(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_plain(entry) for entry in value]
        case _:
            return value


async def said(_: Request, error: Exception) -> Response:
    """An `AppError` on its way to the browser: what happened and what to do."""
    assert isinstance(error, AppError)
    status = 507 if isinstance(error, DiskFull) else 422
    return answer({"what": error.what, "fix": error.fix}, status)


def not_there(what: str) -> HTTPException:
    """The refusal for a name that leads nowhere."""
    return HTTPException(404, f"There is no {what} of that name.")


def number(request: Request, name: str, default: int, low: int, high: int) -> int:
    """A whole number from the query, held inside its limits.

    Raises:
        HTTPException: 400, it is not a number.
    """
    text = request.query_params.get(name)
    if text is None:
        return default
    try:
        return min(high, max(low, int(text)))
    except ValueError as error:
        raise HTTPException(400, f"'{name}' must be a whole number.") from error
