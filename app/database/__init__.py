"""
Where our own state is kept: every table, the engine, and the migrations.
"""
