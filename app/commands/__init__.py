"""
The commands of the stowage program, one module per group.
"""
