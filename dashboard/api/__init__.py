"""
One module per resource of the API: schemas above, endpoints below.
"""
