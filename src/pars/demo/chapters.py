"""The chapters of an arrest: arrival, papers, charging, court, the door, and each way out beside the main line."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from pars.actions.arraignment import BailGiven
from pars.actions.booking import NewArrest
from pars.actions.custody import HoldGiven
from pars.actions.person_given import PersonGiven
from pars.actions.reporting import ProtectedPerson
from pars.demo import incidents
from pars.demo.cast import PARTS, PRISON, site_of
from pars.demo.incidents import Charged, Incident
from pars.demo.names import Numbers, People
from pars.demo.story import LIFT_HOLDS, Sheet, session_for
from pars.record.bail import BailOrder, BailSettings, BailType, deposit_usd
from pars.record.offences import Grade
from pars.record.roles import Role

AFFIANTS = [(part.full_name, part.badge or "") for part in PARTS if part.role in {Role.OFFICER, Role.DETECTIVE}]
DOORS = [part.badge or "" for part in PARTS if part.role is Role.DETENTION_OFFICER]
OWED = frozenset({BailType.ROR, BailType.NONMONETARY, BailType.UNSECURED, BailType.NOMINAL})
"""Bail after which a release is owed at once."""

QUESTIONS = (
    ("Is there a recording of the counter at that hour?", "Yes; the manager has copied it, item 2 on the receipt."),
    ("Who saw the hand-over, and from how far?", "Officer Two, from the doorway across the street, about 10 meters."),
    ("What was the value, and how is it known?", "The price tags add up to $412; photographs are attached."),
    ("Was the complainant seen by a medic?", "Yes, at the scene; nobody was taken to hospital."),
)
REFUSED = ("The evidence does not support this charge.", "It merges with the lead charge.")
MODIFIED = ("The value shown supports this grade only.", "The facts as written support the lesser grade.")
DECLINED = ("The evidence is insufficient: no witness can identify the person.", "The stop is not supported.")
HOLDS = (
    ("bench-warrant", "Municipal Court"),
    ("probation-detainer", "Court of Common Pleas"),
    ("other-county", "Example County Court"),
)
RESIDENCES = ("with family, rents", "alone, rents", "with a friend for now", "a shelter", "owns with partner")
WORK = ("warehouse, full time", "none at present", "restaurant, evenings", "day labor", "home care, part time")


class Chapters:
    """Writes one arrest onto its sheet, chapter by chapter."""

    def __init__(
        self,
        sheet: Sheet,
        numbers: Numbers,
        people: People,
        arrest: NewArrest,
        who: PersonGiven,
        incident: Incident,
        charges: Sequence[Charged],
    ) -> None:
        """`who` is the person as it turns out later; `arrest` says what is known at first."""
        self.sheet = sheet
        self.numbers = numbers
        self.people = people
        self.arrest = arrest
        self.who = who
        self.incident = incident
        self.charges = list(charges)
        self.random = sheet.random
        self.facts = incident.facts.format(place=arrest.place)
        self.booked = arrest.arrested_at

    # arrival

    def recorded(self) -> None:
        """The arrest is written down: by radio from the street, or at the desk."""
        role = Role.OFFICER if self.sheet.chance(0.7) else Role.DETENTION_OFFICER
        self.booked = self.sheet.put(self.later(self.arrest.arrested_at, 2, 11), role, "record", self.arrest)

    def arrives(self) -> None:
        """Transport, booking, and the papers that begin there."""
        wagon = {"vehicle": f"Wagon {self.random.randrange(1, 30)}"}
        driven = self.sheet.put(self.later(self.booked, 2, 12), Role.OFFICER, "transport", wagon)
        self.book(self.later(driven, 15, 60))
        self.prints()
        self.interview()
        if self.sheet.chance(0.04):
            self._hold()

    def book(self, at: datetime) -> None:
        """Booked at the cells of the district, from then on."""
        cell = f"{self.random.choice('ABC')}-{self.random.randrange(1, 25)}"
        site = self.arrest.site or site_of("18")
        self.booked = self.sheet.put(at, Role.DETENTION_OFFICER, "book", {"site": site, "cell": cell})

    def prints(self) -> None:
        """Prints taken, refused or not possible; after a refusal often taken later."""
        at = self.later(self.booked, 8, 70)
        taken = {"otn": self.numbers.otn()}
        if self.who.pid and self.sheet.chance(0.85):
            taken |= {"pid": self.who.pid, "sid": self.numbers.sid(self.who.pid)}
        if self.sheet.chance(0.06):
            reason = {"reason": "Hands kept closed; asked twice."}
            at = self.sheet.put(at, Role.DETENTION_OFFICER, "refuse-prints", reason)
        elif self.sheet.chance(0.04):
            reason = {"reason": "The scanner at this site is out of order."}
            at = self.sheet.put(at, Role.DETENTION_OFFICER, "prints-not-possible", reason)
        else:
            self.sheet.put(at, Role.DETENTION_OFFICER, "take-prints", taken)
            return
        if self.sheet.chance(0.6):
            self.sheet.put(self.later(at, 60, 200), Role.DETENTION_OFFICER, "take-prints", taken)

    def interview(self) -> None:
        """The pretrial interview held, refused or not possible."""
        at = self.later(self.booked, 60, 300)
        dice = self.random.random()
        if dice < 0.12:  # noqa: PLR2004 - an invented share
            self.sheet.put(at, Role.INTERVIEWER, "refuse-interview", {"reason": "Did not wish to speak."})
        elif dice < 0.17:  # noqa: PLR2004 - an invented share
            self.sheet.put(at, Role.INTERVIEWER, "interview-not-possible", {"reason": "Asleep; to be asked again."})
        else:
            form = {
                "residence": self.random.choice(RESIDENCES),
                "residence_months": self.random.randrange(1, 200),
                "employment": self.random.choice(WORK),
                "appearances_missed": self.random.choice((0, 0, 0, 1, 2)),
                "ability_to_pay": self.random.choice(("up to $200", "none", "family may help", "up to $1,000")),
                "recommendation": self.random.choice(("Release", "Release with reporting", "No recommendation")),
            }
            self.sheet.put(at, Role.INTERVIEWER, "interview", {"form": form})

    def _hold(self) -> None:
        at = self.later(self.booked, 20, 120)
        year = at.year
        kind, authority = self.random.choice(HOLDS)
        number = f"H-{year}-{self.random.randrange(1000, 9999)}"
        due = at + timedelta(hours=72)
        given = HoldGiven(kind, authority, number, signed_by_judge_or_authority=True, hearing_due=due)
        self.sheet.put(at, Role.CUSTODY_SUPERVISOR, "hold", given)

    # report and charging

    def reported(self, least: float = 80, most: float = 330) -> datetime:
        """The report is written, perhaps sent back once, and approved; when."""
        role = self.random.choice((Role.OFFICER, Role.DETECTIVE))
        report = {"facts": self.facts, "charges": [asdict(charge) for charge in self.charges]}
        at = self.sheet.put(self.later(self.arrest.arrested_at, least, most), role, "write-report", report)
        if self.incident.harmed and self.sheet.chance(0.6):
            self.sheet.put(self.later(at, 1, 9), Role.DETECTIVE, "protect", self._protected())
        if self.sheet.chance(0.04):
            why = {"reason": "Say which officer saw the offense and where the property is kept."}
            at = self.sheet.put(self.later(at, 10, 50), Role.POLICE_SUPERVISOR, "send-back-report", why)
            at = self.sheet.put(self.later(at, 15, 70), role, "write-report", report)
        return self.sheet.put(self.later(at, 10, 60), Role.POLICE_SUPERVISOR, "approve-report")

    def _protected(self) -> ProtectedPerson:
        return ProtectedPerson(
            self.incident.harmed,
            self.people.surname(),
            self.people.given(),
            contact=f"555-01{self.random.randrange(100):02d}",
            safe_hours=self.random.choice(("", "after 18:00", "mornings")),
            address_confidential=self.incident.family,
            family_or_household=self.incident.family,
        )

    def charged(self, submitted: datetime) -> datetime:
        """The charging decision and the certified complaint; when it was certified."""
        at = self.sheet.put(self.later(submitted, 60, 330), Role.CHARGING_ATTORNEY, "charge", self._decisions())
        return self._certified(at)

    def _certified(self, at: datetime) -> datetime:
        return self.sheet.put(self.later(at, 10, 80), Role.CLERK, "certify", {"verified": True})

    def _decisions(self) -> dict[str, object]:
        """One decision a charge, in the order of the report; ids are filled in by whoever opens the arrest."""
        decided: list[dict[str, object]] = []
        for place, charge in enumerate(self.charges):
            lesser = incidents.other_grade(self.random, charge)
            if place and self.sheet.chance(0.12):
                decided.append({"decision": "refused", "reason": self.random.choice(REFUSED), "counts": charge.counts})
            elif lesser and self.sheet.chance(0.1):
                why = self.random.choice(MODIFIED)
                decided.append({"decision": "modified", "grade": lesser, "reason": why, "counts": charge.counts})
                self.charges[place] = replace(charge, grade=lesser)
            else:
                decided.append({"decision": "approved", "counts": charge.counts})
        if self.sheet.chance(0.05):
            grade = incidents.top_grade(self.charges[:1]).value
            why = "Two people acted together, as the report says."
            decided.append({"decision": "added", "statute": "18 903", "grade": grade, "reason": why})
        name, badge = self.random.choice(AFFIANTS)
        laboratory = "laboratory" in self.facts
        form = {"charges": decided, "affiant_name": name, "affiant_badge": badge, "facts": self.facts}
        return {"decisions": {**form, "laboratory": laboratory}}

    # court and the door

    def heard(self, ready: datetime, order: BailGiven | None, *, bedside: bool = False) -> None:
        """Listed, arraigned with this order (None: no probable cause), docketed, and let out or committed."""
        listed = self._listed(self.later(max(ready, self.booked), 5, 25))
        at = self.later(max(listed, session_for(listed)), 3, 130)
        given: dict[str, object] = {"probable_cause": order is not None, "counsel_heard": True}
        if self.sheet.chance(0.08):
            given |= {"counsel_heard": False, "counsel_reason": "The line to the cell was down; heard in open court."}
        if order is not None:
            self._positions(at, order)
            given["bail"] = asdict(order)
        self.sheet.put(at, Role.MAGISTRATE, "arraign-at-bedside" if bedside else "arraign", given)
        docketed = self.later(at, 5, 45)
        self.sheet.put(docketed, Role.CLERK, "docket", {"docket_number": self.numbers.docket(at.year)})
        self.after_order(at, order)

    def _listed(self, at: datetime) -> datetime:
        given = {"interpreter": "Spanish"} if self.sheet.chance(0.06) else {}
        return self.sheet.put(at, Role.CLERK, "list", given)

    def _positions(self, at: datetime, order: BailGiven) -> None:
        if not self.sheet.chance(0.5):
            return
        lead = incidents.top_grade(self.charges) if self.charges else Grade.M1
        self.sheet.put(at - timedelta(minutes=3), Role.INTERVIEWER, "position", incidents.bail(self.random, Grade.M3))
        asked = order if self.sheet.chance(0.5) else incidents.bail(self.random, lead)
        self.sheet.put(at - timedelta(minutes=2), Role.CHARGING_ATTORNEY, "position", asked)
        self.sheet.put(at - timedelta(minutes=1), Role.DEFENDER, "position", BailGiven(BailType.ROR))

    def after_order(self, at: datetime, order: BailGiven | None) -> None:
        """What an order leads to: the door, bail posted and the door, or commitment."""
        if order is None or order.type in OWED:
            self.let_out(at)
        elif order.type is BailType.MONETARY and self.sheet.chance(0.5):
            whole = BailOrder(order.type, order.amount_usd, order.percent)
            paid = {"amount_usd": deposit_usd(whole, BailSettings()), "security": "cash", "surety": "A relative"}
            self.let_out(self.sheet.put(self.later(at, 50, 600), Role.CLERK, "post-bail", paid))
        else:
            given = {"facility": PRISON, "received_by": "Intake desk"}
            self.sheet.put(self.later(at, 180, 900), Role.DETENTION_OFFICER, "commit", given)

    def let_out(self, owed: datetime) -> None:
        """The door, some time after the release was owed; holds are lifted first."""
        at = self.later(owed, 15, 130)
        if self.sheet.last("hold") is not None:
            at = self.later(max(at, self.sheet.last("hold") or at), 60, 300)
            self.sheet.put(at - timedelta(minutes=2), Role.CUSTODY_SUPERVISOR, LIFT_HOLDS)
        papers = "Release order; bond with its conditions; notice of the next date"
        given = {"opened_by": self.random.choice(DOORS), "property_returned": True, "papers_given": papers}
        self.sheet.put(at, Role.DETENTION_OFFICER, "sign-out", given)

    def later(self, at: datetime, least: float, most: float) -> datetime:
        """Some minutes after an instant, between these two."""
        return self.sheet.after(at, least, most)

    def order(self, kind: BailType | None = None) -> BailGiven:
        """A bail order that fits the charges, or one of the kind named."""
        grade = incidents.top_grade(self.charges) if self.charges else Grade.M2
        return incidents.bail(self.random, grade, kind)

    def asked(self) -> datetime:
        """The report comes back with a question, and is answered; when."""
        question, answer = self.random.choice(QUESTIONS)
        at = self.later(self.reported(), 20, 120)
        self.sheet.put(at, Role.CHARGING_ATTORNEY, "return", {"question": question})
        return self.sheet.put(self.later(at, 20, 150), Role.DETECTIVE, "answer", {"answer": answer})

    def exit(self, role: Role, verb: str, given: Mapping[str, object]) -> datetime:
        """A way out before any charge, an hour or two after booking; when."""
        return self.sheet.put(self.later(self.booked, 45, 160), role, verb, given)
