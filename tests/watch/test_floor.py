"""What goes unseen: the curve has its rates and ways, and the search ends with the best that it found."""

from pars.watch import evaluating, floor
from pars.watch.floor import Got, Plan, Search
from pars.watch.report import Best, Report


def test_the_search_ends_and_keeps_what_got_most() -> None:
    search, tried = Search(), 0

    while plans := search.next():
        tried += len(plans)
        search.learn({plan: [Got(records(plan), seen=False)] for plan in plans})

    assert (search.best.a_day, search.best.accounts, search.best.late) == (2, 0, 30)
    assert search.tried == tried < 60


def records(plan: Plan) -> int:
    """As if one could hide best by two a day, honest accounts, and thirty days."""
    return 100 - 10 * abs(plan.a_day - 2) - plan.decoys + 20 * (plan.accounts == 0) - abs(plan.late - 30)


def test_who_takes_everybody_gets_a_dozen_records() -> None:
    greedy = floor.tried(Plan(), 3)

    assert greedy.seen
    assert greedy.records <= 15


def test_the_floor_stands_in_the_report_with_both_counts() -> None:
    row = next(one for one in floor.rows() if one.name == "35 a week, own account")
    report = Report(quick=False, honest=[evaluating.Honest(1.0, 0, 0, 0, 1)])
    report.slow[row.name] = [evaluating.run(row, "true", seed) for seed in (1, 2)]
    report.best = Best.of(Plan(), 3, [Got(10, seen=True), Got(12, seen=True)])

    (measured,) = report.floor()
    lines = report.lines()

    assert measured.seen == 1
    assert measured.group_median == measured.look_ups_median  # it asks about nobody else
    assert any("35 a week, own account" in line for line in lines)
    assert any("11 records of the group" in line for line in lines)
