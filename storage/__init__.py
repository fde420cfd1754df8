"""Rows and files: the only package that imports sqlalchemy and the object store."""
