"""
The migrations, oldest first; each is run once, in order, forward only.

A file of `product/` or `audit/` holds `revision`, `down_revision` (the one before it) and
`upgrade(op)`. It says in full what it makes and imports nothing of ours, since `tables.py` goes on
changing. A test compares the tables that the migrations make with `tables.py`.
"""
