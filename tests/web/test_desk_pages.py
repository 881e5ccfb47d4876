"""What the desks' pages say: how many were found, which field is wrong, and who took a step already."""

from unittest.mock import patch

from starlette.testclient import TestClient

from pars.actions import searching
from pars.record.roles import Role

from .conftest import Token
from .test_api import arrest

MORE = "There are more than were looked at"


def test_a_search_says_when_more_bear_the_surname_than_it_looked_at(client: TestClient, token: Token) -> None:
    officer = token(Role.OFFICER)
    for given in ("Rosalind", "William"):
        person = {"surname": "Quillfeather", "given": given}
        assert client.post("/api/v1/arrests", json=arrest(person=person), headers=officer).status_code == 201

    page = client.post("/booking/search", data={"surname": "quillfeather"}, headers=officer).text
    with patch.object(searching, "MOST", 1):
        cut = client.post("/booking/search", data={"surname": "quillfeather"}, headers=officer).text
        said = client.post("/api/v1/searches", json={"surname": "Quillfeather", "why": "a stop"}, headers=officer)

    assert ("2 arrests found" in page, MORE in page) == (True, False)
    assert ("1 arrests found" in cut, MORE in cut) == (True, True)
    assert (len(said.json()["found"]), said.json()["more"]) == (1, True)
