"""
The JSON API and the web interface.
"""
