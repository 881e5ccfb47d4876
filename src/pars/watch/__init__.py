"""Sequential tests on what was disclosed, fed from ledger entries and the owners' own labels. Pure.

`lines` reads a log, `stock` is who could have been asked about (`showing`: by which purposes), `traits` how people are
counted. A detector a module: `disparity`, `coverage`, `crawl`, `shares`; `columns` says where each of their tests
stands, `evidence` how all are added up and bounded. `agency` weighs them together, `replay` carries a log through all
of it.
"""
