"""
Long work that survives the browser, the request and the process: copy, move, delete, empty, scan.
"""
