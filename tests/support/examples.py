"""How many examples a property test tries: so many in the daily run, the profile's number where that is more."""

from hypothesis import HealthCheck, settings


def examples(usual: int) -> settings:
    """For tests that share one database over their examples, too."""
    return settings(
        max_examples=max(usual, settings().max_examples),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
