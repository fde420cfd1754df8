"""The files of a district's folder, read from disk."""

from pathlib import Path

from domain.district import District
from domain.district_parse import DISTRICT_FILES, read_district
from domain.name_text import Lexicon, read_lexicon


def load_district(folder: Path) -> District:
    """Raises DistrictError with all faults; a missing file or folder is such a fault."""
    paths = [folder / name for name in DISTRICT_FILES]
    return read_district({path.name: path.read_bytes() for path in paths if path.is_file()})


def load_lexicon(folder: Path) -> Lexicon:
    """The words about names in a district's folder; raises ValueError naming what is wrong in the file."""
    return read_lexicon((folder / "names.toml").read_text("utf-8"))
