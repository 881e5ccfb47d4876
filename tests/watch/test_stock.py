"""Who could have been asked about: the counts are those of counting everybody anew, whatever happened before."""

from hypothesis import given
from hypothesis import strategies as st

from pars.sharing.agreement import Rows
from pars.watch.lines import Attributes, Booking
from pars.watch.showing import Showing
from pars.watch.stock import HORIZON_DAYS, SECONDS_A_DAY, WHOLE, Counts, Person, Stock, Stratum

TODAY = 20_700
NOON = (TODAY + 0.5) * SECONDS_A_DAY
CLASSES = ("drug", "theft")
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["book", "book", "draw"]),
        st.integers(0, 12),
        st.integers(0, 4),
        st.sampled_from(CLASSES),
        st.sampled_from([0, 0, 1, 40]),
    ),
    max_size=40,
)


def left(stratum: Stratum) -> tuple[int, int, int]:
    drawn = stratum.drawn.get("fed", Counts())
    return (
        stratum.all.heads - drawn.heads,
        stratum.all.persons - drawn.persons,
        stratum.all.weighed - drawn.weighed,
    )


@given(EVENTS)
def test_counts_are_those_of_counting_everybody_anew(events: list[tuple[str, int, int, str, int]]) -> None:
    stock, at = Stock(), NOON
    here: dict[str, Person] = {}
    for kind, number, incident, charged, days in events:
        at += days * SECONDS_A_DAY
        name = f"p-{number}"
        if kind == "book":
            said = Attributes(sex="MF"[number % 2], charge_class=charged, incident=f"i-{incident}")
            here[name] = stock.book(Booking("", name, said), at, int(at // SECONDS_A_DAY))
            here = {key: one for key, one in here.items() if one.at >= at - HORIZON_DAYS * SECONDS_A_DAY}
        elif name in here and "fed" not in here[name].incident.drawn_by:
            stock.draw("fed", here[name], "u-1")

    for stratum in {one.of_class for one in here.values()} | {one.of_day for one in here.values()}:
        heads = persons = weighed = 0
        for one in here.values():
            if stratum in {one.of_class, one.of_day} and "fed" not in one.incident.drawn_by:
                together = sum(other.incident is one.incident for other in here.values())
                heads, persons = heads + 1, persons + one.unit
                weighed += one.unit * (WHOLE // together)
        assert left(stratum) == (heads, persons, weighed)
    assert all(stock.person(name) is one for name, one in here.items())


def test_who_joins_a_drawn_incident_is_no_draw_either() -> None:
    stock = Stock()
    said = Attributes(sex="M", charge_class="drug", incident="i-1")
    stock.draw("fed", stock.book(Booking("", "p-1", said), NOON, TODAY), "u-1")

    late = stock.book(Booking("", "p-2", said), NOON, TODAY)

    assert stock.open_to("fed", late) == (0, 0)
    assert stock.open_to("sheriff", late) == (late.of_day.all.persons, late.of_day.all.weighed)


def test_people_whom_other_purposes_show_are_not_compared() -> None:
    rows = {"fugitive": Rows(district=("12",)), "prosecution": Rows(charge_class=("drug",))}
    stock = Stock(Showing(rows))

    strata = [
        stock.book(Booking("", f"p-{place}", Attributes(charge_class=charged, neighbourhood=place)), NOON, TODAY).of_day
        for place, charged in (("12", "drug"), ("7", "drug"), ("7", "drug"), ("12", "drug"))
    ]

    assert strata[0] is strata[3]
    assert strata[0] is not strata[1]
    assert strata[1] is strata[2]
