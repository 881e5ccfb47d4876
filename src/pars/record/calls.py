"""Calls: each clock that passes a limit is put to a named person on shift, who has to answer it (N3, promise 2).

What waits, by which clock; which desk holds it up; within how many minutes somebody answers before it goes on to the
next. All are settings of the owners.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from pars.record.arrest import Charging, Standing
from pars.record.clocks import (
    CARE_CHECK,
    CHILD,
    COMMITMENT,
    COUNT,
    HEARING,
    INTERPRETER,
    TO_MAGISTRATE,
    TO_THE_DOOR,
    Clock,
    Level,
)
from pars.record.roles import Role


class Waits(StrEnum):
    """What somebody waits for."""

    MAGISTRATE = "magistrate"
    DOOR = "door"
    CHILD = "child"
    CHECK = "care-check"
    INTERPRETER = "interpreter"
    COUNT = "count"
    CHILDREN_COUNT = "children-count"
    HEARING = "hearing"
    COMMITMENT = "commitment"


CLOCKS: Final[Mapping[Waits, Clock]] = {
    Waits.MAGISTRATE: TO_MAGISTRATE,
    Waits.DOOR: TO_THE_DOOR,
    Waits.CHILD: CHILD,
    Waits.CHECK: CARE_CHECK,
    Waits.INTERPRETER: INTERPRETER,
    Waits.COUNT: COUNT,
    Waits.CHILDREN_COUNT: COUNT,
    Waits.HEARING: HEARING,
    Waits.COMMITMENT: COMMITMENT,
}
"""The clock of each; a call is put at every threshold of it."""

WORDS: Final[Mapping[Waits, str]] = {
    Waits.MAGISTRATE: "waits for the magistrate",
    Waits.DOOR: "release is owed",
    Waits.CHILD: "a child is kept",
    Waits.CHECK: "a check in the cell is missed",
    Waits.INTERPRETER: "waits for an interpreter",
    Waits.COUNT: "the cells are not counted this shift",
    Waits.CHILDREN_COUNT: "the children are not counted this shift",
    Waits.HEARING: "a hearing on a hold is due; counted from 24 hours before",
    Waits.COMMITMENT: "a fugitive's commitment ends; counted from 5 days before",
}
"""What a call says, as the pages write it."""

ANSWERS: Final = frozenset({Role.POLICE_SUPERVISOR, Role.CUSTODY_SUPERVISOR, Role.CHARGING_SUPERVISOR, Role.CLERK})
"""To whom calls are put: those who can move a desk. Each of them may also take over another's."""

ANSWER_WITHIN: Final[Mapping[Level, timedelta]] = {
    Level.NOTICE: timedelta(minutes=30),
    Level.AMBER: timedelta(minutes=15),
    Level.RED: timedelta(minutes=10),
    Level.OVER: timedelta(minutes=5),
}
"""After so long without an answer a call goes on to the next person, and stands red at the top of the board."""

LONGEST_UNTIL: Final = timedelta(hours=4)
"""An answer says until when; after that the clock is put again. Nobody answers for a whole shift at once."""

_CHARGING: Final[Mapping[Charging, Role]] = {
    Charging.WAITING: Role.POLICE_SUPERVISOR,
    Charging.RETURNED: Role.POLICE_SUPERVISOR,
    Charging.SUBMITTED: Role.CHARGING_SUPERVISOR,
    Charging.CHARGED: Role.CLERK,
    Charging.CERTIFIED: Role.CLERK,
    Charging.NOT_NEEDED: Role.CLERK,
    Charging.DECLINED: Role.CUSTODY_SUPERVISOR,
}
_BEYOND: Final = (Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR, Role.CLERK)
"""Who is asked when nobody of the desk is left: those who can list at the limit or open the door."""


APART: Final[Mapping[Waits, frozenset[Role]]] = {
    Waits.CHILD: frozenset({Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR}),
    Waits.CHECK: frozenset({Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR}),
    Waits.COUNT: frozenset({Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR}),
    Waits.CHILDREN_COUNT: frozenset({Role.CUSTODY_SUPERVISOR, Role.POLICE_SUPERVISOR}),
}
"""Calls that concern a store of its own, or the cells of a site: put to these alone, and beside no line of anybody."""

SITE: Final = "site:"
"""What waits is a site and nobody by name."""
CHILDREN_PLACE: Final = "children"
"""Where children are kept, as a site that waits for its count."""


_COURTS: Final = frozenset({Waits.INTERPRETER, Waits.HEARING, Waits.COMMITMENT})
"""Clocks that the court's desk moves."""


def desk(waits: Waits, standing: Standing | None) -> Role:
    """The duty that holds it up: for the magistrate the furthest paper says whose turn it is."""
    if waits is Waits.MAGISTRATE and standing is not None:
        return _CHARGING[standing.charging]
    if waits in _COURTS:
        return Role.CLERK
    return Role.CUSTODY_SUPERVISOR


def asked_in_turn(waits: Waits, first: Role) -> tuple[Role, ...]:
    """The duties to whom a call goes, one after another."""
    may = APART.get(waits, ANSWERS)
    return tuple(role for role in (first, *(role for role in _BEYOND if role is not first)) if role in may)
