"""What the program writes down is what the verifier reads: a real ledger holds, and breaks where it is changed."""

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from tests.ledger.logs import entries, fault, placed, reader
from tests.partnership import Partnership, asks, terms

from pars import clock
from pars.actions import agreements
from pars.actions.inquiries import inquire
from pars.actions.proving import prove_again
from pars.ledger.laws import LAWS
from pars.ledger.verify import Verifier
from pars.record.roles import Owner
from pars.sharing.consent import Decision
from pars.sharing.inquiry import Refused
from pars.web.measuring.made_log import write_log


def test_a_real_ledger_holds_through_consent_look_ups_and_every_end(
    partnership: Partnership, ledger_folder: Path, tmp_path: Path
) -> None:
    partnership.agree(terms(more='tell_of = ["arraigned"]'))
    partnership.charged()
    for owner, decision in ((Owner.COURT, Decision.WITHDRAW), (Owner.POLICE, Decision.SUSPEND)):
        inquire(partnership.store, partnership.analyst(), asks())
        partnership.say(owner, decision)
        with pytest.raises(Refused):
            inquire(partnership.store, partnership.analyst(), asks())
        for each in Owner:
            partnership.say(each, Decision.GRANT)
    partnership.propose(terms(per_user=999), by=Owner.COURT)  # who withdrew; another version replaces the first
    for each in Owner:
        partnership.say(each, Decision.GRANT)
    inquire(partnership.store, partnership.analyst(), asks())
    prove_again(partnership.store)
    with patch("pars.actions.acting.now", return_value=clock.now() + timedelta(days=400)):
        assert agreements.expire(partnership.store, "sheriff")

    trust = placed(partnership.store, tmp_path)
    told = list(Verifier(reader(ledger_folder), trust).checks())

    assert [one for one in told if not one.holds] == []
    assert {one.name for one in told} >= set(LAWS)
    assert "3 disclosures, 4 terms begun" in next(one.said for one in told if one.name == "after-an-end")


def test_a_real_disclosure_is_outside_the_law_once_its_consent_is_taken_out(
    partnership: Partnership, admin_url: str, tmp_path: Path
) -> None:
    partnership.agree()
    partnership.charged()
    inquire(partnership.store, partnership.analyst(), asks())
    leaves, texts = entries(admin_url)
    granted = [leaf for leaf in leaves if b'"consent.granted"' in leaf]

    write_log(tmp_path, [leaf for leaf in leaves if leaf != granted[0]], texts=texts)
    found = fault(tmp_path)

    assert found is not None
    assert (found.name, "2 of 3 grants" in found.said) == ("consented-terms", True)
