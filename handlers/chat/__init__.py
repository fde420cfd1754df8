"""One module a talk."""
