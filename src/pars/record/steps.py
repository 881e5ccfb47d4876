"""The table of steps: who may take each, from where, with which answers, and what it changes.

Sources: findings of practitioners (N…, in docs/practice.md) and the rules that each row names (234 Pa. Code unless said
otherwise). A rule cited here is a setting of this table, not legal advice.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from pars.errors import NotThere
from pars.record.arrest import (
    IN_CUSTODY,
    Ask,
    AskKind,
    Change,
    Charging,
    Court,
    Custody,
    Exit,
    Paper,
    States,
    Step,
)
from pars.record.roles import Role

OFFICER, DETECTIVE = Role.OFFICER, Role.DETECTIVE
POLICE_SUPERVISOR, DETENTION, CUSTODY_SUPERVISOR = (
    Role.POLICE_SUPERVISOR,
    Role.DETENTION_OFFICER,
    Role.CUSTODY_SUPERVISOR,
)
ATTORNEY, CHARGING_SUPERVISOR = Role.CHARGING_ATTORNEY, Role.CHARGING_SUPERVISOR
INTERVIEWER, MAGISTRATE, CLERK = Role.INTERVIEWER, Role.MAGISTRATE, Role.CLERK

DESK = (OFFICER, DETENTION, CUSTODY_SUPERVISOR, POLICE_SUPERVISOR)
CELLS = (DETENTION, CUSTODY_SUPERVISOR)

ARRIVING = frozenset({Custody.ARRESTED, Custody.IN_TRANSIT, Custody.AT_HOSPITAL, Custody.AT_EVALUATION})
KEPT = IN_CUSTODY - {Custody.RELEASE_OWED}
BEFORE_COURT = frozenset({Court.NOT_LISTED, Court.LISTED})
UNDECIDED = frozenset({Charging.WAITING, Charging.SUBMITTED, Charging.RETURNED})
COMPLAINT_READY = frozenset({Charging.CERTIFIED, Charging.NOT_NEEDED})
LATE_CHARGING = UNDECIDED | {Charging.CHARGED}
NOT_DECLINED = frozenset(Charging) - {Charging.DECLINED}
ALIVE = frozenset(Custody) - {Custody.DIED}
OPEN_PAPER = frozenset({Paper.PENDING, Paper.REFUSED, Paper.NOT_POSSIBLE})

REASON = Ask("reason", "Reason", AskKind.NARRATIVE)
NOTE = Ask("note", "Note", AskKind.NARRATIVE, required=False)
PRINTS_ASKS = (
    Ask("otn", "Offense tracking number (OTN)", required=False),
    Ask("sid", "State identification number (SID)", required=False),
    Ask("pid", "Police person number (PID) that prints found", required=False),
    Ask("match", "What the search came to", AskKind.CHOICE, required=False, choices=("identified", "not-identified")),
    Ask("quality", "Quality of the prints, 0 to 100", required=False),
    Ask("transaction", "Number of the scanner's transaction", required=False),
)
ARRAIGN_ASKS = (
    Ask("probable_cause", "Probable cause found", AskKind.YES_NO),
    Ask("counsel_heard", "Counsel heard in private", AskKind.YES_NO),
    Ask("counsel_reason", "Why counsel was not heard in private", AskKind.NARRATIVE, required=False),
    Ask("bail", "Bail order", AskKind.FORM, required=False),
    Ask("next_date", "Next date", AskKind.DATE, required=False),
    Ask("next_reason", "Why another date than the rule gives", AskKind.NARRATIVE, required=False),
    Ask("parent_told", "Parent or guardian told of this arraignment", AskKind.YES_NO, required=False),
    Ask("parent_notice", "Who was told and how, or why nobody was", AskKind.NARRATIVE, required=False),
)
ARRAIGN_OUTCOMES: Mapping[str, Change] = {
    "released": {"custody": Custody.RELEASE_OWED},
    "held-on-bail": {"custody": Custody.HELD_ON_BAIL},
    "no-probable-cause": {"custody": Custody.RELEASE_OWED, "exit": Exit.NO_PROBABLE_CAUSE},
}


def _of(*states: StrEnum) -> States:
    return frozenset(states)


def _exit(  # noqa: PLR0913 - one row of the table has this many cells
    name: str,
    label: str,
    takes: tuple[Role, ...],
    to: Change,
    does: str,
    source: str,
    *,
    when: Mapping[str, States],
    asks: tuple[Ask, ...] = (REASON,),
) -> Step:
    return Step(name, label, frozenset(takes), {"exit": _of(Exit.NONE), **when}, to, does, source, asks)


def _step(  # noqa: PLR0913 - one row of the table has this many cells
    name: str,
    label: str,
    takes: tuple[Role, ...],
    when: Mapping[str, States],
    to: Change,
    does: str,
    source: str,
    *asks: Ask,
    outcomes: Mapping[str, Change] | None = None,
) -> Step:
    return Step(name, label, frozenset(takes), when, to, does, source, asks, outcomes)


_CUSTODY = (
    _step(
        "transport",
        "Transport",
        (OFFICER, DETENTION),
        {"custody": _of(Custody.ARRESTED, Custody.BOOKED)},
        {"custody": Custody.IN_TRANSIT},
        "the person is on the way to a site",
        "practice of the desks",
        Ask("vehicle", "Wagon or car", required=False),
        NOTE,
    ),
    _step(
        "arrive-hospital",
        "Arrival at hospital",
        DESK,
        {"custody": _of(Custody.ARRESTED, Custody.IN_TRANSIT, Custody.BOOKED, Custody.HELD_ON_BAIL)},
        {"custody": Custody.AT_HOSPITAL},
        "joins the hospital queue; the clock keeps running",
        "practice of the desks",
        Ask("hospital", "Hospital"),
        NOTE,
    ),
    _step(
        "leave-hospital",
        "Leaving hospital",
        DESK,
        {"custody": _of(Custody.AT_HOSPITAL)},
        {"custody": Custody.IN_TRANSIT},
        "leaves the hospital queue",
        "practice of the desks",
        NOTE,
    ),
    _step(
        "begin-evaluation",
        "Mental-health evaluation",
        DESK,
        {"custody": _of(Custody.ARRESTED, Custody.IN_TRANSIT, Custody.BOOKED)},
        {"custody": Custody.AT_EVALUATION},
        "involuntary examination; the clock keeps running",
        "N17",
        Ask("place", "Where"),
        NOTE,
    ),
    _step(
        "end-evaluation",
        "Return from evaluation",
        DESK,
        {"custody": _of(Custody.AT_EVALUATION)},
        {"custody": Custody.IN_TRANSIT},
        "back to the site",
        "N17",
        NOTE,
    ),
    _step(
        "book",
        "Booking",
        DESK,
        {"custody": ARRIVING},
        {"custody": Custody.BOOKED},
        "the person is at a booking site; a name used or “name unknown” is on the sheet",
        "practice of the desks",
        Ask("site", "Site"),
        Ask("cell", "Cell", required=False),
        NOTE,
    ),
    _step(
        "owe-release",
        "Release ordered",
        (POLICE_SUPERVISOR, CUSTODY_SUPERVISOR, CLERK, MAGISTRATE),
        {"custody": KEPT},
        {"custody": Custody.RELEASE_OWED},
        "a release order stands; the release clock starts",
        "N1, N3",
        REASON,
    ),
    _step(
        "post-bail",
        "Bail posted",
        (CLERK,),
        {"custody": KEPT, "court": frozenset(Court) - BEFORE_COURT},
        {"custody": Custody.RELEASE_OWED},
        "bail is posted; the release clock starts",
        "Rule 528; N3, N16",
        Ask("amount_usd", "Amount posted in dollars", AskKind.MONEY),
        Ask("security", "Security", AskKind.CHOICE, choices=("cash", "card", "surety", "realty")),
        Ask("surety", "Who posted it", required=False),
    ),
    _step(
        "commit",
        "Commitment",
        CELLS,
        {"custody": _of(Custody.HELD_ON_BAIL, Custody.BOOKED), "court": frozenset(Court) - BEFORE_COURT},
        {"custody": Custody.COMMITTED},
        "the person is handed to the prison with the commitment",
        "practice of the desks",
        Ask("facility", "Facility"),
        Ask("received_by", "Received by"),
    ),
    _step(
        "sign-out",
        "Signing out",
        CELLS,
        {"custody": _of(Custody.RELEASE_OWED)},
        {"custody": Custody.RELEASED},
        "the door opens; the release clock stops",
        "N3",
        Ask("opened_by", "Badge of who opened the door", AskKind.BADGE),
        Ask("property_returned", "Property returned against receipt", AskKind.YES_NO),
        Ask("papers_given", "Papers given"),
    ),
)

_PRINTS = (
    _step(
        "take-prints",
        "Prints taken",
        DESK,
        {"prints": OPEN_PAPER, "custody": IN_CUSTODY},
        {"prints": Paper.DONE},
        "prints are taken; a PID found by prints links the person",
        "18 Pa.C.S. 9112; N1",
        *PRINTS_ASKS,
    ),
    _step(
        "refuse-prints",
        "Prints refused",
        DESK,
        {"prints": _of(Paper.PENDING, Paper.NOT_POSSIBLE), "custody": IN_CUSTODY},
        {"prints": Paper.REFUSED},
        "identity stays unconfirmed; nothing else waits",
        "N1",
        REASON,
    ),
    _step(
        "prints-not-possible",
        "Prints not possible",
        DESK,
        {"prints": _of(Paper.PENDING, Paper.REFUSED)},
        {"prints": Paper.NOT_POSSIBLE},
        "identity stays unconfirmed; nothing else waits",
        "N1",
        REASON,
    ),
)

_REPORT = (
    _step(
        "write-report",
        "Arrest report",
        (OFFICER, DETECTIVE),
        {"report": frozenset(Paper) - {Paper.DONE}, "exit": _of(Exit.NONE, Exit.PENDING_INVESTIGATION)},
        {"report": Paper.WRITTEN},
        "facts and recommended charges go to the supervisor",
        "practice of the desks",
        Ask("facts", "Facts", AskKind.NARRATIVE),
        Ask("charges", "Recommended charges", AskKind.FORM),
    ),
    _step(
        "send-back-report",
        "Report sent back",
        (POLICE_SUPERVISOR,),
        {"report": _of(Paper.WRITTEN)},
        {"report": Paper.PENDING},
        "the writer is told what is missing",
        "practice of the desks",
        REASON,
    ),
    _step(
        "approve-report",
        "Report approved",
        (POLICE_SUPERVISOR,),
        {"report": _of(Paper.WRITTEN), "charging": _of(Charging.WAITING, Charging.RETURNED)},
        {"report": Paper.DONE, "charging": Charging.SUBMITTED},
        "the report goes to the charging unit",
        "practice of the desks",
        NOTE,
    ),
    _step(
        "report-not-possible",
        "Report not possible",
        (POLICE_SUPERVISOR,),
        {"report": _of(Paper.PENDING)},
        {"report": Paper.NOT_POSSIBLE},
        "the charging unit or the supervisor decides without it",
        "N1",
        REASON,
    ),
)

_CHARGING = (
    _step(
        "return",
        "Returned with a question",
        (ATTORNEY, CHARGING_SUPERVISOR),
        {"charging": _of(Charging.SUBMITTED)},
        {"charging": Charging.RETURNED},
        "police answer; the clock keeps running",
        "practice of the desks",
        Ask("question", "Question", AskKind.NARRATIVE),
    ),
    _step(
        "answer",
        "Question answered",
        (DETECTIVE, OFFICER, POLICE_SUPERVISOR),
        {"charging": _of(Charging.RETURNED)},
        {"charging": Charging.SUBMITTED},
        "back in the charging unit's queue",
        "practice of the desks",
        Ask("answer", "Answer", AskKind.NARRATIVE),
    ),
    _step(
        "charge",
        "Charging decision",
        (ATTORNEY, CHARGING_SUPERVISOR),
        {"charging": _of(Charging.SUBMITTED)},
        {"charging": Charging.CHARGED},
        "each charge is approved, modified, refused or added, with reasons",
        "Rule 507",
        Ask("decisions", "Decision on each charge", AskKind.FORM),
    ),
    _step(
        "decline",
        "Declined in full",
        (ATTORNEY, CHARGING_SUPERVISOR),
        {"charging": _of(Charging.SUBMITTED, Charging.RETURNED)},
        {"charging": Charging.DECLINED, "custody": Custody.RELEASE_OWED, "exit": Exit.DECLINED},
        "release is owed at once; partners no longer see the arrest",
        "N3",
        REASON,
    ),
    _step(
        "review-decline",
        "Declined charge reviewed",
        (CHARGING_SUPERVISOR,),
        {"charging": _of(Charging.DECLINED)},
        {"charging": Charging.SUBMITTED, "exit": Exit.NONE},
        "reopened at the police's request; the person does not wait in custody for it",
        "N17",
        REASON,
    ),
    _step(
        "certify",
        "Complaint certified",
        (MAGISTRATE, CLERK),
        {"charging": _of(Charging.CHARGED)},
        {"charging": Charging.CERTIFIED},
        "the issuing authority certifies the complaint",
        "Rules 508, 1003(B); N22",
        Ask("verified", "The affiant has verified and signed", AskKind.YES_NO),
        NOTE,
    ),
)

_INTERVIEW = (
    _step(
        "interview",
        "Interview held",
        (INTERVIEWER,),
        {"interview": OPEN_PAPER},
        {"interview": Paper.DONE},
        "the pretrial interview is kept in a store of its own",
        "Rules 523, 530",
        Ask("form", "Interview", AskKind.FORM),
    ),
    _step(
        "refuse-interview",
        "Interview refused",
        (INTERVIEWER,),
        {"interview": _of(Paper.PENDING, Paper.NOT_POSSIBLE)},
        {"interview": Paper.REFUSED},
        "nothing waits for it",
        "N1",
        REASON,
    ),
    _step(
        "interview-not-possible",
        "Interview not possible",
        (INTERVIEWER,),
        {"interview": _of(Paper.PENDING, Paper.REFUSED)},
        {"interview": Paper.NOT_POSSIBLE},
        "nothing waits for it",
        "N1",
        REASON,
    ),
)

_COURT = (
    _step(
        "list",
        "Listed",
        (CLERK, MAGISTRATE),
        {"court": _of(Court.NOT_LISTED), "charging": COMPLAINT_READY},
        {"court": Court.LISTED},
        "on the list of a session; prints, interview and report may still be open",
        "Rule 1003; N1",
        Ask("session", "Session"),
        Ask("video_site", "Video site", required=False),
        Ask("interpreter", "Interpreter for", required=False),
    ),
    _step(
        "list-at-limit",
        "Listed at the limit",
        (CLERK, MAGISTRATE, POLICE_SUPERVISOR, CUSTODY_SUPERVISOR),
        {"court": _of(Court.NOT_LISTED), "charging": LATE_CHARGING, "custody": KEPT},
        {"court": Court.LISTED},
        "listed without a complaint because the legal limit is near; the sheet names what is missing",
        "N1",
        REASON,
    ),
    _step(
        "unlist",
        "Taken off the list",
        (CLERK,),
        {"court": _of(Court.LISTED)},
        {"court": Court.NOT_LISTED},
        "off the list, with the reason",
        "practice of the desks",
        REASON,
    ),
    _step(
        "arraign",
        "Preliminary arraignment",
        (MAGISTRATE,),
        {
            "court": _of(Court.LISTED),
            "custody": frozenset(Custody) - {Custody.AT_HOSPITAL, Custody.DIED},
            "charging": NOT_DECLINED,
        },
        {"court": Court.ARRAIGNED},
        "no probable cause means release; otherwise bail and the next date",
        "Rules 540, 1003(D)",
        *ARRAIGN_ASKS,
        outcomes=ARRAIGN_OUTCOMES,
    ),
    _step(
        "arraign-at-bedside",
        "Bedside arraignment",
        (MAGISTRATE,),
        {"court": _of(Court.LISTED), "custody": _of(Custody.AT_HOSPITAL), "charging": NOT_DECLINED},
        {"court": Court.ARRAIGNED},
        "as a preliminary arraignment, held at the hospital",
        "N17; Rule 540",
        *ARRAIGN_ASKS,
        outcomes=ARRAIGN_OUTCOMES,
    ),
    _step(
        "review-bail",
        "Early bail review",
        (MAGISTRATE,),
        {"court": _of(Court.ARRAIGNED, Court.DOCKETED), "custody": _of(Custody.HELD_ON_BAIL, Custody.COMMITTED)},
        {},
        "bail stands or is changed, with reasons; whoever it holds no more is owed their release",
        "Rule 529; N16, N23",
        Ask("reasons", "Reasons in writing", AskKind.NARRATIVE),
        Ask("bail", "Bail from now on", AskKind.FORM, required=False),
        outcomes={"bail-stands": {}, "bail-changed": {}, "released": {"custody": Custody.RELEASE_OWED}},
    ),
    _step(
        "extend-commitment",
        "Commitment of a fugitive extended",
        (MAGISTRATE,),
        {
            "exit": _of(Exit.FUGITIVE),
            "court": _of(Court.ARRAIGNED, Court.DOCKETED),
            "custody": _of(Custody.BOOKED, Custody.HELD_ON_BAIL, Custody.COMMITTED),
        },
        {},
        "once, by at most 60 days, while the governor's warrant is awaited; its clock runs on",
        "42 Pa.C.S. 9138; N17; V8",
        Ask("days", "Days by which it is extended, at most 60", AskKind.NUMBER),
        REASON,
    ),
    _step(
        "docket",
        "Docket number issued",
        (CLERK,),
        {"court": _of(Court.ARRAIGNED)},
        {"court": Court.DOCKETED},
        "the court's system has opened the case",
        "N8",
        Ask("docket_number", "Docket number"),
    ),
    _step(
        "decide",
        "Case decided",
        (CLERK,),
        {"court": _of(Court.DOCKETED)},
        {"court": Court.DECIDED},
        "the disposition of each charge returns",
        "practice of the desks",
        Ask("dispositions", "Disposition of each charge", AskKind.FORM),
    ),
)

_BEFORE = {"charging": UNDECIDED, "court": _of(Court.NOT_LISTED), "custody": KEPT}
_RELEASE: Change = {"custody": Custody.RELEASE_OWED}

_EXITS = (
    _exit(
        "release-by-police",
        "Release by police",
        (POLICE_SUPERVISOR,),
        {**_RELEASE, "exit": Exit.RELEASED_BY_POLICE},
        "all conditions of Rule 519(B) asked one by one; never after a domestic arrest; complaint due in 5 days",
        "Rule 519(B); 18 Pa.C.S. 2711(c); N4",
        when=_BEFORE,
        asks=(Ask("conditions", "Conditions of Rule 519(B)", AskKind.FORM),),
    ),
    _exit(
        "issue-summons",
        "Summoned or cited",
        (POLICE_SUPERVISOR,),
        {"custody": Custody.RELEASED, "exit": Exit.RELEASED_BY_POLICE},
        "the person was summoned or cited where they were met and never kept: no release is owed, no door opens",
        "Rules 405, 509, 519(B); NIBRS type of arrest S",
        # Only who was never moved, at no site and before any paper: whoever was brought in goes by release-by-police.
        when={**_BEFORE, "custody": _of(Custody.ARRESTED), "charging": _of(Charging.WAITING)},
    ),
    Step(
        "charge-by-summons",
        "Charged by summons",
        frozenset({ATTORNEY, CHARGING_SUPERVISOR}),
        {"exit": _of(Exit.RELEASED_BY_POLICE)},
        {"exit": Exit.CHARGED_BY_SUMMONS, "charging": Charging.CHARGED},
        "after release by police, within 5 days; a fingerprint order goes with it",
        "Rule 519(B)(2); 18 Pa.C.S. 9112(b)(2); N17",
        (NOTE,),
    ),
    _exit(
        "divert",
        "Diverted",
        (POLICE_SUPERVISOR,),
        {**_RELEASE, "exit": Exit.DIVERTED},
        "police-assisted diversion before charge: no case, nothing to partners",
        "N17; V23",
        when=_BEFORE,
    ),
    _exit(
        "release-pending-investigation",
        "Released pending investigation",
        (POLICE_SUPERVISOR, ATTORNEY, CHARGING_SUPERVISOR),
        {**_RELEASE, "exit": Exit.PENDING_INVESTIGATION},
        "not declined: may return by warrant; no charge for any partner",
        "N17",
        when=_BEFORE,
    ),
    _exit(
        "bench-warrant-only",
        "Bench warrant only",
        (POLICE_SUPERVISOR, CLERK),
        {"exit": Exit.BENCH_WARRANT_ONLY, "charging": Charging.NOT_NEEDED},
        "own hearing; no new complaint",
        "Rule 150; N17",
        when=_BEFORE,
        asks=(Ask("warrant_number", "Warrant number"), Ask("court", "Issuing court")),
    ),
    _exit(
        "fugitive",
        "Fugitive from another state",
        (POLICE_SUPERVISOR, CLERK),
        {"exit": Exit.FUGITIVE, "charging": Charging.NOT_NEEDED},
        "30 days, then at most 60",
        "42 Pa.C.S. 9134-9138; N17",
        when=_BEFORE,
        asks=(Ask("demanding_state", "Demanding state"), Ask("warrant_number", "Warrant number", required=False)),
    ),
    _exit(
        "contempt",
        "Contempt of a protection order",
        (POLICE_SUPERVISOR, ATTORNEY),
        {"exit": Exit.CONTEMPT, "charging": Charging.NOT_NEEDED},
        "preliminary arraignment, hearing within 10 days; firearms to the sheriff",
        "23 Pa.C.S. 6113; N17",
        when=_BEFORE,
        asks=(Ask("order_number", "Number of the order"),),
    ),
    _exit(
        "transfer-juvenile",
        "Transferred to juvenile court",
        (POLICE_SUPERVISOR, CUSTODY_SUPERVISOR, CLERK),
        {"custody": Custody.TRANSFERRED, "exit": Exit.TRANSFERRED_JUVENILE},
        "to the juvenile authorities",
        "42 Pa.C.S. 6302; N12",
        when={"custody": KEPT},
    ),
    _exit(
        "transfer-jurisdiction",
        "Handed to another jurisdiction",
        (POLICE_SUPERVISOR, CUSTODY_SUPERVISOR),
        {"custody": Custody.TRANSFERRED, "exit": Exit.OTHER_JURISDICTION},
        "only on a document that a judge signed",
        "N2, N17",
        when={"custody": KEPT},
        asks=(Ask("authority", "Court or authority"), Ask("warrant_number", "Number of the judge's warrant")),
    ),
    _exit(
        "not-the-person",
        "Not the person sought",
        (POLICE_SUPERVISOR, CUSTODY_SUPERVISOR, MAGISTRATE),
        {**_RELEASE, "exit": Exit.NOT_THE_PERSON},
        "custody ends at once; the name is marked as used by another",
        "N19",
        when={"custody": IN_CUSTODY},
    ),
    Step(
        "die",
        "Death in custody",
        frozenset({CUSTODY_SUPERVISOR, POLICE_SUPERVISOR}),
        {"custody": IN_CUSTODY},
        {"custody": Custody.DIED, "exit": Exit.DIED},
        "the record freezes; the reports owed begin",
        "N11",
        (REASON,),
    ),
)


def _of_the_living(step: Step) -> Step:
    """A death freezes the record (N11): no step follows it."""
    return replace(step, when={**step.when, "custody": step.when.get("custody", ALIVE) & ALIVE})


STEPS: Mapping[str, Step] = {
    step.name: _of_the_living(step)
    for step in (*_CUSTODY, *_PRINTS, *_REPORT, *_CHARGING, *_INTERVIEW, *_COURT, *_EXITS)
}
"""Every step by name, in the order in which a night takes them."""


def step_named(name: str) -> Step:
    """The step of that name, refused when the table has none."""
    try:
        return STEPS[name]
    except KeyError:
        raise NotThere("there is no such step; the names stand in docs/arrest-stages.md", code="no-such-step") from None
