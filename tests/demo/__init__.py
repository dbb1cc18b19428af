"""
A Stowage full of things, to look at every screen with: `python -m demo`, or `make demo`.
"""
