"""Texts about invented reporters: who they are, how their names get written, and what staff write around them.

Written by hand, apart from the detector: nothing here is made by its tables, its readings or its folding.
"""
