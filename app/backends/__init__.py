"""
The configured stores: their clients, health and capabilities.
"""
