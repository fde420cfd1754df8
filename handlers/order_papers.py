"""The papers of an order as they come in: a photo of a document is kept like all photos."""

from domain.draft import Draft, DraftPhoto
from domain.order import Paper
from handlers.desk import Desk
from handlers.said import PhotoSent
from storage import photos

PAPER = "paper"  # the kind of a photo of a document


def is_document(sent: PhotoSent) -> bool:
    """Whether it is a file that is no picture."""
    return sent.as_file and not (sent.media_type or "").startswith("image/")


def paper_of(desk: Desk, sent: PhotoSent) -> Paper:
    return Paper(sent.file_id, sent.unique_id, desk.said.message_id, sent.as_file, sent.file_name)


def owe_photo(desk: Desk, holder: str, paper: Paper, sent: PhotoSent) -> None:
    """A photo of a document is fetched and kept; another kind of file stays with the channel."""
    if is_document(sent):
        return
    said = desk.said
    photo = DraftPhoto(paper.file_id, paper.unique_id, paper.message_id, paper.as_file, said.forwarded)
    draft = Draft(holder, said.chat_id, said.person_id, desk.now, desk.now)
    photos.owe(desk.tx, draft, photo, desk.now, PAPER)
