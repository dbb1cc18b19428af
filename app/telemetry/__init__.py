"""
What the charts of the dashboard show: numbers over time, kept in the database in bounded size.
"""
