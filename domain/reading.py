"""The ways in which the pieces of a question can be meant, the likeliest first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from domain.district import Category
from domain.guess import Guess
from domain.name_spans import Hit
from domain.names import Accepted, Ask, Verdict
from domain.query import Heard, Query

SHORTEST_WORD = 2
LIKELY_SITE = 60.0  # score of a site that is worth listing when none is sure
MOST_SITES = 5
WRITTEN = 100.0  # score of a name that stands there exactly

Span = tuple[int, int]


class FindsTowns(Protocol):
    def find(self, text: str) -> tuple[Hit, ...]: ...


class FindsSites(Protocol):
    def find(self, text: str, town: str | None = None) -> Verdict: ...


class GuessesCategories(Protocol):
    def guess(self, text: str) -> list[Guess]: ...


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that has a name; ``people`` are the ids of those called exactly so, ``joints`` words like "and"."""

    towns: FindsTowns
    sites: FindsSites
    guesser: GuessesCategories
    categories: Sequence[Category]
    people: Mapping[str, tuple[int, ...]]
    joints: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token with the towns and categories that are named inside it, and what they leave of it."""

    text: str
    towns: tuple[str, ...]
    categories: tuple[str, ...]
    rest: tuple[str, ...]
    core: str
    """Without the categories and a town at its beginning: a site's name, when there is one."""


def readings(heard: Heard, names: Names) -> Iterator[Query]:
    """Each reading once; the caller takes the first that finds something.

    First every piece by its name or literally, then with the town before it and the categories cut off, then
    with every name inside cut out, then as a site's name that was mistyped, at last without what nobody understands.
    """
    pieces = [_piece(token, names) for token in heard.tokens]
    seen: set[Query] = set()
    for query in _all(heard.query, pieces, names):
        if not query.is_empty and query not in seen:
            seen.add(query)
            yield query


def _all(query: Query, pieces: Sequence[_Piece], names: Names) -> Iterator[Query]:
    known = [piece for piece in pieces if not piece.rest]
    others = [piece for piece in pieces if piece.rest]
    for piece in known:
        query = _with(query, towns=piece.towns, categories=piece.categories)
    yield _named(query, others, names)
    yield _worded(query, [piece.text for piece in others])
    outer = inner = query
    for piece in others:
        guessed = _guessed(piece, names)
        outer = _with(outer, towns=piece.towns[: piece.core != piece.text], categories=guessed)
        inner = _with(inner, towns=piece.towns, categories=guessed)
    yield _worded(outer, [piece.core for piece in others])
    yield _worded(inner, [word for piece in others for word in piece.rest])
    placed, sure = _sited(query, others, names)
    yield placed
    if not sure:
        yield replace(inner, unknown=tuple(word for piece in others for word in piece.rest))


def _piece(token: str, names: Names) -> _Piece:
    towns = [hit for hit in names.towns.find(token) if hit.sure or hit.score >= WRITTEN]
    kinds = _categories_in(token, names.categories)
    named, spans = [(hit.start, hit.end) for hit in towns], [span for span, _ in kinds]
    rest = tuple(word for word in _outside(token, [*named, *spans]).split() if word not in names.joints)
    core = _outside(token, [*(span for span in named[:1] if span[0] == 0), *spans]).split()
    return _Piece(
        token,
        tuple(dict.fromkeys(hit.item.key for hit in towns)),
        tuple(dict.fromkeys(code for _, code in kinds)),
        tuple(word for word in rest if len(word) >= SHORTEST_WORD) or rest,
        max(core, key=len, default=token),
    )


def _outside(token: str, spans: Sequence[Span]) -> str:
    return "".join(" " if any(a <= at < b for a, b in spans) else char for at, char in enumerate(token))


def _categories_in(token: str, categories: Sequence[Category]) -> list[tuple[Span, str]]:
    """Where categories are named in full, the longest names first, without overlap."""
    found: list[tuple[Span, str]] = []
    every = ((name.lower(), one.code) for one in categories for name in (*one.all_names, one.name_en))
    for name, code in sorted((pair for pair in every if pair[0] in token), key=lambda pair: -len(pair[0])):
        at = token.find(name)
        if not any(a < at + len(name) and at < b for (a, b), _ in found):
            found.append(((at, at + len(name)), code))
    return found


def _named(query: Query, pieces: Sequence[_Piece], names: Names) -> Query:
    """Pieces that are a person's name or a part of categories' names are meant so, the others literally."""
    for piece in pieces:
        kinds = [one.code for one in names.categories if any(piece.text in name for name in one.all_names)]
        if piece.text in names.people:
            people, called = names.people[piece.text], (*query.names, piece.text)
            query = replace(query, people=(*query.people, *people), names=called)
        elif kinds and len(piece.text) >= SHORTEST_WORD:
            query = _with(query, categories=kinds)
        else:
            query = _worded(query, [piece.text])
    return query


def _guessed(piece: _Piece, names: Names) -> Sequence[str]:
    if piece.categories:
        return piece.categories
    return [guess.key for guess in names.guesser.guess(piece.text) if guess.certain][:1]


def _sited(query: Query, pieces: Sequence[_Piece], names: Names) -> tuple[Query, bool]:
    """The pieces as names of sites, and whether each is surely one."""
    sure = bool(pieces)
    for piece in pieces:
        town = next(iter((*query.towns, *piece.towns)), None)
        found = _site(piece, names.sites, town)
        if isinstance(found, Accepted):
            query = _with(query, sites=[found.item.key])
            continue
        sure = False
        if isinstance(found, Ask):
            likely = [one.item.key for one in found.candidates if one.score >= LIKELY_SITE]
            query = _with(query, sites=likely[:MOST_SITES])
        query = replace(query, unknown=(*query.unknown, piece.text))
    return (query, sure) if query.sites else (Query(), False)


def _site(piece: _Piece, sites: FindsSites, town: str | None) -> Verdict:
    """A name that stands there exactly is not looked for again without its category: a look takes milliseconds."""
    whole = sites.find(piece.text, town)
    if piece.core == piece.text or (isinstance(whole, Accepted) and whole.score >= WRITTEN):
        return whole
    core = sites.find(piece.core, town)
    return core if isinstance(core, Accepted) else whole


def _worded(query: Query, words: Sequence[str]) -> Query:
    return replace(query, words=tuple(dict.fromkeys((*query.words, *words))))


def _with(
    query: Query, *, towns: Sequence[str] = (), categories: Sequence[str] = (), sites: Sequence[str] = ()
) -> Query:
    return replace(
        query,
        towns=tuple(dict.fromkeys((*query.towns, *towns))),
        categories=tuple(dict.fromkeys((*query.categories, *categories))),
        sites=tuple(dict.fromkeys((*query.sites, *sites))),
    )
