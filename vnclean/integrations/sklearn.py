"""scikit-learn: a transformer that cleans texts before they are counted. Extra `sklearn`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vnclean.errors import MissingExtraError
from vnclean.integrations.common import clean_texts
from vnclean.pipeline import Pipeline, pipeline_of

try:
    from sklearn.base import BaseEstimator, TransformerMixin
except ImportError:
    BaseEstimator = None

__all__ = ["VncleanTextTransformer"]

_BASES: tuple[type, ...] = () if BaseEstimator is None else (TransformerMixin, BaseEstimator)


class VncleanTextTransformer(*_BASES):  # type: ignore[misc]
    """Cleans an iterable of texts, for the head of a `Pipeline` of scikit-learn.

    What comes in as a list goes out as one, a column of an array or frame as an array of objects;
    None and NaN stay. There is nothing to fit, so it can be used at once and in searches over
    `preset`: the name of a preset, TOML text, or a Pipeline. Raises MissingExtraError without
    scikit-learn.

        make_pipeline(VncleanTextTransformer("search"), TfidfVectorizer())
    """

    def __init__(self, preset: Pipeline | str = "standard") -> None:
        if BaseEstimator is None:
            raise MissingExtraError("sklearn", "sklearn", "A transformer of scikit-learn")
        self.preset = preset

    def fit(self, texts: Sequence[Any], labels: Any = None) -> VncleanTextTransformer:
        """Return itself; raises ConfigError for a preset that there is not."""
        pipeline_of(self.preset)
        return self

    def transform(self, texts: Any) -> Any:
        """Return the texts cleaned, each distinct one once."""
        pipeline = pipeline_of(self.preset)
        shape = getattr(texts, "shape", None)
        if shape is None:
            return clean_texts(pipeline, texts)
        import numpy as np

        values = np.asarray(texts, dtype=object)
        cleaned = np.empty(values.size, dtype=object)
        cleaned[:] = clean_texts(pipeline, values.ravel())
        return cleaned.reshape(shape)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def get_feature_names_out(self, names: Any = None) -> Any:
        """Return the names of the columns as they came in."""
        return names
