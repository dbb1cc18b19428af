"""
How much a bucket may hold: limits, what is used, what is held for writes that run.
"""
