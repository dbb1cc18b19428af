"""
Buckets and objects of a backend, as the dashboard works with them.
"""
