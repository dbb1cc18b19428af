"""
Users, passwords and sessions: who somebody is.
"""
