"""Arrests booked and loaded, by acts."""

import csv
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from pars.actions.loading import COLUMNS
from pars.web.measuring.city import ORI, City
from pars.web.measuring.figures import Figure, Size


def fill(city: City, wanted: int) -> None:
    """Book until so many people are in custody."""
    connection = city.connection()
    connection.request("GET", "/api/v1/lists/board", headers={"Authorization": f"Bearer {city.supervisor}"})
    there = len(json.loads(connection.getresponse().read())["lines"])
    for _ in range(wanted - there):
        city.book(connection)


def booking_rate(city: City, size: Size) -> Figure:
    """Arrests booked a second by several clients at once."""
    done = [0] * size.clients
    until = time.monotonic() + size.booking_seconds

    def book(place: int) -> None:
        connection = city.connection()
        while time.monotonic() < until:
            city.book(connection)
            done[place] += 1

    threads = [threading.Thread(target=book, args=(place,)) for place in range(size.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = sum(done) / size.booking_seconds
    return Figure(f"arrests booked through HTTP by {size.clients} clients", rate, "a second")


def load_rate(size: Size) -> Figure:
    """Rows a second that `pars load` takes in, by the same acts."""
    folder, data = Path(tempfile.mkdtemp(prefix="pars-bench-")), Path(tempfile.mkdtemp(prefix="pars-bench-"))
    file = folder / "rows.csv"
    with file.open("w", newline="", encoding="utf-8") as rows:
        writer = csv.writer(rows)
        writer.writerow(COLUMNS)
        row = ["2026-03-01T10:00:00-05:00", "500 block of Sample Street", ORI, "", "4417", "Quillfeather", "Rosalind"]
        writer.writerows([[*row, "1990-02-03", "F", "U", "U", "", "18 § 2701 §§ A1", "1"]] * size.rows)
    programs = Path(sys.executable).parent
    began = time.perf_counter()
    command = [str(programs / "pars"), "load", str(file), "--json", "--data", str(data)]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True, text=True)  # noqa: S603 - our own
    seconds = time.perf_counter() - began
    loaded = json.loads(done.stdout)["loaded"]
    for own in (folder, data):
        shutil.rmtree(own, ignore_errors=True)
    return Figure(f"pars load of {loaded} rows, a new database included", loaded / seconds, "rows a second")
