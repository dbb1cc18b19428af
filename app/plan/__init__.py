"""
Declared against actual: what would change, and making it so.
"""
