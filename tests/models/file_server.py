"""A server of one file on this computer, that can break off, refuse, and take up again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Served:
    """What is served, how, and what was asked.

    Attributes:
        content: The file.
        breaks_after: Bytes after which each of the first answers breaks off.
        status: Answered instead of the file when it is not 200.
        etag: The file's mark; "" for none.
        knows_ranges: Whether it can take up again.
        ranges: The `Range` header of each request; "" without.
    """

    content: bytes
    breaks_after: list[int] = field(default_factory=list)
    status: int = 200
    etag: str = '"one"'
    knows_ranges: bool = True
    ranges: list[str] = field(default_factory=list)
    address: str = ""


@contextmanager
def serving(served: Served) -> Iterator[Served]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self, served)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    served.address = f"http://127.0.0.1:{server.server_address[1]}/yolo26n.pt"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(request: BaseHTTPRequestHandler, served: Served) -> None:
    asked = request.headers.get("Range", "")
    served.ranges.append(asked)
    if served.status != 200:
        request.send_error(served.status)
        return
    start = 0
    is_same = request.headers.get("If-Range") == served.etag
    if asked and served.knows_ranges and is_same:
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
    if start > len(served.content) or (asked and start == len(served.content)):
        request.send_error(416)
        return
    rest = served.content[start:]
    request.send_response(206 if start else 200)
    request.send_header("Content-Length", str(len(rest)))
    if served.etag:
        request.send_header("ETag", served.etag)
    request.end_headers()
    most = served.breaks_after.pop(0) if served.breaks_after else len(rest)
    request.wfile.write(rest[:most])
