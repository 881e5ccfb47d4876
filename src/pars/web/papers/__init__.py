"""Papers: what a desk prints, as tagged PDF (PDF/UA-1), from complete and frozen inputs.

`table` lists every form that is printed anywhere: its number, its languages, who prints it. A paper of an arrest stands
in the module of its desk: what it says as a struct, and the function that makes it from what its reader may see.
`sheet` holds what papers are made of, `parts` what they take from an arrest, `typesetting` sets them.

An input names no table and no column. Its types refuse a blank where a paper needs words; whether the record has all
that a paper needs is asked where the paper is made. Values travel to the templates in `forms/` as JSON and are shown
as strings, so that nothing in them is read as markup. The same input gives the same bytes.

Persons protected are numbers here and never names: a paper that the defendant receives says "Complainant 1" (N13). No
paper but the booking sheet takes a SID, which is confidential in court filings (204 Pa. Code 213.81).
"""
