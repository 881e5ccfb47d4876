"""The line of a key or a word is the one on which it stands, whatever is quoted elsewhere or written in a comment."""

import tomllib

import pytest

from pars.sharing.places import Places

TEXT = """\
scope = 1                        # [agreement]
"surveillance" = 2
[agreement]                      # consent = "unanimous"
id = 'sheriff'
note = \"\"\"
[purpose]
consent = "no"
a quote "" and \\"\"\"\"
# consent = decided in May
consent = "maybe"
term = { from = 2026-09-01, until = 2027-08-31 }
[[purpose]]
code = "fugi\\u0074ive"
search_by = [["name", "birth_date"], # ["otn"]
  ["otn",
   "name"],
]
# fields = ["victims"] was struck out
fields = [
  "name",
  # "victims" are never given
  "victims",
]
[purpose.rows]
status = ["charged",
  "sealed"]
[[ purpose ]]
code = "court-hearing"
rows.status = ["held"]
transform = { "arrest.date" = "year", birth_date = "year" }
tell_of = []
["watch"]
coverage_allowed = 0.3
[[extra]]
x = [{ y = "z" }, { y = [["w"]] }]"""

STANDS = {
    ("scope", None): 1,
    ("surveillance", None): 2,
    ("agreement", None): 3,
    ("agreement.id", "sheriff"): 4,
    ("agreement.consent", None): 10,
    ("agreement.consent", "maybe"): 10,
    ("agreement.term.until", None): 11,
    ("purpose", None): 12,
    ("purpose[0].code", "fugitive"): 13,
    ("purpose[0].search_by[0]", "name"): 14,
    ("purpose[0].search_by[1]", None): 15,
    ("purpose[0].search_by[1]", "name"): 16,
    ("purpose[0].fields", None): 19,
    ("purpose[0].fields", "victims"): 22,
    ("purpose[0].rows.status", "sealed"): 26,
    ("purpose[1]", None): 27,
    ("purpose[1].rows.status", "held"): 29,
    ("purpose[1].transform.arrest.date", None): 30,
    ("purpose[1].transform.birth_date", None): 30,
    ("purpose[1].tell_of", None): 31,
    ("watch.coverage_allowed", None): 33,
    ("extra", None): 34,
    ("extra[0].x[1].y", "w"): 35,
}


@pytest.mark.parametrize(("path", "word"), STANDS)
def test_a_path_and_a_word_are_found_on_their_line(path: str, word: str | None) -> None:
    assert Places(TEXT).line(path, word) == STANDS[path, word]


@pytest.mark.parametrize(
    ("path", "line"),
    [("purpose[0].case_reference", 12), ("purpose[0].search_by[7]", 14), ("agreement.partner", 3), ("limits.x", 1)],
)
def test_what_stands_nowhere_is_told_at_the_nearest_thing_above_it(path: str, line: int) -> None:
    assert Places(TEXT).line(path, "nowhere") == line


def test_lines_end_as_toml_ends_them() -> None:
    assert tomllib.loads(TEXT)["agreement"]["consent"] == "maybe"

    text = TEXT.replace("maybe", "may\u2028be\x85").replace("\n", "\r\n")

    assert {key: Places(text).line(*key) for key in STANDS if key[1] != "maybe"} == {
        key: line for key, line in STANDS.items() if key[1] != "maybe"
    }
