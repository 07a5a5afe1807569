"""Memory of one call: taken piece by piece, given back all at once or down to a mark.

Blocks are kept for what is taken next, so that a loop over pieces asks the system only once. Needs
no GIL; an arena belongs to one thread.
"""

from libc.stddef cimport size_t
from libc.stdlib cimport free, malloc

cdef enum:
    FIRST_BLOCK = 1 << 16  # bytes
    ALIGNMENT = 16

cdef struct Block:
    Block* next
    size_t size
    size_t used

cdef struct Arena:
    Block* first
    Block* current

cdef struct Mark:
    Block* block
    size_t used


cdef inline void* take(Arena* arena, size_t count, size_t size) except? NULL nogil:
    """Return room for `count` things of `size` bytes, not set; raises MemoryError."""
    cdef size_t header = (sizeof(Block) + ALIGNMENT - 1) & ~(<size_t>ALIGNMENT - 1)
    cdef size_t wanted, room
    cdef Block* block = arena.current
    cdef Block* fresh
    if count > (<size_t>1 << 40) // size:
        with gil:
            raise MemoryError
    wanted = (count * size + ALIGNMENT - 1) & ~(<size_t>ALIGNMENT - 1)
    if block == NULL or block.size - block.used < wanted:
        if block != NULL and block.next != NULL and block.next.size >= wanted:
            fresh = block.next
        else:
            room = 2 * block.size if block != NULL else FIRST_BLOCK
            if room < wanted:
                room = wanted
            fresh = <Block*>malloc(header + room)
            if fresh == NULL:
                with gil:
                    raise MemoryError
            fresh.size = room
            if block == NULL:
                fresh.next = NULL
                arena.first = fresh
            else:
                fresh.next = block.next
                block.next = fresh
        fresh.used = 0
        arena.current = block = fresh
    block.used += wanted
    return <char*>block + header + block.used - wanted


cdef inline Mark mark(Arena* arena) noexcept nogil:
    """Return where the arena stands."""
    cdef Mark place
    place.block = arena.current
    place.used = arena.current.used if arena.current != NULL else 0
    return place


cdef inline void release(Arena* arena, Mark place) noexcept nogil:
    """Give back what was taken since a mark."""
    if place.block != NULL:
        arena.current = place.block
        arena.current.used = place.used
    elif arena.first != NULL:
        arena.current = arena.first
        arena.current.used = 0


cdef inline void free_all(Arena* arena) noexcept nogil:
    """Give everything back to the system; pointers into the arena are dead."""
    cdef Block* block = arena.first
    cdef Block* next
    while block != NULL:
        next = block.next
        free(block)
        block = next
    arena.first = NULL
    arena.current = NULL
