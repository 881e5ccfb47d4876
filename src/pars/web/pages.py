"""Pages: one Jinja environment, the words of both languages, and what every template may use."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from typing import Final, Protocol

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from pars.actions.acting import By
from pars.actions.agreements_shown import SEES_AGREEMENTS
from pars.actions.arraignment import POSITION_WORDS
from pars.actions.attesting import ATTESTS
from pars.actions.booking import MAY_BOOK
from pars.actions.downtime import SEES_SHEETS
from pars.actions.duties import SEES_DUTIES, SEES_PRIVACY
from pars.actions.erasing import MAY_ERASE
from pars.actions.figures import SEES_FIGURES
from pars.actions.keeping import SEES_KEEPING
from pars.actions.needs import SEES as SEES_NEEDS
from pars.actions.openings import Notice, at_work
from pars.actions.partnering import SEES_PARTNERS
from pars.actions.patterns import SEES_PATTERNS
from pars.actions.staff import SEES_ACCOUNTS
from pars.actions.victims import NOTICE_DESK
from pars.actions.who_looked import SEES as WHO_LOOKED
from pars.clock import in_city, now, speed
from pars.errors import NotAllowed, ParsError, Unavailable
from pars.record.bail import CONDITIONS, TYPE_WORDS
from pars.record.calendar import RULE_SETS
from pars.record.calls import ANSWERS, CLOCKS
from pars.record.calls import WORDS as CALL_WORDS
from pars.record.care import NEEDS as FIT_NEEDS
from pars.record.care import READERS as CARE_READERS
from pars.record.clocks import CHILD, INTERPRETER, TO_MAGISTRATE, TO_THE_DOOR, Clock
from pars.record.consular import LANGUAGES as LANGUAGES_SPOKEN
from pars.record.consular import WORDS as CONSULAR
from pars.record.needs import KINDS as NEED_KINDS
from pars.record.offences import Grade
from pars.record.person import WORDS, Ethnicity, Race, Resident, Sex
from pars.record.roles import Role
from pars.sharing import projection
from pars.sharing.breakglass import TOLD, Opened
from pars.sharing.duty import CHILDREN_READERS, VIEWS, View
from pars.sharing.instrument import SEES as SEES_INSTRUMENTS
from pars.sharing.owed import DUTY_WORDS
from pars.sharing.words import FIELD_WORDS, REASON_WORDS
from pars.store.database import Store
from pars.web.graded import if_known
from pars.web.problems import status_of
from pars.web.words import LANGUAGES, spoken

_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(str(files("pars.web") / "templates")),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

LISTS: Final = {
    View.REPORTS: "Investigation",
    View.CHARGING: "Charging unit",
    View.INTERVIEWS: "Pretrial interviews",
    View.LISTING: "To be listed",
    View.SESSION: "Arraignment court",
    View.DOCKETS: "To be docketed",
    View.RELEASES: "Release owed",
    View.HOSPITAL: "Hospital queue",
    View.LEFT: "Left in the last day",
}
"""The desks' lists with their names, in the order of a night."""

LOOKED_UP: Final = frozenset({View.HOSPITAL, View.LEFT})
"""Lists that are looked up now and then: they stand behind those that somebody works from."""
FIRST_DESKS: Final = 5
"""So many pages stand in the head: a row of them, beside who is signed in."""

FIRST_STEPS: Final = frozenset(
    {"write-report", "approve-report", "charge", "certify", "list", "arraign", "arraign-at-bedside", "interview"}
    | {"sign-out", "docket", "post-bail", "book", "review-bail"}
)
"""Steps whose form stands open when they come first: what a desk has come to the page for."""

OPENED_WORDS: Final = {
    Opened.ARREST: "every part of the arrest",
    Opened.INTERVIEW: "the pretrial interview",
    Opened.PROTECTED: "protected persons",
    Opened.CHILDREN: "a child's arrest",
}
"""What break-glass opens, as the pages call it."""

LANGUAGE_COOKIE = "pars_language"


class Labelled(Protocol):
    """A row of a table with the words by which people call it."""

    @property
    def label(self) -> str:
        """Those words."""


def shown_time(instant: datetime | None) -> str:
    """An instant as the desks write it: 24-hour, city time."""
    return in_city(instant).strftime("%m/%d/%Y %H:%M") if instant else "—"


def zoned_time(instant: datetime | None) -> str:
    """The same with the zone: for what is quoted elsewhere, and the hour that comes twice in the fall."""
    return in_city(instant).strftime("%m/%d/%Y %H:%M %Z") if instant else "—"


def shown_date(day: date | None) -> str:
    """A date as the desks write it."""
    return day.strftime("%m/%d/%Y") if day else "—"


def elapsed(since: datetime | None, until: datetime | None = None) -> str:
    """Hours and minutes between two instants; real hours, whatever the clocks on the wall do."""
    if since is None:
        return "—"
    minutes = max(0, int(((until or now()) - since) / timedelta(minutes=1)))
    return f"{minutes // 60} h {minutes % 60:02d} min"


def in_base64(image: bytes) -> str:
    """A picture within a page: shown by the same look, under the same entry, and at no address of its own."""
    return b64encode(image).decode()


def words_of(kinds: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """The words of a closed set as the options of a form."""
    return [(kind.value, kind.value) for kind in kinds]


def labels_of(rows: Mapping[StrEnum, Labelled]) -> list[tuple[str, str]]:
    """The rows of a table by their labels, as the options of a form."""
    return [(kind.value, row.label) for kind, row in rows.items()]


def clock(since: datetime, by: Clock, t: Callable[[str], str]) -> Markup:
    """A clock that an open page lets run on: its text now, and its thresholds as data."""
    level = by.level(since, now())
    return Markup(
        '<span class="clock clock--{}" data-clock-since="{}" data-clock-levels="{}" title="{}"><span>{}</span></span>'
    ).format(level.value, since.isoformat(), by.minutes, t(level.value), elapsed(since))


def desks(role: Role) -> list[tuple[str, str]]:
    """Address and name of the pages that a duty may open, those of every hour first, for the head of every page."""
    found = [("/booking", "Booking")] if role in MAY_BOOK else []
    found += [("/board", "Board")] if role in VIEWS[View.BOARD] else []
    lists = [(view, (f"/lists/{view.value}", words)) for view, words in LISTS.items() if role in VIEWS[view]]
    found += [desk for view, desk in lists if view not in LOOKED_UP]
    found += [("/calls", "Clocks to answer")] if role in ANSWERS else []
    found += [("/needs", "Interpreters and needs")] if role in SEES_NEEDS else []
    found += [("/care", "Care")] if role in CARE_READERS else []
    found += [("/children", "Children")] if role in CHILDREN_READERS else []
    found += [("/counts", "Count")] if role in VIEWS[View.COUNT] else []
    found += [desk for view, desk in lists if view in LOOKED_UP]
    found += [("/downtime", "Downtime sheets")] if role in SEES_SHEETS else []
    found += [("/openings", "Break-glass")] if role in TOLD else []
    found += [("/orders", "Orders to keep away")] if role in VIEWS[View.ORDERS] else []
    found += [("/reviews", "Bail reviews")] if role in VIEWS[View.REVIEWS] else []
    found += [("/clients", "My clients")] if role in VIEWS[View.CLIENTS] else []
    found += [("/notices", "Notices to victims")] if role in NOTICE_DESK else []
    found += [("/instruments", "Instruments")] if role in SEES_INSTRUMENTS else []
    found += [("/inquiry", "Inquiry")] if role is Role.ANALYST else []
    found += [("/subscriptions", "Subscriptions")] if role is Role.ANALYST else []
    found += [("/agreements", "Agreements")] if role in SEES_AGREEMENTS else []
    found += [("/patterns", "Patterns")] if role in SEES_PATTERNS else []
    found += [("/duties", "Duties of partners")] if role in SEES_DUTIES else []
    found += [("/figures", "Figures")] if role in SEES_FIGURES else []
    found += [("/keeping", "Keeping and losing")] if role in SEES_KEEPING else []
    found += [("/access", "Review of access")] if role in ATTESTS else []
    found += [("/breach", "After a breach")] if role is Role.PRIVACY_OFFICER else []
    found += [("/privacy", "Privacy")] if role in SEES_PRIVACY else []
    found += [("/audit", "Audit")] if role is Role.AUDITOR else []
    found += [("/who-looked", "Who looked")] if role in WHO_LOOKED | {Role.REPRESENTATIVE, Role.PRIVACY_OFFICER} else []
    found += [("/erasing", "Erasing")] if role in MAY_ERASE.values() else []
    found += [("/webhooks", "Addresses")] if role is Role.REPRESENTATIVE else []
    found += [("/canaries", "Canaries")] if role is Role.REPRESENTATIVE else []
    found += [("/notice-service", "Service for notices")] if role is Role.REPRESENTATIVE else []
    found += [("/settings", "Settings")] if role is Role.REPRESENTATIVE else []
    found += [("/recovery", "Recovery")] if role is Role.REPRESENTATIVE else []
    found += [("/partners", "Partners")] if role in SEES_PARTNERS else []
    found += [("/accounts", "Accounts")] if role in SEES_ACCOUNTS else []
    return found


def first_desks(pages: Sequence[tuple[str, str]]) -> int:
    """How many of a duty's pages stand in the head itself; the others in its menu, which never holds one alone."""
    return FIRST_DESKS if len(pages) > FIRST_DESKS + 1 else len(pages)


def language_of(request: Request) -> str:
    """The language that the reader chose, else the first of the browser's own that there is, else English."""
    asked = request.headers.get("accept-language", "").split(",")
    wanted = [request.cookies.get(LANGUAGE_COOKIE, ""), *(one.strip()[:2].lower() for one in asked)]
    return next((one for one in wanted if one in LANGUAGES), "en")


_ENVIRONMENT.filters.update(
    {"time": shown_time, "zoned": zoned_time, "day": shown_date, "elapsed": elapsed, "base64": in_base64}
)
_ENVIRONMENT.globals.update(
    {
        "now": now,
        "speed": speed,
        "clock": clock,
        "words_of": words_of,
        "labels_of": labels_of,
        "desks": desks,
        "first_desks": first_desks,
        "TO_MAGISTRATE": TO_MAGISTRATE,
        "TO_THE_DOOR": TO_THE_DOOR,
        "CHILD": CHILD,
        "FIT_NEEDS": FIT_NEEDS,
        "CARE_READERS": CARE_READERS,
        "NEED_KINDS": NEED_KINDS,
        "INTERPRETER_CLOCK": INTERPRETER,
        "CONSULAR": CONSULAR,
        "LANGUAGES_SPOKEN": LANGUAGES_SPOKEN,
        "CALL_WORDS": CALL_WORDS,
        "CALL_CLOCKS": CLOCKS,
        "RULE_SETS": RULE_SETS,
        "FIRST": FIRST_STEPS,
        "FIELD_WORDS": FIELD_WORDS,
        "REASON_WORDS": REASON_WORDS,
        "DUTY_WORDS": DUTY_WORDS,
        "GRADED": if_known,
        "GRADES": [grade.value for grade in reversed(Grade) if grade.value],
        "OPENED_WORDS": OPENED_WORDS,
        "Shapes": projection,
        "SEES_PATTERNS": SEES_PATTERNS,
        "BAIL_POSITIONS": POSITION_WORDS,
        "BAIL_TYPES": TYPE_WORDS,
        "BAIL_CONDITIONS": CONDITIONS,
        "SEX": WORDS[Sex],
        "RACE": WORDS[Race],
        "ETHNICITY": WORDS[Ethnicity],
        "RESIDENT": WORDS[Resident],
    }
)


def render(name: str, language: str, context: Mapping[str, object]) -> str:
    """A template as text, in a language. The same call makes a line for an open page and for a fresh one."""
    return _ENVIRONMENT.get_template(name).render(t=spoken(language), language=language, **context)


def told(request: Request) -> Sequence[Notice]:
    """What stands open by break-glass, for those who are told of it on every page; nothing while it cannot be asked."""
    signed = getattr(request.state, "signed", None)
    if signed is None or signed.locked:
        return []
    try:
        return at_work(request.app.state.store, signed.by)
    except Unavailable:
        return []


def opened_now(store: Store, by: By, language: str) -> str:
    """What stands open by break-glass, as the head of a fresh page says it to somebody."""
    return render("opened.html", language, {"opened": at_work(store, by)}).strip()


def here(request: Request) -> str:
    """The address of this page, for whoever comes back to it in another language. An address holds nobody's name."""
    query = request.url.query if request.method == "GET" else ""
    return f"{request.url.path}?{query}" if query else request.url.path


def page(request: Request, name: str, status: int = 200, **context: object) -> HTMLResponse:
    """A whole page for this request, with who is signed in and the form key."""
    signed = getattr(request.state, "signed", None)
    demo = bool(request.app.state.demo)
    text = render(
        name,
        language_of(request),
        {
            "signed": signed,
            "demo": demo,
            "path": request.url.path,
            "here": here(request),
            "city": request.app.state.city,
            "opened": told(request),
            "hears": signed is not None and not signed.locked and signed.by.role in TOLD,
            **context,
        },
    )
    return HTMLResponse(text, status_code=status)


def ask_why(
    request: Request, refusal: NotAllowed, typed: Mapping[str, str], *, error: ParsError | None = None
) -> HTMLResponse:
    """The page that asks why and for whom; what it is asked for comes back to the same address.

    `error`: what was refused first, an act whose page is to be shown with it. It is said all the same.
    """
    status = 403 if typed.get("why") is not None else 200
    said = {"title": "Say why", "refusal": refusal, "error": error, "reach": typed.get("reach", "")}
    return page(request, "why.html", status if error is None else status_of(error), **said)
