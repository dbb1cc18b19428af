"""
What users may do: the defaults of their roles, and the grants to them, their groups and roles.
"""
