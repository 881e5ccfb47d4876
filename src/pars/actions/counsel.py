"""The defender's desk: whom they are assigned to, the papers due to them, and that a confidential talk was held (N24).

Whether a conflict stands in the way is asked when somebody is assigned (`assigning`), and answered with yes or no.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from pars.actions import disclosure
from pars.actions.acting import By, act
from pars.errors import BadInput, NotAllowed
from pars.record.arrest import Charging, Court, Standing
from pars.record.roles import Role
from pars.sharing.duty import View
from pars.sharing.projection import Line
from pars.store import arrests, duties, papers
from pars.store.database import Store

WAYS = ("in-person", "video", "telephone", "not-possible")
LONGEST_MINUTES = 600


@dataclass(frozen=True, slots=True)
class TalkGiven:
    """That counsel and client talked: how, where or on which line, how long, with whom to interpret; or why not."""

    way: str
    place: str
    minutes: int = 0
    interpreter: str = ""
    why_not: str = ""


def talked(store: Store, by: By, arrest_id: UUID, given: TalkGiven) -> UUID:
    """Write down a confidential talk, never what of; the entry. Only counsel to whom the arrest is assigned."""
    with act(store, by, "talk.held", arrest_id=arrest_id) as doing:
        if by.role is not Role.DEFENDER:
            raise NotAllowed("a confidential talk is written down by the defender", code="not-your-step")
        if given.way not in WAYS:
            raise BadInput(f"a talk is one of: {', '.join(WAYS)}", field="way")
        not_held = given.way == "not-possible"
        if not given.place.strip() or len(given.place) > 120:  # noqa: PLR2004 - a room or a line
            raise BadInput("say where, or on which line", field="place")
        if not 0 <= given.minutes <= LONGEST_MINUTES or not_held != bool(given.why_not.strip()):
            raise BadInput("say how many minutes it took; or, when it was not possible, why", field="minutes")
        if len(given.why_not) > 200 or len(given.interpreter) > 60:  # noqa: PLR2004 - a line, a language
            raise BadInput("that is too long; what was said does not belong here", field="why_not")
        arrests.hold(doing.connection, arrest_id)
        if arrest_id not in duties.assigned_to(doing.connection, by.account):
            raise NotAllowed("this arrest is not assigned to you; ask the court's clerk", code="not-assigned")
        row: dict[str, object] = {
            "id": uuid4(),
            "arrest_id": arrest_id,
            "way": given.way,
            "place": given.place.strip(),
            "minutes": given.minutes,
            "interpreter": given.interpreter.strip() or None,
            "why_not": given.why_not.strip() or None,
            "held_at": doing.at,
            "written_by": by.account,
        }
        arrests.insert(doing.connection, "record.confidential_talk", row)
        doing.note(way=given.way)
    return doing.entry()


@dataclass(frozen=True, slots=True)
class Clients:
    """A defender's list: its lines, and the papers of each that are due and that they have not printed."""

    lines: Sequence[Line]
    due: Mapping[UUID, Sequence[str]]


def clients(store: Store, by: By) -> Clients:
    """Everybody to whom a defender is assigned, under one entry."""
    seen = disclosure.open_list(store, by, View.CLIENTS, lambda connection: duties.assigned_to(connection, by.account))
    with store.transaction("pars_act") as connection:
        printed = papers.printed_by(connection, [line.id for line in seen.lines], by.account)
    due = {
        line.id: [kind for kind in papers_due(line.standing) if (line.id, kind) not in printed] for line in seen.lines
    }
    return Clients(seen.lines, due)


def papers_due(standing: Standing) -> tuple[str, ...]:
    """The papers that counsel gets: the complaint once certified, the order and the next date once arraigned."""
    found = ["complaint"] if standing.charging is Charging.CERTIFIED else []
    if standing.court in {Court.ARRAIGNED, Court.DOCKETED, Court.DECIDED}:
        found += ["bail-order", "next-date"]
    return tuple(found)
