"""
AWS Signature Version 4, and what is left of version 2: values and pure functions.

Knows nothing of Stowage; only the standard library is imported here. Header names are lower case
and header values ISO 8859-1 text, so that every byte of the wire is one character.
"""
