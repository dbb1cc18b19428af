"""
The side-by-side benchmark: every proxy on this machine, same upstream, same load, turn by turn.

Run it with `make bench`, or `make bench ARGS=--short` for the main cases in under five minutes.
"""
