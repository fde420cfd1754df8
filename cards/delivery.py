"""What is put before a message that may have arrived already."""

from cards.catalogue import LANGUAGES, label


def sent_again(_repeat: int) -> str:
    """The label of a repeated push, in every language: whoever reads it did not choose."""
    return " ".join(label(language, "delivery.sent_again") for language in LANGUAGES)
