"""A proxy before an object store that answers as a bad day would: it resets, is silent, says 503 or stops half-way."""

import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODES = ("reset", "503", "half", "silent")
_SILENCE = 20.0  # seconds; the client gives up earlier


class FaultyProxy:
    """Hands requests on to `store` (host:port), but for those that `fails` picks by their number."""

    def __init__(self, store: str) -> None:
        self.store = store
        self.mode = ""
        self.fails: Callable[[int], bool] = lambda _number: False
        self.failed = 0
        self._asked = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def next_fails(self) -> bool:
        """Whether the request that has just come is one that fails."""
        with self._lock:
            self._asked += 1
            wrong = bool(self.mode) and self.fails(self._asked)
            self.failed += wrong
            return wrong

    @contextmanager
    def running(self) -> Iterator["FaultyProxy"]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def _handler_of(proxy: FaultyProxy) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"proxy": proxy})


class _Handler(BaseHTTPRequestHandler):
    """One request: handed on, or not."""

    protocol_version = "HTTP/1.1"
    proxy: FaultyProxy

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):  # any operation
            return self._any
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Log nothing."""

    def _any(self) -> None:
        body = self._body()
        wrong = self.proxy.mode if self.proxy.next_fails() else ""
        if wrong == "silent":
            time.sleep(_SILENCE)
        if wrong in ("reset", "silent"):
            self._reset()
        elif wrong == "503":
            self._answer(503, [], b"")
        else:
            store = http.client.HTTPConnection(self.proxy.store, timeout=30)
            store.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("expect", "connection"):
                    store.putheader(name, value)
            store.endheaders()
            store.send(body)
            answer = store.getresponse()
            self._answer(answer.status, answer.getheaders(), answer.read(), half=wrong == "half")
            store.close()

    def _body(self) -> bytes:
        """The body as it came: a chunked one with its chunks and trailers."""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while True:
            line = self.rfile.readline()
            parts.append(line)
            if (size := int(line.partition(b";")[0], 16)) == 0:
                break
            parts.append(self.rfile.read(size + 2))
        while parts[-1] != b"\r\n":
            parts.append(self.rfile.readline())
        return b"".join(parts)

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes, *, half: bool = False) -> None:
        self.send_response_only(status)
        length = str(len(content))
        for name, value in headers:
            if name.lower() == "content-length" and self.command == "HEAD":
                length = value
            elif name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", length)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        if half:
            self.wfile.write(content[: len(content) // 2])
            self._reset()
        elif self.command != "HEAD":
            self.wfile.write(content)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.connection.close()
