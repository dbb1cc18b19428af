"""
Virtual credentials: the keys that programs sign with.
"""
