"""What a partner is told of how it stands: settled once a day for every partner, and read by it and by the owners."""

from psycopg import Connection
from psycopg.rows import TupleRow

from pars.actions.acting import By, act
from pars.actions.agreements_shown import SEES_AGREEMENTS, concerned
from pars.clock import city_day
from pars.errors import NotAllowed, NotThere
from pars.store import grades, watching
from pars.store.database import Store
from pars.store.watching import Alarm
from pars.watch.grade import Grade, settled


def settle(store: Store) -> int:
    """Settle the grade of every partner whose day has closed since it was last settled; how many have changed."""
    with store.transaction("pars_act") as connection:
        due = grades.due(connection)
    return sum(_settle(store, agency_id) for agency_id in due)


def _settle(store: Store, agency_id: int) -> bool:
    """One transaction holds the partner's row, so that a day is settled once whoever comes first."""
    with store.transaction("pars_act") as connection:
        stood = grades.hold(connection, agency_id)
        today = grades.today(connection)
        if stood.settled_on is not None and stood.settled_on >= today:
            return False
        before = Grade(stood.grade)
        look_ups = grades.look_ups_since(connection, agency_id, stood.changed_on, today)
        fallen = [(one.day, one.action) for one in watching.alarms(connection, agency_id) if _counts(connection, one)]
        now_told = settled(before, look_ups, fallen, today)
        grades.settle(connection, agency_id, now_told.value, today, changed=now_told is not before)
        return now_told is not before


def _counts(connection: Connection[TupleRow], alarm: Alarm) -> bool:
    """Whether an alarm stands: of the count at work, and not explained by an owner's last word."""
    said = [one.what for one in watching.said(connection, [alarm.id]) if one.what != "appeal"]
    return alarm.era == watching.era(connection, alarm.agency_id) and (not said or said[-1] != "explained")


def grade(store: Store, by: By, agreement: str) -> Grade:
    """How the partner of an agreement stands, as it was settled at the close of a day."""
    with act(store, by, "grade.shown") as doing:
        if by.role not in SEES_AGREEMENTS:
            raise NotAllowed("your duty has no access to agreements", code="no-duty")
        found = concerned(doing.connection, by, agreement)
        if not found:
            raise NotThere("there is no agreement by that name")
        doing.note(agreement=agreement, day=city_day(doing.at).isoformat())
        return Grade(grades.stood(doing.connection, found[0].agency_id).grade)
