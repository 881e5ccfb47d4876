"""The synthetic city of a demonstration: its cast, a back story of a night and a day, and a clock that then runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from pars import clock
from pars.actions import placing
from pars.clock import Pace
from pars.demo import emergency, lawful, night, partner
from pars.demo.author import Author
from pars.demo.cast import CAST_FILE, CastMember, found_cast, on_duty, write_cast
from pars.demo.life import Life
from pars.demo.roster import Roster
from pars.demo.story import Kind, Story, person_of
from pars.demo.supervising import Supervising
from pars.demo.telling import Telling
from pars.errors import Misconfigured
from pars.store.database import Store
from pars.store.installation import installation, repace

STRIDE = timedelta(minutes=5)
"""City time of the back story moves by strides of this length: what happens within one is written at its end."""
LONGEST = timedelta(seconds=35)
"""Real time after which a slow machine opens the city's doors; the rest of the back story is then told behind them."""
CROWD_BEFORE_END = timedelta(hours=5)
BACK_STORY = timedelta(days=7)
"""So long before its present a city's time begins, so that no day of the back story comes before the first entry's."""
SLOW = ((Kind.AT_LIMIT, timedelta(hours=44)), (Kind.LATE, timedelta(hours=33)), (Kind.LATE, timedelta(hours=27)))
"""Arrests that took long: which, and how long before the end of the back story."""


@dataclass(frozen=True, slots=True)
class City:
    """What was built: the cast, the life that goes on from here, and how many acts of the back story were refused."""

    cast: list[CastMember]
    life: Life
    refused: int


def build(
    store: Store, admin_url: str, data: Path, *, seed: int, speed: float, hours: int = 30, per_day_share: float = 1.0
) -> City:
    """Found the cast, write `cast.json` into `data`, live through the last hours, and start the clock at `speed`.

    Every act is told at its own city time, so that written times are right. The back story ends at the present instant
    of the wall clock, and city time goes on from there, `speed` city seconds a second. `per_day_share` thins the
    arrests of the back story. Refused for a real installation.
    """
    random = Random(seed)  # noqa: S311 - dice of a made-up city
    end = clock.real_now()
    author = Author(random)
    stories = list(_stories(author, random, end, hours, per_day_share))
    _, city = _lived(store, admin_url, data, author, stories, end - timedelta(hours=hours), end)
    return _opened(store, admin_url, city, speed)


def build_night(
    store: Store, admin_url: str, data: Path, *, seed: int, speed: float, cases: Sequence[night.Case] = night.CASES
) -> City:
    """The same with the cases of a whole night instead of a city's usual arrests, and their list in `night.json`."""
    end = clock.real_now()
    author = Author(Random(seed))  # noqa: S311 - dice of a made-up city
    planned = list(night.stories(author, end, cases))
    telling, city = _lived(store, admin_url, data, author, [story for _, story in planned], end, end)
    duty = on_duty(store, city.cast)
    night.write(data / night.NIGHT_FILE, night.afterwards(store, duty, planned, telling.told))
    return _opened(store, admin_url, city, speed)


def _lived(
    store: Store, admin_url: str, data: Path, author: Author, stories: Sequence[Story], begin: datetime, end: datetime
) -> tuple[Telling, City]:
    """The cast founded, and the back story told up to its end."""
    with store.transaction("pars_act") as connection:
        if installation(connection).kind != "demo":
            raise Misconfigured("a synthetic city is built in a demonstration's database only")
    _set_clock(admin_url, min([begin, *(story.beats[0].at for story in stories)]) - STRIDE)
    cast = found_cast(store)
    duty = on_duty(store, cast)
    partner.sign_up(store, duty)
    partner.ask_about(store, duty)
    partner.open_ledger(store, duty)
    cast = partner.signed_in_anew(store, cast)
    write_cast(data / CAST_FILE, cast)
    telling, roster = Telling(store, duty), Roster(store, duty)
    roster.begin()
    for story in stories:
        telling.begin(story)
    _live(admin_url, telling, end)
    if telling.protected is not None:
        emergency.broken_glass(store, duty, telling.protected)
    if named := next((one for one in stories if one.kind is Kind.USUAL), None):
        lawful.asks(store, duty, person_of(named))
    _set_clock(admin_url, max(end, clock.real_now()))
    roster.renew()
    supervising = Supervising(store, duty)
    supervising.count()
    return telling, City(cast, Life(author, telling, roster, supervising, end), len(telling.refused))


def _opened(store: Store, admin_url: str, city: City, speed: float) -> City:
    """City time at its pace from now on, with the log signed."""
    _set_clock(admin_url, clock.now(), speed)
    placing.place(store)
    return city


def _stories(author: Author, random: Random, end: datetime, hours: int, share: float) -> Iterator[Story]:
    """The arrests of the back story: those of its hours, one crowd, and the slow ones from before."""
    for kind, before in SLOW:
        yield author.story(end - before, kind)
    for story in author.between(end - timedelta(hours=hours), end, crowds=0):
        if random.random() < share:
            yield story
    if hours * timedelta(hours=1) > CROWD_BEFORE_END:
        yield from author.crowd(end - CROWD_BEFORE_END)


def _set_clock(admin_url: str, at: datetime, speed: float = 1.0) -> None:
    """Let city time run on from an instant, here and in the database."""
    pace = Pace(city_start=at, real_start=clock.real_now(), speed=speed)
    clock.keep(pace)
    repace(admin_url, pace)


def _live(admin_url: str, telling: Telling, end: datetime) -> None:
    doors_open = clock.real_now() + LONGEST
    while (due := telling.next_at()) is not None and due <= end and clock.real_now() < doors_open:
        if due > clock.now():
            _set_clock(admin_url, min(due + STRIDE, end))
        telling.tell_next(at=due)
