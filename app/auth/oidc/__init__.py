"""
Single sign-on: an OpenID provider proves who somebody is, and its claims say what they may do.
"""
