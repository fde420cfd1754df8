"""One module a timed job."""
