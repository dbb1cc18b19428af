"""
The pure heart of the proxy: bytes of a request head and a snapshot in, a decision out.
"""
