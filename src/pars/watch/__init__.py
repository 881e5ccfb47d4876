"""Sequential tests on what was disclosed, fed from ledger entries and the owners' own labels. Pure.

`lines` reads a log, `stock` is who could have been asked about, `evidence` is how evidence is added up and bounded; a
detector a module; `alarms` weighs them together for each agency; `replay` carries a log through all of it.
"""
