"""Edits as tuples (start, end, replacement, ...): applied to a text, and cut from its atoms."""

__all__ = ["apply", "decode_atoms", "find_atoms"]


def apply(str text not None, edits):
    """Return the text with sorted edits applied, the same object where there are none.

    Raises ValueError where one begins before the last has ended, or leaves the text.
    """
    cdef Py_ssize_t at = 0, start, end, length = len(text)
    cdef list pieces = []
    for edit in edits:
        start, end = edit[0], edit[1]
        if start < at or end < start or end > length:
            raise ValueError(f"{edit} overlaps the edit before it or leaves the text")
        if start > at:
            pieces.append(text[at:start])
        pieces.append(edit[2])
        at = end
    if not pieces:
        return text
    pieces.append(text[at:])
    return "".join(pieces)


cdef enum:
    MOST_KEPT = 40  # characters up to which what an atom gives is kept


cdef inline bint _is_part(Py_UCS4 letter) noexcept:
    return letter >= 0x80 or c"A" <= letter <= c"Z" or c"a" <= letter <= c"z"


cdef inline Py_ssize_t _next_atom(str text, Py_ssize_t* at, Py_ssize_t end) noexcept:
    """Move to the end of the next atom, and return where it begins; -1 where there is none.

    An atom is a run of letters of ASCII and of anything beyond it, at least one of the latter.
    """
    cdef Py_ssize_t here = at[0], first
    cdef bint beyond
    while here < end:
        first = here
        beyond = False
        while here < end and _is_part(text[here]):
            beyond = beyond or text[here] >= 0x80
            here += 1
        if beyond:
            at[0] = here
            return first
        here += here == first
    at[0] = end
    return -1


cdef inline bint _is_behind_half(str text, Py_ssize_t start, Py_ssize_t at) noexcept:
    """Say whether half a sequence, of which a byte has become a mark or a quote, stands before."""
    return (
        at - 2 >= start
        and <Py_UCS4>text[at - 1] in u"?\"'"
        and <Py_UCS4>text[at - 2] in u"ÃÄÅÆº»Ă"
    )


cdef inline tuple _entry(str text, Py_ssize_t start, Py_ssize_t end, dict known, decode):
    """Return what is known of an atom."""
    atom = text[start:end]
    entry = known.get(atom)
    if entry is None:
        entry = decode(atom)
        if end - start <= MOST_KEPT:
            known[atom] = entry
    return <tuple?>entry


def find_atoms(
    str text not None, Py_ssize_t start, Py_ssize_t end, dict known not None, decode, piece_type, edit_type
):
    """Return what is known of the atoms of a part of a text: pieces, edits, ASCII or not.

    `known` has for an atom its value (or None), a tail (or None), a text and a family; `decode`
    gives those that are not in it. A piece is (start, end, value), an edit (start, end, *tail)
    where there is a tail; both of the named tuples that are given. The last answer says whether
    all that is in no piece is ASCII. What follows half a sequence is no piece.
    """
    cdef Py_ssize_t at = max(start, 0), first
    cdef bint is_ascii = True
    cdef list pieces = [], edits = []
    cdef tuple entry
    new = tuple.__new__
    end = min(end, len(text))
    while True:
        first = _next_atom(text, &at, end)
        if first < 0:
            return pieces, edits, is_ascii
        entry = _entry(text, first, at, known, decode)
        if entry[0] is None or _is_behind_half(text, start, first):
            is_ascii = False
            continue
        pieces.append(new(piece_type, (first, at, entry[0])))
        if entry[1] is not None:
            edits.append(new(edit_type, (first, at, *entry[1])))


def decode_atoms(str text not None, Py_ssize_t start, Py_ssize_t end, dict known not None, decode):
    """Return a part of a text with the text of each atom in its place; None where one is in doubt.

    So it is unless each has a value, one a tail, and all are of one family; see `find_atoms`.
    """
    cdef Py_ssize_t at = max(start, 0), done = at, first
    cdef list pieces = []
    cdef bint is_certain = False
    cdef tuple entry
    family = None
    end = min(end, len(text))
    while True:
        first = _next_atom(text, &at, end)
        if first < 0:
            break
        entry = _entry(text, first, at, known, decode)
        if entry[0] is None or _is_behind_half(text, start, first):
            return None
        if family is None:
            family = entry[3]
        elif family is not entry[3] and family != entry[3]:
            return None
        is_certain = is_certain or entry[1] is not None
        if first > done:
            pieces.append(text[done:first])
        pieces.append(entry[2])
        done = at
    if not is_certain:
        return None
    pieces.append(text[done:end])
    return "".join(pieces)
