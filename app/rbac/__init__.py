"""
The one permission model: levels, principals and the pure function that decides.
"""
