"""Serving the application over HTTP: one process, the operator's log, and a stop within seconds."""

import contextlib
import logging
import signal
import socket
import sys
import threading
import traceback
from pathlib import Path
from types import FrameType, TracebackType

import structlog
import uvicorn
from fastapi import FastAPI

from pars.errors import Misconfigured
from pars.settings import Settings
from pars.web.hub import Hub

STOP_SECONDS = 3
STARTUP_FAILURE = 3
"""How a process ends that could not begin to listen, as `uvicorn` has it."""


def log_plainly() -> None:
    """The operator's log: one JSON event a line on standard error, with no person in it."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


class _NoValues(logging.Filter):
    """A fault in the log is its kind and its place: its message may hold what somebody typed (T26)."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without the words of its exception."""
        if record.exc_info and record.exc_info[0] is not None:
            record.msg, record.args = _place_of(record.exc_info[0], record.exc_info[2]), ()
            record.exc_info = record.exc_text = None
        return True


def _place_of(kind: type[BaseException], trace: TracebackType | None) -> str:
    frames = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    return f"fault {kind.__name__} at {' > '.join(frames[-6:])}"


def log_without_values() -> None:
    """Everything that reaches standard error, from us or from a library, goes through the same filter."""
    log_plainly()
    handler = logging.StreamHandler()
    handler.addFilter(_NoValues())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_NoValues())  # it has a handler of its own
    threading.excepthook = lambda fell: logging.getLogger("pars").error(_place_of(fell.exc_type, fell.exc_traceback))


def check_free(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before anything is founded or built for it."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trying.bind((host, port))
    except OSError as cause:
        raise Misconfigured(f"port {port} of {host} cannot be listened on; choose another with --port") from cause


class Server(uvicorn.Server):
    """Ends the streams of open pages when it stops, so that whatever still has to be cut off then is worth a line."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; who listens to a stream comes again by itself."""
        hub = getattr(self.config.app.state, "hub", None) if isinstance(self.config.app, FastAPI) else None
        if isinstance(hub, Hub):
            hub.end_all()
        await super().shutdown(sockets)


def serve(app: FastAPI, *, host: str, port: int, settings: Settings) -> None:
    """Serve until a signal comes; streams end then, and what else stays open is cut off after three seconds."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt  # so that everything that is open is closed in order

    signal.signal(signal.SIGTERM, stop)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        ssl_certfile=str(settings.tls_certificate) if settings.tls_certificate else None,
        ssl_keyfile=str(settings.tls_key) if settings.tls_key else None,
        proxy_headers=settings.tls_by_proxy,
        server_header=False,
    )
    server = Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)
