"""Who could have been asked about: the counts are those of counting everybody anew, whatever happened before."""

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pars.watch.lines import Attributes, Booking
from pars.watch.stock import HORIZON_DAYS, Person, Stock
from pars.watch.traits import WIDTH

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
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


@given(EVENTS)
def test_counts_are_those_of_counting_everybody_anew(events: list[tuple[str, int, int, str, int]]) -> None:
    stock, at = Stock(), NOON
    here: dict[str, Person] = {}
    for kind, number, incident, charged, days in events:
        at += timedelta(days=days)
        name = f"p-{number}"
        if kind == "book":
            said = Attributes(sex="MF"[number % 2], charge_class=charged, incident=f"i-{incident}")
            here[name] = stock.book(Booking(at.isoformat(), name, said), at, at.date())
            here = {key: one for key, one in here.items() if one.booked_at >= at - timedelta(days=HORIZON_DAYS)}
        elif name in here and "fed" not in here[name].incident.drawn_by:
            stock.draw("fed", here[name])

    for charged in CLASSES:
        expected = np.zeros((2, WIDTH))
        for one in here.values():
            if one.charge_class == charged and "fed" not in one.incident.drawn_by:
                together = sum(other.incident is one.incident for other in here.values())
                expected[:, list(one.slots)] += np.array([[1.0], [1.0 / together]])
        assert np.allclose(stock.open_to("fed", charged), expected)
    assert all(stock.person(name) is one for name, one in here.items())


def test_who_joins_a_drawn_incident_is_no_draw_either() -> None:
    stock = Stock()
    said = Attributes(sex="M", charge_class="drug", incident="i-1")
    stock.draw("fed", stock.book(Booking("", "p-1", said), NOON, NOON.date()))

    stock.book(Booking("", "p-2", said), NOON, NOON.date())

    assert not stock.open_to("fed", "drug").any()
    assert stock.open_to("sheriff", "drug").any()
