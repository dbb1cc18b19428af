"""
The reference pages that come from code, one module per page.
"""
