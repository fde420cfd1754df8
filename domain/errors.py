"""Refusals: a rule says no. Each class has its sentence in the cards' catalogues, under its name."""


class Refusal(Exception):
    """Something that was asked for is not allowed or not possible; nothing was changed.

    ``facts`` are the values of its sentence.
    """

    def __init__(self, **facts: object) -> None:
        super().__init__(type(self).__name__, facts)
        self.facts = facts
