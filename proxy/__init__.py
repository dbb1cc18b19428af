"""
The S3 data plane: parse, authenticate, authorise, forward and answer, in worker processes.
"""
