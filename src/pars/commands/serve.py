"""`pars serve`: a real installation, served to the people at the desks."""

import contextlib
from typing import Annotated

import typer

from pars.actions.deploying import enter_change
from pars.actions.installing import Kind, data_folder, opened
from pars.commands.saying import Data, settings_read
from pars.errors import Misconfigured
from pars.rounds.all import going
from pars.web.app import Serving, create_app
from pars.web.papers.parts import Courthouse
from pars.web.serving import check_free, log_without_values
from pars.web.serving import serve as serve_http
from pars.web.witnesses import asked


def serve(
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="the port to listen on")] = 8443,
    data: Data = None,
    *,
    embedded: Annotated[bool, typer.Option(help="use the PostgreSQL that PARS brings along")] = False,
) -> None:
    """Serve a real installation. Refuses a demonstration's folder, and HTTP without TLS."""
    with settings_read() as settings:
        if not settings.tls_by_proxy and (settings.tls_certificate is None or settings.tls_key is None):
            raise Misconfigured(
                "give PARS_TLS_CERTIFICATE and PARS_TLS_KEY, or PARS_TLS=proxy when something in front speaks TLS"
            )
        check_free(host, port)
        log_without_values()
        folder = data_folder(settings, data)
        with (
            opened(settings, folder, kind=Kind.REAL, may_embed=embedded) as here,
            asked(here.store, here.data) as witnesses,
            going(here.store, cosign=witnesses, witnesses=witnesses.keys),
            contextlib.suppress(KeyboardInterrupt),
        ):
            enter_change(here.store)
            courthouse = Courthouse(settings.court_address, settings.court_telephone)
            application = create_app(here.store, Serving(city=here.here.city, secure=True, courthouse=courthouse))
            serve_http(application, host=host, port=port, settings=settings)
