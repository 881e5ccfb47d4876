"""PARS, the Preliminary Arraignment Reporting System: a live record of every arrest."""

__version__ = "0.1.0"
