"""Memory that is brought near before it is read: tables larger than the caches cost less that way."""

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
    #define VNCLEAN_PREFETCH(place) __builtin_prefetch(place)
    #else
    #define VNCLEAN_PREFETCH(place) ((void)0)
    #endif
    """
    void prefetch "VNCLEAN_PREFETCH"(const void* place) noexcept nogil
