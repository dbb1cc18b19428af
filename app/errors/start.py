"""
What keeps a command from starting: said in one line to the person at the terminal.
"""


class StartError(Exception):
    """
    Something outside the program is in the way; the message says what, and what to do.

    Only commands raise and catch it. It never reaches a client, so it has no registry row.
    """
