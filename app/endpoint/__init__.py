"""
What the S3 endpoint shows beside credentials: names of its own, and buckets open to strangers.
"""
