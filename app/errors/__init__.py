"""
Every error that may leave Stowage: the table in `registry`, the exception in `raised`.
"""
