"""
Migrations of the product's tables.
"""
