"""The synthetic city of a demonstration: its cast, a back story of a night and a day, and a clock that then runs."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from pars import clock
from pars.actions import placing
from pars.actions.acting import By
from pars.clock import Pace
from pars.demo import emergency, lawful, night, partner, signature, task_force
from pars.demo.author import Author
from pars.demo.cast import CAST_FILE, CastMember, found_cast, on_duty, write_cast
from pars.demo.life import Life
from pars.demo.roster import Roster
from pars.demo.story import Kind, Story, person_of
from pars.demo.supervising import Supervising
from pars.demo.task_force import TaskForce
from pars.demo.telling import Telling
from pars.errors import Misconfigured
from pars.record.roles import Role
from pars.store.database import Store
from pars.store.installation import installation, pacing

STRIDE = timedelta(minutes=5)
"""City time of the back story moves by strides of this length: what happens within one is written at its end."""
LONGEST = timedelta(seconds=32)
"""Real time after which a slow machine opens the city's doors; the rest of the back story is then told behind them."""
LONGEST_BEFORE = timedelta(seconds=15)
"""Real time after which a slow machine leaves the rest of the days before untold."""
CROWD_BEFORE_END = timedelta(hours=5)
BACK_STORY = timedelta(days=24)
"""So long before its present a city's time begins, so that no day of the back story comes before the first entry's."""
DAYS_BEFORE = 19
"""Days of the demonstration before its back story, told in short: few arrests a day, and what the task force asks."""
MINUTES = 300
"""They happen within so many minutes of a day."""
SWEEPS_FOR, BUSY = 4, 6
"""So many days before the back story the second partner's good weeks end; then so many arrests a day are told."""
SLOW = ((Kind.AT_LIMIT, timedelta(hours=44)), (Kind.LATE, timedelta(hours=33)), (Kind.LATE, timedelta(hours=27)))
"""Arrests that took long: which, and how long before the end of the back story."""

SIGNS_EVERY = timedelta(seconds=15)
"""Real time: so often the log is signed while nothing serves yet. No partner is answered once a minute has gone by."""
CHILD_BEFORE_END = timedelta(minutes=80)
"""So long before the end of the back story a child was arrested, who is here when the doors open."""


Keep = Callable[[Pace], None]
"""Writes the pace of a city's time into its database."""


@dataclass(frozen=True, slots=True)
class City:
    """What was built: the cast, the life that goes on from here, and how many acts of the back story were refused."""

    cast: list[CastMember]
    life: Life
    refused: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is told: what happened in the weeks before, and the stories from `begin` on up to `end`."""

    stories: Sequence[Story]
    begin: datetime
    end: datetime
    before: Sequence[Story] = ()
    force_seed: int | None = None
    """The dice of the second partner; None where there is none."""
    sweeps_at: datetime | None = None
    """When its good weeks end; None: with the days before."""


def build(  # noqa: PLR0913 - a city has this many sizes, all named
    store: Store,
    admin_url: str,
    data: Path,
    *,
    seed: int,
    speed: float,
    hours: int = 30,
    per_day_share: float = 1.0,
    days_before: int = 0,
    ends_at: datetime | None = None,
) -> City:
    """Found the cast, write `cast.json` into `data`, live through the last hours, and start the clock at `speed`.

    Every act is told at its own city time, so that written times are right. The back story ends at the present instant
    of the wall clock, or at the one named, and city time goes on from there, `speed` city seconds a second: the same
    seed and the same end make the same city. `per_day_share` thins the arrests of the back story. `days_before` tells
    so many days before it in short, with what the second partner asks in them. Refused for a real installation.
    """
    random = Random(seed)  # noqa: S311 - dice of a made-up city
    end = ends_at or clock.real_now()
    author = Author(random)
    stories = list(_stories(author, random, end, hours, per_day_share))
    begin = end - timedelta(hours=hours)
    first = min([begin, *(story.beats[0].at for story in stories)]) - timedelta(hours=1)
    earlier = Random(seed + 1)  # noqa: S311 - the same
    before = list(_days_before(Author(earlier), earlier, first, days_before))
    sweeps_at = first - timedelta(days=SWEEPS_FOR + 1, minutes=MINUTES)
    with _demonstrations(store, admin_url) as keep:
        _, city = _lived(store, keep, data, author, Plan(stories, begin, end, before, seed, sweeps_at))
        return _opened(store, keep, city, speed)


def build_night(
    store: Store, admin_url: str, data: Path, *, seed: int, speed: float, cases: Sequence[night.Case] = night.CASES
) -> City:
    """The same with the cases of a whole night instead of a city's usual arrests, and their list in `night.json`."""
    end = clock.real_now()
    author = Author(Random(seed))  # noqa: S311 - dice of a made-up city
    planned = list(night.stories(author, end, cases))
    with _demonstrations(store, admin_url) as keep:
        telling, city = _lived(store, keep, data, author, Plan([story for _, story in planned], end, end))
        duty = on_duty(store, city.cast)
        night.write(data / night.NIGHT_FILE, night.afterwards(store, duty, planned, telling.told))
        return _opened(store, keep, city, speed)


@contextlib.contextmanager
def _demonstrations(store: Store, admin_url: str) -> Iterator[Keep]:
    """How its city's time is set, and its log signed by the way; refused where it is no demonstration's."""
    with store.transaction("pars_act") as connection:
        if installation(connection).kind != "demo":
            raise Misconfigured("a synthetic city is built in a demonstration's database only")
    signed = clock.real_now()
    with pacing(admin_url) as write:

        def keep(pace: Pace) -> None:
            nonlocal signed
            write(pace)
            if clock.real_now() - signed >= SIGNS_EVERY:
                placing.place(store)
                signed = clock.real_now()

        yield keep


def _lived(store: Store, keep: Keep, data: Path, author: Author, plan: Plan) -> tuple[Telling, City]:
    """The cast founded, and the back story told up to its end."""
    since = clock.real_now()
    _set_clock(keep, min([plan.begin, *(one.beats[0].at for one in (*plan.before, *plan.stories))]) - STRIDE)
    cast = found_cast(store)
    duty = on_duty(store, cast)
    partner.sign_up(store, duty)
    force = _force(store, duty, plan)
    roster = Roster(store, duty)
    roster.begin()
    before = Telling(store, duty, force)
    _live_before(keep, before, plan, force)
    known = {before.told[one.number]: person_of(one) for one in plan.before if one.number in before.told}
    asked_in_vain = signature.touched(store, duty, known)
    _live(keep, before, plan.begin)
    _set_clock(keep, min([plan.begin, *(one.beats[0].at for one in plan.stories)]) - STRIDE)
    roster.renew()
    if asked_in_vain:
        signature.signed(store, duty, list(known.values())[-1])
    partner.ask_about(store, duty)
    partner.open_ledger(store, duty)
    cast = partner.signed_in_anew(store, cast)
    write_cast(data / CAST_FILE, cast)
    if force is not None:
        force.sweeps = True
    telling = Telling(store, duty, force)
    for story in plan.stories:
        telling.begin(story)
    _live(keep, telling, plan.end)
    if telling.protected is not None:
        emergency.broken_glass(store, duty, telling.protected)
    if telling.kept_away is not None:
        lawful.keep_away(store, duty, telling.kept_away)
    if named := next((one for one in plan.stories if one.kind is Kind.USUAL), None):
        lawful.asks(store, duty, person_of(named))
    _set_clock(keep, plan.end + (clock.real_now() - since))
    roster.renew()
    supervising = Supervising(store, duty)
    supervising.count()
    supervising.watch()
    refused = len(before.refused) + len(telling.refused)
    return telling, City(cast, Life(author, telling, roster, supervising, plan.end, force), refused)


def _force(store: Store, duty: Mapping[Role, Sequence[By]], plan: Plan) -> TaskForce | None:
    if plan.force_seed is None:
        return None
    task_force.sign_up(store, duty)
    return TaskForce(store, duty[Role.ANALYST], plan.force_seed)


def _opened(store: Store, keep: Keep, city: City, speed: float) -> City:
    """City time at its pace from now on, with the log signed."""
    _set_clock(keep, clock.now(), speed)
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
    yield author.story(end - CHILD_BEFORE_END, Kind.JUVENILE)


def _days_before(author: Author, random: Random, end: datetime, days: int) -> Iterator[Story]:
    """One arrest a day and then a few, told to their end before the back story begins."""
    for day in range(days, 1, -1):
        many = BUSY if day <= SWEEPS_FOR + 1 else 1
        for minutes in sorted((random.uniform(0, MINUTES) for _ in range(many)), reverse=True):
            yield replace(author.story(end - timedelta(days=day, minutes=minutes), Kind.USUAL), left_after=None)


def _live_before(keep: Keep, telling: Telling, plan: Plan, force: TaskForce | None) -> None:
    """The days before: what has begun is told to its end, and a slow machine begins with fewer days."""
    doors_open = clock.real_now() + LONGEST_BEFORE
    for story in plan.before:
        if clock.real_now() > doors_open:
            break
        _live(keep, telling, story.beats[0].at)
        telling.begin(story)
        _live(keep, telling, story.beats[0].at)
        if force is None:
            continue
        force.sweeps = plan.sweeps_at is not None and story.beats[0].at >= plan.sweeps_at
        if not force.sweeps:
            force.looks_for_somebody()


def _set_clock(keep: Keep, at: datetime, speed: float = 1.0) -> None:
    """Let city time run on from an instant, here and in the database."""
    pace = Pace(city_start=at, real_start=clock.real_now(), speed=speed)
    clock.keep(pace)
    keep(pace)


def _live(keep: Keep, telling: Telling, end: datetime) -> None:
    doors_open = clock.real_now() + LONGEST
    while (due := telling.next_at()) is not None and due <= end and clock.real_now() < doors_open:
        if due > clock.now():
            _set_clock(keep, min(due + STRIDE, end))
        telling.tell_next(at=due)
