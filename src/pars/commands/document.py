"""`pars document`: the documents that are generated from tables."""

from pathlib import Path
from typing import Annotated

import typer

from pars.commands.saying import told
from pars.web.papers.listed import DOCUMENTS


def document(*, check: Annotated[bool, typer.Option(help="write nothing; exit 1 when one differs")] = False) -> None:
    """Write the documents that are generated from tables."""
    different = [
        path for path, text in DOCUMENTS.items() if not Path(path).exists() or Path(path).read_text() != text()
    ]
    for path in different:
        told.print(path)
        if not check:
            Path(path).write_text(DOCUMENTS[path](), encoding="utf-8")
    if check and different:
        raise typer.Exit(1)
