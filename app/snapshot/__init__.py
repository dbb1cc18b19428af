"""
What a proxy worker decides with: frozen values, and the feed that keeps them current.
"""
