"""What people at the desks wait for: the board's page, and a new line on every page that is open."""

import asyncio
import json
import statistics
import time
from urllib.parse import urlencode

from pars.web.measuring.city import PASSWORD, City
from pars.web.measuring.figures import Figure, Size, at


def board(city: City, size: Size) -> list[Figure]:
    """The board's page with everyone in custody on it."""
    connection = city.connection()
    form = urlencode({"name": "supervisor", "password": PASSWORD})
    connection.request("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    cookie = str(answer.getheader("set-cookie")).partition(";")[0]
    times = []
    for _ in range(size.views):
        began = time.perf_counter()
        connection.request("GET", "/board", headers={"Cookie": cookie, "Accept": "text/html"})
        page = connection.getresponse()
        shown = page.read().count(b"data-id=")
        times.append((time.perf_counter() - began) * 1000)
    what = f"the board's page with {shown} lines"
    return [Figure(f"{what}, median", statistics.median(times), "ms"), Figure(f"{what}, p95", at(times, 0.95), "ms")]


async def open_pages(city: City, size: Size) -> list[Figure]:
    """Book one after another and note when each open page has the line; from the answer, which follows the commit."""
    arrived: list[asyncio.Queue[tuple[str, float]]] = [asyncio.Queue() for _ in range(size.pages)]
    readers = [asyncio.create_task(_listen(city, queue)) for queue in arrived]
    await asyncio.gather(*(queue.get() for queue in arrived))
    connection = city.connection()
    after_answer, after_sending = [], []
    for _ in range(size.bookings):
        sent = time.perf_counter()
        booked = await asyncio.to_thread(city.book, connection)
        answered = time.perf_counter()
        for queue in arrived:
            arrest, came = await asyncio.wait_for(queue.get(), 10)
            while arrest != booked:
                arrest, came = await asyncio.wait_for(queue.get(), 10)
            after_answer.append(max(0.0, (came - answered) * 1000))
            after_sending.append((came - sent) * 1000)
    for reader in readers:
        reader.cancel()
    what = f"{size.pages} open pages, from the booking's answer to the line"
    return [
        Figure(f"{what}, median", statistics.median(after_answer), "ms"),
        Figure(f"{what}, p99", at(after_answer, 0.99), "ms", 50),
        Figure(f"{size.pages} open pages, from sending the booking to the line, p99", at(after_sending, 0.99), "ms"),
    ]


async def _listen(city: City, queue: "asyncio.Queue[tuple[str, float]]") -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", city.port, limit=2**20)
    request = (
        "GET /api/v1/live?view=board HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
        f"Authorization: Bearer {city.supervisor}\r\n\r\n"
    )
    writer.write(request.encode())
    await writer.drain()
    async for line in reader:
        if line.startswith(b"retry:"):
            await queue.put(("", 0.0))
        elif line.startswith(b"data:"):
            came = time.perf_counter()
            await queue.put((str(json.loads(line[5:])["id"]), came))
    writer.close()
