"""What is kept of results is bounded, can be forgotten, and decides nothing."""

import gc
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


def test_what_is_computed_many_at_a_time_is_kept_up_to_a_bound():
    asked = []

    def doubled(numbers):
        asked.append(list(numbers))
        return [2 * number for number in numbers]

    cache = caches.BatchCache(3, doubled)
    assert cache.get([1, 2, 1]) == [2, 4, 2]
    assert cache.get([2, 3]) == [4, 6]
    assert cache.get([1, 4]) == [2, 8]  # full: only what is new is kept
    assert cache.get([5, 6, 7, 8]) == [10, 12, 14, 16]  # more than there is room for
    assert cache.get([4, 1]) == [8, 2]
    assert asked == [[1, 2], [3], [4], [5, 6, 7, 8], [1]]
    assert cache.cache_info().currsize <= cache.cache_info().maxsize == 3
    cache.cache_clear()
    assert cache.cache_info().currsize == 0
