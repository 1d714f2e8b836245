"""Fetching one file over the network: with progress, taken up again where it broke off.

What has come so far lies in `<target>.part`, with the server's mark of the version (ETag) beside
it, so that two versions of a file are never put together.
"""

import errno
import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from components.errors import WeightsError
from components.workspace import demand_space, write_atomic

CHUNK_BYTES = 256 * 1024
ANSWER_S = 30.0
ATTEMPTS = 5
NO_NETWORK_FIX = (
    "Check the network and try again, drop the file in from another computer, or start from "
    "Tailor's starter weights."
)
Progress = Callable[[int, int], None]  # bytes here, bytes in all (0: not known)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The beginning of an answer: where its bytes belong, and how many there will be in all."""

    body: http.client.HTTPResponse
    start: int
    total: int


def download(address: str, target: Path, show: Progress, *, pause_s: float = 1.0) -> None:
    """Bring a file here.

    Args:
        address: http or https.
        target: Where it shall lie; replaced when it is whole.
        show: Called after every piece; may raise to leave the work, what has come is kept.
        pause_s: Pause before the second attempt; doubled each time.

    Raises:
        WeightsError: The network or the server does not give it.
        DiskFull: There is no room for it.
    """
    if not address.startswith(("https://", "http://")):
        raise WeightsError(f"{address} is no web address.", "Choose another base model.")
    part = target.with_name(target.name + ".part")
    trouble: Exception | None = None
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(pause_s * 2 ** (attempt - 1))
        try:
            if _continue(address, part, show):
                part.replace(target)
                _mark_file(part).unlink(missing_ok=True)
                return
        except urllib.error.HTTPError as error:
            error.close()  # it holds the connection
            if error.code < 500:
                raise _refused(address, error) from error
            trouble = error
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError,
                ConnectionError) as error:  # fmt: skip
            trouble = error
    raise WeightsError(
        f"{Path(address).name} could not be fetched ({_words(trouble)}).", NO_NETWORK_FIX
    ) from trouble


def _continue(address: str, part: Path, show: Progress) -> bool:
    """One attempt; whether the file is whole now."""
    answer = _ask(address, part)
    with answer.body as body:
        if answer.total:
            demand_space(part.parent, answer.total - answer.start, Path(address).name)
        here = answer.start
        with part.open("r+b" if part.exists() else "wb") as file:
            file.truncate(here)
            file.seek(here)
            show(here, answer.total)
            while piece := body.read(CHUNK_BYTES):
                file.write(piece)
                here += len(piece)
                show(here, answer.total)
    return here == answer.total if answer.total else True


def _ask(address: str, part: Path) -> _Answer:
    """Ask for the rest when a part is here, else for the whole."""
    have = part.stat().st_size if part.exists() else 0
    mark = _mark_file(part).read_text("utf-8") if have and _mark_file(part).exists() else ""
    request = urllib.request.Request(address, headers={"User-Agent": "Tailor"})
    if have and mark:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", mark)
    try:
        body = urllib.request.urlopen(request, timeout=ANSWER_S)
    except urllib.error.HTTPError as error:
        if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        error.close()
        part.unlink()  # more is here than there is: begin anew
        return _ask(address, part)
    length = int(body.headers.get("Content-Length") or 0)
    start = have if body.status == http.client.PARTIAL_CONTENT else 0
    if start == 0:
        # A weak mark does not promise the same bytes, so it cannot be built on.
        newest = body.headers.get("ETag") or ""
        write_atomic(_mark_file(part), "" if newest.startswith("W/") else newest)
    return _Answer(body, start, start + length if length else 0)


def _mark_file(part: Path) -> Path:
    return part.with_name(part.name + ".etag")


def _refused(address: str, error: urllib.error.HTTPError) -> WeightsError:
    name = Path(address).name
    if error.code == http.client.NOT_FOUND:
        return WeightsError(
            f"The server has no file {name} (answer 404).",
            "Choose another base model, such as Tailor's starter weights, or drop the file in.",
        )
    return WeightsError(f"The server does not give {name} (answer {error.code}).", NO_NETWORK_FIX)


def _words(trouble: Exception | None) -> str:
    if isinstance(trouble, urllib.error.HTTPError):
        return f"answer {trouble.code}"
    reason = getattr(trouble, "reason", trouble)
    no_way = isinstance(reason, socket.gaierror | ConnectionRefusedError)
    if no_way or getattr(reason, "errno", None) in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return "this computer has no way to the internet"
    if isinstance(reason, ssl.SSLCertVerificationError):
        return "the answer does not carry the server's certificate; a proxy may stand in between"
    if isinstance(reason, TimeoutError):
        return "the server does not answer"
    return "the connection broke off"
