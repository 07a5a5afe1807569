"""The characters of a string where they lie, without a copy."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t

cdef extern from "Python.h":
    int PyUnicode_KIND(object text)
    int PyUnicode_IS_ASCII(object text)
    void* PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)
    str PyUnicode_FromKindAndData(int kind, const void* data, Py_ssize_t size)
    Py_UCS4 PyUnicode_READ(int kind, const void* data, Py_ssize_t at) nogil

ctypedef fused Letter:
    # A string has 1, 2 or 4 bytes a character, as its highest one needs.
    uint8_t
    uint16_t
    uint32_t

cdef enum:
    # Characters from which a call gives the GIL back; below, that costs more than it brings.
    LONG_TEXT = 4096
