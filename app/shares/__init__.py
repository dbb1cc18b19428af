"""
Shares: public links to objects, bounded by what their owner may do at this moment.
"""
