"""Sending files: announce, send slices, finish.

| request | body | answer |
| --- | --- | --- |
| POST /tailor/upload | {"files": [{name, size, modified}]} | {batch, slice, offsets} |
| HEAD /tailor/upload/{batch}/{n} | | header X-Offset |
| PUT /tailor/upload/{batch}/{n}, header X-Offset | one slice | 204, X-Offset; 409 when it differs |
| POST /tailor/upload/{batch} | | {batch, files, bytes}: all there |
| DELETE /tailor/upload/{batch} | | 204, all forgotten |
"""

import json

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from components.web import uploads
from components.web.answers import answer, not_there
from components.workspace import Workspace

MOST_LISTING_BYTES = 48 << 20  # 100,000 names of some 200 characters, with room


async def announce(request: Request) -> Response:
    """Make or find the batch."""
    body = await _body(request, MOST_LISTING_BYTES)
    announced = await to_thread.run_sync(_announced, body)
    batch = await to_thread.run_sync(uploads.begin, Workspace.current(), announced)
    offsets = await to_thread.run_sync(
        lambda: [batch.offset(number) for number in range(len(batch.files))]
    )
    facts = {"batch": batch.id, "slice": uploads.SLICE_BYTES, "offsets": offsets}
    return answer(facts, 201)


def _announced(body: bytes) -> list[uploads.Announced]:
    try:
        return [
            uploads.Announced(str(file["name"]), max(0, int(file["size"])), int(file["modified"]))
            for file in json.loads(body)["files"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise HTTPException(400, "The list of files cannot be read.") from error


async def one_file(request: Request) -> Response:
    """How much of a file is there (HEAD), or one more slice of it (PUT)."""
    batch, number = await to_thread.run_sync(_file, request)
    if request.method == "HEAD":
        offset = await to_thread.run_sync(batch.offset, number)
        return Response(headers={"X-Offset": str(offset)})
    try:
        offset = int(request.headers.get("X-Offset", ""))
    except ValueError as error:
        raise HTTPException(400, "The header X-Offset must say where the slice begins.") from error
    data = await _body(request, uploads.SLICE_BYTES)
    try:
        have = await to_thread.run_sync(uploads.append, batch, number, offset, data)
    except uploads.OffsetDiffers as differs:
        return Response(status_code=409, headers={"X-Offset": str(differs.offset)})
    return Response(status_code=204, headers={"X-Offset": str(have)})


def finish(request: Request) -> Response:
    """Confirm that all of the batch is there."""
    batch = uploads.finish(_batch(request))
    return answer({"batch": batch.id, "files": len(batch.files), "bytes": batch.bytes})


def cancel(request: Request) -> Response:
    """Forget the batch."""
    uploads.cancel(_batch(request))
    return Response(status_code=204)


async def _body(request: Request, most: int) -> bytes:
    """The body, in memory, if it is no longer than `most` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(413, f"At most {most:,} bytes can be sent at once.")
    return bytes(body)


def _batch(request: Request) -> uploads.Batch:
    batch = uploads.find(Workspace.current(), request.path_params["batch"])
    if batch is None:
        raise not_there("upload")
    return batch


def _file(request: Request) -> tuple[uploads.Batch, int]:
    batch, number = _batch(request), request.path_params["number"]
    if number >= len(batch.files):
        raise not_there("file")
    return batch, number


ROUTES = [
    Route("/tailor/upload", announce, methods=["POST"]),
    Route("/tailor/upload/{batch}", finish, methods=["POST"]),
    Route("/tailor/upload/{batch}", cancel, methods=["DELETE"]),
    Route("/tailor/upload/{batch}/{number:int}", one_file, methods=["HEAD", "PUT"]),
]
