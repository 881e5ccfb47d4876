"""One arrest on a page: what the reader's duty shows, the steps that are theirs to take now, and the papers."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from pars.actions import (
    arraignment,
    assigning,
    belongings,
    canaries,
    consular,
    custody,
    disclosure,
    drafts,
    identity,
    life,
    places,
    prints,
    switches,
)
from pars.actions.acting import By
from pars.actions.booking import MAY_BOOK
from pars.actions.breach import warn
from pars.actions.disclosure import Page, Sealed
from pars.actions.reporting import MAY_PROTECT, ProtectedPerson
from pars.clock import city_day, in_city, now
from pars.errors import BadInput, NotAllowed, NotThere, ParsError, TooLarge
from pars.record.arrest import open_steps
from pars.record.charge import DISPOSITIONS, STANDING_DECISIONS, Decision, Stage
from pars.record.children import MOVES
from pars.record.identifiers import OTN_WARNING, Statute
from pars.record.interview import Interview
from pars.record.measures import height
from pars.record.offences import find
from pars.record.protected import NAMED_BEFORE
from pars.record.protected import WARNING as NAMES_SOMEBODY
from pars.record.release import QUESTIONS
from pars.record.steps import STEPS, step_named
from pars.record.switches import OPTIONAL_FIELDS, Name
from pars.record.words import WARNING, status_words
from pars.sharing.breakglass import MAY_ASK, Opened
from pars.sharing.duty import READERS
from pars.sharing.projection import Identity
from pars.web.asking import Asking, Posted, PostedFields
from pars.web.courtside import courtside
from pars.web.issuing import Where, issue
from pars.web.looks import looks
from pars.web.pages import FIRST_STEPS, ask_why, language_of, page
from pars.web.papers.parts import pounds
from pars.web.papers.sheet import Language
from pars.web.papers.table import KINDS, printable
from pars.web.problems import problem, status_of
from pars.web.reading import Fields, instant, whole
from pars.web.small_acts import SMALL_ACTS
from pars.web.step_forms import given_to, in_row
from pars.web.unsent import readable, sent_at
from pars.web.words import Spoken, spoken

router = APIRouter(include_in_schema=False)
UNSCANNED = frozenset({"form_key", "why", "optional", "country", "consulate"})
"""What is not read for words that have no place in free text: it has a field of its own, or is no text."""
LEFT_OUT = (
    "Some of the file had not the shape that it must have and was left out: compare the numbers with the scanner."
)
NOTICES = {"words": WARNING, "otn": OTN_WARNING, "prints": LEFT_OUT, "names": NAMES_SOMEBODY, "named": NAMED_BEFORE}
"""What a page may say after an act; the address names it and holds nothing else."""
HEARINGS = frozenset({"arraign", "arraign-at-bedside", "review-bail"})
"""Steps that are decided on the facts: to whoever may take one now, the complaint's facts stand before its form."""
_KEYS = {words: key for key, words in NOTICES.items()}


@router.get("/arrests/{arrest_id}")
def show(request: Request, _: Asking, arrest_id: UUID) -> Response:
    """The arrest. Outside the reader's own queue the page asks why first."""
    return shown(request, arrest_id, {})


@router.post("/arrests/{arrest_id}")
def show_because(request: Request, fields: PostedFields, arrest_id: UUID) -> Response:
    """The arrest, outside the reader's own queue, with the reason that was typed."""
    return shown(request, arrest_id, fields)


def shown(
    request: Request, arrest_id: UUID, typed: Fields, *, error: ParsError | None = None, at_step: str | None = None
) -> Response:
    """The page of an arrest, with what was typed when something in it could not be."""
    store, by = request.app.state.store, request.state.signed.by
    why = typed.get("why") or None
    try:
        seen = disclosure.open_arrest(store, by, arrest_id, why=why)
    except NotAllowed as refusal:
        if refusal.code != "say-why":
            raise
        return ask_why(request, refusal, typed, error=error)
    t = spoken(language_of(request))
    desk = Where.of(request).desk(by)
    paper = printable(seen, desk)
    standing = switches.stand(store)
    stands_for_nobody = canaries.is_one(store, arrest_id)
    open_now = [] if stands_for_nobody else list(open_steps(STEPS, seen.line.standing, by.role))
    fresh = error is None and typed.keys() <= {"form_key", "why"}
    half = drafts.half_typed(store, by, request.url.path) if fresh else {}
    still_open = any(step.name == half.get("_form") for step in open_now)
    return page(
        request,
        "arrest.html",
        200 if error is None else status_of(error),
        title=f"{t('Arrest')} {seen.line.number}",
        arrest=seen,
        line=seen.line,
        **_person(seen.identity, t),
        charges=_charge_rows(seen),
        hears=any(step.name in HEARINGS for step in open_now),
        steps=sorted(open_now, key=lambda step: step.name not in FIRST_STEPS),
        all_steps=STEPS,
        papers=paper.papers,
        gaps=paper.gaps,
        paper_words={name: kind.label for name, kind in KINDS.items()},
        sites=places.sites(store, "booking"),
        sessions=[(start.isoformat(), in_city(start)) for start in arraignment.next_sessions(now())],
        questions=QUESTIONS,
        dispositions=DISPOSITIONS,
        decisions=[Decision.APPROVED, Decision.MODIFIED, Decision.REFUSED],
        hold_kinds=custody.HOLD_KINDS,
        no_holds=custody.NO_HOLDS,
        **_may(by),
        apart=_apart(by, seen),
        court=courtside(by, seen),
        assigned=assigning.assigned(store, arrest_id),
        told=consular.told(store, arrest_id) if by.role in MAY_BOOK else [],
        error=in_row(error, typed),
        at_step=at_step or half.get("_form"),
        typed=half or typed,
        unsent_at=sent_at(half),
        unsent=None if still_open else readable(half),
        why=why,
        notice=NOTICES.get(request.query_params.get("notice", "")),
        nobody=stands_for_nobody,
        from_search=request.query_params.get("from") == "search",
        optional=[name for name in sorted(OPTIONAL_FIELDS) if standing[name].value is True],
        today=city_day(now()),
        usual_percent=standing[Name.DEPOSIT_PERCENT].value,
        proposed_date=arraignment.proposed_date(standing, city_day(now()), seen.line.exit, _decided(seen)),
    )


def _person(who: Identity | None, t: Spoken) -> dict[str, object]:
    """Who it is, in the units of the desks; nothing where the reader sees no identity."""
    if who is None:
        return {"who": None, "description": None, "tall": None, "weight_lb": None}
    tall = height(who.height_cm) if who.height_cm else None
    return {"who": who, "description": looks(who, t), "tall": tall, "weight_lb": pounds(who)}


def _may(by: By) -> dict[str, bool]:
    """What the reader's duty lets them do on the page, besides the steps."""
    return {
        "may_hold": by.role in custody.MAY_HOLD,
        "may_book": by.role in MAY_BOOK,
        "may_protect": by.role in MAY_PROTECT,
        "may_ask_bail": by.role in arraignment.POSITIONS,
        "may_link": by.role in identity.MAY_LINK,
        "may_move": by.role in MOVES,
        "may_assign": by.role in assigning.MAY_ASSIGN,
    }


def _apart(by: By, seen: Page) -> list[tuple[str, str, str, str]]:
    """The stores apart of an arrest: address, words, how many, and how it opens: by a duty or by break-glass."""
    counted = f"({seen.identity.complainants})" if seen.identity else ""
    stores = [(Opened.INTERVIEW, "Pretrial interview", ""), (Opened.PROTECTED, "Protected persons", counted)]
    found = [("care", "Care record", "", "read")] if by.role in READERS["care"] else []
    found += [("consular", "Consular request", "", "read")] if by.role in READERS["consular"] else []
    for part, words, count in stores:
        if by.role in READERS[part.value]:
            found.append((part.value, words, count, "read"))
        elif by.role in MAY_ASK[part]:
            found.append((part.value, words, count, "glass"))
    if by.role in MAY_ASK[Opened.ARREST] and seen.opening is None:
        found.append((Opened.ARREST.value, "What your duty does not show", "", "glass"))
    return found


def _decided(seen: Page) -> list[tuple[str, str]]:
    """The grade of each charge that the District Attorney decided, and how."""
    decided = [stages[Stage.DISTRICT_ATTORNEY] for stages in seen.charges.values() if Stage.DISTRICT_ATTORNEY in stages]
    return [(row.grade, row.decision) for row in decided]


def _charge_rows(seen: Page) -> list[dict[str, object]]:
    """Each charge with its title, the three classifications, and the grades that it may have."""
    rows: list[dict[str, object]] = []
    for charge, stages in seen.charges.items():
        attorney = stages.get(Stage.DISTRICT_ATTORNEY)
        newest = stages.get(Stage.COURT) or attorney or stages[Stage.POLICE]
        offence = find(Statute.parse(newest.statute))
        rows.append(
            {
                "id": charge,
                "title": offence.short_title,
                "statute": newest.statute,
                "grade": newest.grade,
                "grades": [grade.value for grade in offence.grades if grade.value],
                "counts": newest.counts,
                "police": stages.get(Stage.POLICE),
                "attorney": attorney,
                "charged": attorney is not None and attorney.decision in STANDING_DECISIONS,
                "court": stages.get(Stage.COURT),
                "open": Stage.POLICE in stages and stages[Stage.POLICE].decision != Decision.REFUSED.value,
            }
        )
    return rows


@router.post("/arrests/{arrest_id}/steps/{name}")
def take(request: Request, by: Asking, fields: PostedFields, arrest_id: UUID, name: str) -> Response:
    """Take a step from the page. A refusal shows the page again with what was typed."""
    store = request.app.state.store
    try:
        step = step_named(name)
        taken = life.take(
            store,
            by,
            arrest_id,
            name,
            given_to(step, fields),
            at=instant(fields, "happened_on", "happened_at"),
            version=whole(fields, "version", "the version of the arrest"),
        )
    except (NotThere, NotAllowed):
        raise
    except ParsError as refusal:
        return shown(request, arrest_id, fields, error=refusal, at_step=name)
    return done(request, arrest_id, fields, notice=_KEYS.get(taken.warning or ""))


def done(request: Request, arrest_id: UUID, fields: Fields, notice: str | None = None) -> Response:
    """Back to the arrest; the half-typed form is forgotten, and a warning goes along when the text needs one."""
    store, by = request.app.state.store, request.state.signed.by
    drafts.done(store, by, f"/arrests/{arrest_id}")
    if any(status_words(value) for name, value in fields.items() if name not in UNSCANNED):
        notice = "words"
        warn(store, by)
    return RedirectResponse(f"/arrests/{arrest_id}" + (f"?notice={notice}" if notice else ""), 303)


@router.post("/arrests/{arrest_id}/photo")
def add_photo(request: Request, by: Asking, form: Posted, fields: PostedFields, arrest_id: UUID) -> Response:
    """Keep a photograph."""
    given = form.get("photo")
    try:
        belongings.add_photo(
            request.app.state.store,
            by,
            arrest_id,
            b"" if given is None or isinstance(given, str) else given.file.read(),
        )
    except (BadInput, TooLarge) as refusal:
        return shown(request, arrest_id, fields, error=refusal, at_step="photo")
    return done(request, arrest_id, fields)


@router.post("/arrests/{arrest_id}/prints-file")
def read_prints(request: Request, by: Asking, form: Posted, fields: PostedFields, arrest_id: UUID) -> Response:
    """Take the prints as a scanner's file says; all of it but the list that is kept is dropped."""
    given = form.get("file")
    file = b"" if given is None or isinstance(given, str) else given.file.read()
    try:
        attached = prints.attach(
            request.app.state.store, by, arrest_id, file, version=whole(fields, "version", "the version of the arrest")
        )
    except (NotThere, NotAllowed):
        raise
    except ParsError as refusal:
        return shown(request, arrest_id, fields, error=refusal, at_step="prints-file")
    notice = "otn" if attached.taken.warning else "prints" if attached.left_out else None
    return done(request, arrest_id, fields, notice=notice)


@router.get("/arrests/{arrest_id}/interview")
def interview(request: Request, _: Asking, arrest_id: UUID) -> Response:
    """The pretrial interview, for the readers of Rule 530 alone."""
    return _interview(request, arrest_id, {})


@router.post("/arrests/{arrest_id}/interview")
def interview_because(request: Request, fields: PostedFields, arrest_id: UUID) -> Response:
    """The same, outside the reader's own queue, with the reason that was typed."""
    return _interview(request, arrest_id, fields)


def _interview(request: Request, arrest_id: UUID, typed: Fields) -> Response:
    held = _store_apart(request, disclosure.open_interview, arrest_id, typed)
    if isinstance(held, Response):
        return held
    answers = [disclosure.read_sealed(one, Interview) for one in held]
    return page(request, "interview.html", title="Pretrial interview", interviews=answers, arrest_id=arrest_id)


@router.get("/arrests/{arrest_id}/protected")
def protected(request: Request, _: Asking, arrest_id: UUID) -> Response:
    """Victims and witnesses, for those who investigate and prosecute."""
    return _protected(request, arrest_id, {})


@router.post("/arrests/{arrest_id}/protected")
def protected_because(request: Request, fields: PostedFields, arrest_id: UUID) -> Response:
    """The same, outside the reader's own queue, with the reason that was typed."""
    return _protected(request, arrest_id, fields)


def _protected(request: Request, arrest_id: UUID, typed: Fields) -> Response:
    held = _store_apart(request, disclosure.open_protected, arrest_id, typed)
    if isinstance(held, Response):
        return held
    people = [disclosure.read_sealed(one, ProtectedPerson) for one in held]
    return page(request, "protected.html", title="Protected persons", people=people, arrest_id=arrest_id)


def _store_apart(
    request: Request, read: Callable[..., list[Sealed]], arrest_id: UUID, typed: Fields
) -> list[Sealed] | Response:
    """What a store of its own holds of an arrest; or the page that asks why; or the refusal, with the way out of it."""
    store, by = request.app.state.store, request.state.signed.by
    try:
        return read(store, by, arrest_id, why=typed.get("why") or None)
    except NotAllowed as refusal:
        if refusal.code == "say-why":
            return ask_why(request, refusal, typed)
        part = Opened(request.url.path.rpartition("/")[2])
        if refusal.code != "no-duty" or by.role not in MAY_ASK[part]:
            raise
        glass = f"/break-glass/{part.value}/{arrest_id}"
        return page(request, "problem.html", 403, error=refusal, title=problem(refusal)["title"], glass=glass)


@router.post("/arrests/{arrest_id}/{verb}")
def write(request: Request, _: Asking, fields: PostedFields, arrest_id: UUID, verb: str) -> Response:
    """The smaller acts of an arrest's page: each by its name in the address."""
    if verb not in SMALL_ACTS:
        raise NotThere("there is nothing by that address")
    try:
        said = SMALL_ACTS[verb](request, arrest_id, fields)
    except (NotThere, NotAllowed):
        raise
    except ParsError as refusal:
        return shown(request, arrest_id, fields, error=refusal, at_step=verb)
    return done(request, arrest_id, fields, notice=_KEYS.get(said or ""))


@router.post("/arrests/{arrest_id}/papers/{kind}")
def print_paper(request: Request, by: Asking, fields: PostedFields, arrest_id: UUID, kind: str) -> Response:
    """Print a paper as PDF, in the language that was chosen for it or that of the pages."""
    language = fields.get("language", "")
    wanted = Language(language if language in set(Language) else language_of(request))
    large = fields.get("large") == "yes"
    return issue(Where.of(request), by, arrest_id, kind, wanted, why=fields.get("why") or None, large=large)
