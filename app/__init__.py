"""
Stowage without HTTP: configuration, identity, access, backends, audit and the state they keep.
"""
