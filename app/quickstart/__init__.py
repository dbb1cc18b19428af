"""
The store that comes with Stowage: a managed SeaweedFS for the quickstart and for the tests.
"""
