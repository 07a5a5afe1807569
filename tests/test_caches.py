"""What is kept of results is bounded, can be forgotten, and decides nothing."""

import gc
import re
import weakref

import vnclean
from vnclean import caches

TEXT = "tham mưu có hiệu qủa, Vi\u00d6t Nam\n\nHòa bình ở Hà N?i và Hu?, ngươì ta đi chợ  sớm."


def test_results_do_not_depend_on_what_is_kept():
    pipe = vnclean.Pipeline.preset("standard")
    first = pipe.explain(TEXT)
    again = pipe.explain(TEXT)
    vnclean.clear_caches()
    assert pipe.explain(TEXT) == first == again


def test_every_cache_is_bounded_and_emptied():
    vnclean.clean(TEXT)
    kept = [cache.cache_info() for cache in caches._CACHES]
    assert kept
    assert all(info.maxsize is not None for info in kept)
    vnclean.clear_caches()
    assert all(cache.cache_info().currsize == 0 for cache in caches._CACHES)


def test_the_cache_of_an_object_goes_with_it():
    class Reader:
        def __init__(self):
            self.read = caches.cached(4)(self._read)

        def _read(self, number):
            return number

    reader = Reader()
    assert reader.read(1) == 1
    kept = weakref.ref(reader.read)
    assert kept() in caches._CACHES
    del reader
    gc.collect()
    assert kept() is None


def test_a_late_pattern_is_compiled_when_it_is_used(monkeypatch):
    compiled = []
    compile_now = re.compile
    monkeypatch.setattr(
        re, "compile", lambda *made_of: compiled.append(made_of) or compile_now(*made_of)
    )
    pattern = caches.late_pattern("a+(?P<b>b)", re.IGNORECASE)
    assert compiled == []
    assert pattern.search("xAab").span() == (1, 4)
    assert pattern.sub("-", "abc") == "-c"
    assert (pattern.pattern, pattern.groupindex["b"]) == ("a+(?P<b>b)", 1)
    assert compiled == [("a+(?P<b>b)", re.IGNORECASE)]
