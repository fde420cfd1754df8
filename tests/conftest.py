"""How many examples the property tests try: a profile for those who have the time, by --hypothesis-profile=long."""

from hypothesis import settings

settings.register_profile("long", max_examples=2000, deadline=None)
