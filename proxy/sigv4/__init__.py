"""
AWS signatures, version 4 (and the two forms of version 2 that are served), as pure functions.
"""
