"""
Configuration: every key, its default, and where its value came from.
"""
