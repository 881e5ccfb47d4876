"""A grant and the confirmation of another key: whichever comes first, the log shows the key that the grant was by."""

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection
from psycopg.rows import TupleRow
from tests.ledger.logs import broken
from tests.partnership import Partnership, terms
from tests.waiting import PATIENCE_SECONDS

from pars.actions import agreements, owner_keys
from pars.actions.agreements import Saying
from pars.errors import BadInput, Unavailable
from pars.ledger.receipt import public_key
from pars.record.roles import Owner
from pars.sharing.consent import Decision, sign, to_sign
from pars.sharing.ed25519 import holds
from pars.sharing.reading import terms_of
from pars.store import agreements as kept

POLICE, ATTORNEY, COURT = Owner


def _new() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def _signing(raw: bytes, text: str, version: str) -> Saying:
    return Saying(Decision.GRANT, "voted", signature=sign(raw, to_sign(terms_of(text), version)))


def test_a_confirmation_waits_for_the_grant_that_is_being_checked_with_the_key_before(
    partnership: Partnership, admin_url: str
) -> None:
    city, store, text = partnership, partnership.store, terms()
    saying = _signing(store.keys.owner_keys[COURT.value], text, city.propose(text))
    offered = owner_keys.offer_key(
        store, city.speaker(COURT), public_key(Ed25519PrivateKey.generate().private_bytes_raw())
    )
    checked, go_on = threading.Event(), threading.Event()

    def slowly(public: bytes, message: bytes, signature: bytes) -> bool:
        checked.set()
        assert go_on.wait(PATIENCE_SECONDS)
        return holds(public, message, signature)

    with ThreadPoolExecutor(2) as pool, patch.object(agreements, "holds", slowly):
        grant = pool.submit(agreements.say, store, city.speaker(COURT), "sheriff", saying)
        assert checked.wait(PATIENCE_SECONDS)
        confirmation = pool.submit(owner_keys.confirm_key, store, city.speaker(ATTORNEY), offered)
        waited = not threading.Event().wait(0.25) and not confirmation.done()
        go_on.set()
        grant.result(PATIENCE_SECONDS)
        confirmation.result(PATIENCE_SECONDS)

    assert waited
    assert broken(admin_url) == []


def test_a_grant_waits_for_a_confirmation_under_way_and_is_refused_by_the_key_before(
    partnership: Partnership, admin_url: str
) -> None:
    city, store, text = partnership, partnership.store, terms()
    saying = _signing(store.keys.owner_keys[COURT.value], text, city.propose(text))
    offered = owner_keys.offer_key(
        store, city.speaker(COURT), public_key(Ed25519PrivateKey.generate().private_bytes_raw())
    )
    written, go_on = threading.Event(), threading.Event()
    real = kept.confirm_key

    def slowly(connection: Connection[TupleRow], key: kept.Key, by: UUID) -> None:
        real(connection, key, by)
        written.set()
        assert go_on.wait(PATIENCE_SECONDS)

    with ThreadPoolExecutor(2) as pool, patch.object(kept, "confirm_key", slowly):
        confirmation = pool.submit(owner_keys.confirm_key, store, city.speaker(ATTORNEY), offered)
        assert written.wait(PATIENCE_SECONDS)
        grant = pool.submit(agreements.say, store, city.speaker(COURT), "sheriff", saying)
        threading.Event().wait(0.25)
        waited = not grant.done()
        go_on.set()
        confirmation.result(PATIENCE_SECONDS)

    assert waited
    assert isinstance(grant.exception(10), BadInput)
    assert broken(admin_url) == []


def test_grants_and_confirmations_at_once_leave_a_log_that_holds(partnership: Partnership, admin_url: str) -> None:
    city, store, text = partnership, partnership.store, terms()
    version = city.propose(text)
    at_work, refused = store.keys.owner_keys[COURT.value], 0
    for _ in range(8):
        new = _new()
        offered = owner_keys.offer_key(store, city.speaker(COURT), public_key(new))
        start = threading.Barrier(5)

        def confirms(offered: UUID = offered, start: threading.Barrier = start) -> None:
            start.wait()
            owner_keys.confirm_key(store, city.speaker(ATTORNEY), offered)

        def grants(raw: bytes, start: threading.Barrier = start) -> bool:
            start.wait()
            try:
                agreements.say(store, city.speaker(COURT), "sheriff", _signing(raw, text, version))
            except (BadInput, Unavailable):
                return False
            return True

        with ThreadPoolExecutor(5) as pool:
            confirmation = pool.submit(confirms)
            said = [pool.submit(grants, raw) for raw in (at_work, new, at_work, new)]
            confirmation.result(PATIENCE_SECONDS)
            refused += sum(not one.result(PATIENCE_SECONDS) for one in said)
        at_work = new

    assert refused > 0
    assert broken(admin_url) == []
