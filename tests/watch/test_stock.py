"""Who could have been asked about: the counts are those of counting everybody anew, whatever happened before."""

from hypothesis import given
from hypothesis import strategies as st

from pars.sharing.agreement import Rows
from pars.watch.coverage import Intake
from pars.watch.lines import Attributes, Booking
from pars.watch.parameters import Level
from pars.watch.showing import HORIZON_DAYS, Showing
from pars.watch.stock import SECONDS_A_DAY, WHOLE, Counts, Drawers, Person, Stock, Stratum, Whose

TODAY = 20_700
NOON = (TODAY + 0.5) * SECONDS_A_DAY
CLASSES = ("drug", "theft")
FED: Whose = ("fed", Level.AGENCY, "")
SHERIFF: Whose = ("sheriff", Level.AGENCY, "")
CLERK: Whose = ("fed", Level.USER, "u-1")
OTHER: Whose = ("fed", Level.USER, "u-2")
LATER: Whose = ("fed", Level.COHORT, "690")
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([None, None, FED, CLERK, OTHER, LATER]),
        st.integers(0, 12),
        st.integers(0, 4),
        st.sampled_from(CLASSES),
        st.sampled_from([0, 0, 1, 40]),
    ),
    max_size=40,
)


def open_to(stock: Stock, whose: Whose, one: Person) -> tuple[int, int]:
    """Those left, by persons and by incidents."""
    return stock.open_to(whose, one)[:2]


def left(stratum: Stratum, whose: Whose) -> tuple[int, int, int]:
    drawn = stratum.drawn.get(whose, Counts())
    return (
        stratum.all.heads - drawn.heads,
        stratum.all.persons - drawn.persons,
        stratum.all.weighed - drawn.weighed,
    )


def drawn_already(whose: Whose, one: Person) -> bool:
    return "fed" in one.incident.drawn_by and whose in one.incident.drawn_by["fed"].whose("fed")


@given(EVENTS)
def test_counts_are_those_of_counting_everybody_anew(events: list[tuple[Whose | None, int, int, str, int]]) -> None:
    stock, at = Stock(), NOON
    here: dict[str, Person] = {}
    for whose, number, incident, charged, days in events:
        at += days * SECONDS_A_DAY
        name = f"p-{number}"
        if whose is None:
            said = Attributes(sex="MF"[number % 2], charge_class=charged, incident=f"i-{incident}")
            here[name] = stock.book(Booking("", name, said), at, int(at // SECONDS_A_DAY))
            here = {key: one for key, one in here.items() if one.at >= at - HORIZON_DAYS * SECONDS_A_DAY}
        elif name in here:
            for drawer in dict.fromkeys((FED, whose)):
                if not drawn_already(drawer, here[name]):
                    stock.draw(drawer, here[name])

    for stratum in {stratum for one in here.values() for stratum in one.strata}:
        for whose in (FED, CLERK, OTHER, LATER):
            heads = persons = weighed = 0
            for one in here.values():
                if stratum in one.strata and not drawn_already(whose, one):
                    together = sum(other.incident is one.incident for other in here.values())
                    heads, persons = heads + 1, persons + one.unit
                    weighed += one.unit * (WHOLE // together)
            assert left(stratum, whose) == (heads, persons, weighed)
        assert all(counts.heads for counts in stratum.drawn.values())  # nothing is kept of accounts that left
    assert all(stock.person(name) is one for name, one in here.items())


def test_who_joins_a_drawn_incident_is_no_draw_either() -> None:
    stock = Stock()
    said = Attributes(sex="M", charge_class="drug", incident="i-1")
    stock.draw(FED, stock.book(Booking("", "p-1", said), NOON, TODAY))

    late = stock.book(Booking("", "p-2", said), NOON, TODAY)

    assert open_to(stock, FED, late) == (0, 0)
    assert open_to(stock, SHERIFF, late) == (late.strata[0].all.persons, late.strata[0].all.weighed)


def test_whom_one_account_has_drawn_another_can_still_draw() -> None:
    stock = Stock()
    one = stock.book(Booking("", "p-1", Attributes(sex="M", charge_class="drug")), NOON, TODAY)

    stock.draw(FED, one)
    stock.draw(CLERK, one)

    assert [open_to(stock, whose, one) for whose in (FED, CLERK, OTHER, LATER)] == [
        (0, 0), (0, 0), (one.unit, one.unit * WHOLE), (one.unit, one.unit * WHOLE)
    ]  # fmt: skip


def test_people_whom_other_purposes_show_are_not_compared() -> None:
    rows = {"fugitive": Rows(district=("12",)), "prosecution": Rows(charge_class=("drug",))}
    stock = Stock(Showing(rows))

    strata = [
        stock.book(
            Booking("", f"p-{place}", Attributes(charge_class=charged, neighbourhood=place)), NOON, TODAY
        ).strata[0]
        for place, charged in (("12", "drug"), ("7", "drug"), ("7", "drug"), ("12", "drug"))
    ]

    assert strata[0] is strata[3]
    assert strata[0] is not strata[1]
    assert strata[1] is strata[2]


GRADED = {"felonies": Rows(charge_class=("felony",))}
FELONY, MISDEMEANOR = "felony/13", "misdemeanor/13"


def arrested(stock: Stock, name: str, charged: str, *, incident: str = "i-1", at: float = NOON) -> Person:
    """Somebody is booked, or booked again."""
    said = Attributes(sex="M", charge_class=charged, incident=incident)
    return stock.book(Booking("", name, said), at, int(at // SECONDS_A_DAY))


def test_who_differs_in_grade_alone_is_compared_only_where_an_agreement_shows_both() -> None:
    narrow, wide = Stock(Showing(GRADED)), Stock(Showing({"all": Rows()}))

    apart = [arrested(narrow, name, charged) for name, charged in (("p-1", FELONY), ("p-2", MISDEMEANOR))]
    beside = [arrested(wide, name, charged) for name, charged in (("p-1", FELONY), ("p-2", MISDEMEANOR))]

    assert open_to(narrow, FED, apart[0]) == (apart[0].unit, apart[0].unit * WHOLE)
    assert open_to(wide, FED, beside[0]) == (2 * beside[0].unit, beside[0].unit * WHOLE)


def test_whose_charge_is_reduced_stands_elsewhere_and_stays_drawn() -> None:
    stock = Stock(Showing(GRADED))
    first, other = arrested(stock, "p-1", FELONY), arrested(stock, "p-2", FELONY, incident="i-2")
    stock.draw(FED, first)

    again = arrested(stock, "p-1", MISDEMEANOR, at=NOON + SECONDS_A_DAY)

    assert again.incident.drawn_by == {"fed": Drawers()}
    assert (again.first, again.again, again.came) == (True, True, NOON)
    assert open_to(stock, FED, other) == (other.unit, other.unit * WHOLE)
    assert open_to(stock, FED, again) == (0, 0)
    assert open_to(stock, SHERIFF, again) == (again.unit, again.unit * WHOLE)


def test_who_is_shown_no_longer_leaves_the_comparison_and_the_others_of_the_incident_weigh_more() -> None:
    stock = Stock(Showing(GRADED))
    arrested(stock, "p-1", FELONY)
    mate = arrested(stock, "p-2", FELONY)
    before = mate.weight

    left, again = stock.leave("p-1"), stock.leave("p-1")

    assert (left, again) == (True, False)
    assert (before, mate.weight) == (WHOLE // 2, WHOLE)
    assert open_to(stock, FED, mate) == (mate.unit, mate.unit * WHOLE)
    assert stock.person("p-1") is None


def test_who_is_booked_again_with_nothing_said_leaves_only_where_something_was_said() -> None:
    stock = Stock()
    for name, said in (("p-1", Attributes()), ("p-2", Attributes(sex="F"))):
        stock.book(Booking("", name, said), NOON, TODAY)

    assert [stock.leave(name) for name in ("p-1", "p-2", "p-3")] == [False, True, False]
    assert [stock.person(name) is None for name in ("p-1", "p-2")] == [False, True]


def test_an_incident_that_everybody_left_begins_anew() -> None:
    stock = Stock(Showing(GRADED))
    stock.draw(FED, arrested(stock, "p-1", FELONY))
    stock.leave("p-1")

    later = arrested(stock, "p-2", FELONY)

    assert later.first
    assert not later.incident.drawn_by


def test_a_person_told_again_is_counted_once_for_coverage() -> None:
    stock, intake = Stock(Showing(GRADED)), Intake()
    intake.first_on = 0  # whose people stand in no count
    for charged in (MISDEMEANOR, FELONY, FELONY):
        intake.add(arrested(stock, "p-1", charged))

    assert set(intake.booked) == {1}
