"""
Migrations of the audit log.
"""
