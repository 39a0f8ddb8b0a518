"""What an utterance is recognised by: weighted words, pairs of words, their sounds, and letters within words."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from language.vi.codes import DOSSIER
from language.vi.dialects import sound_key
from language.vi.digits import PHONE
from language.vi.letters import fold

_FILE = "vocabulary.json"
_WORDS = {"token_pattern": r"\S+", "ngram_range": (1, 2)}
_LETTERS = {"analyzer": "char_wb", "ngram_range": (1, 5)}
_PAUSES = re.compile(r"[.,;:?!…]+")
_DOSSIER = re.compile(DOSSIER.pattern, re.IGNORECASE)
_PHONE = re.compile(rf"(?<!\d)(?:{PHONE.pattern})(?!\d)")
_DATE = re.compile(r"\d{1,2}/\d{1,2}(?:/\d{2,4})?")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def sounds(text: str) -> str:
    """What is the same in all dialects, also where recognisers and spelling err."""
    return sound_key(_PAUSES.sub(" ", text))


# Each with the reading that it takes: as said, or folded, since callers type without diacritics, or as it sounds.
_FIELDS: tuple[tuple[Callable[[str], str], dict[str, Any]], ...] = (
    (str, _WORDS),
    (fold, _WORDS),
    (fold, _LETTERS),
    (sounds, _WORDS),
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class TfidfFeaturizer(SparseFeaturizer, GraphComponent):
    """A message to one sparse row for Rasa's classifiers. Its numbers, dates and codes count by their shape alone."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`strength` is the inverse of the regularisation that a classifier with C = 1 then applies."""
        return {**SparseFeaturizer.get_default_config(), "strength": 10.0}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, name: str) -> None:
        super().__init__(name, config)
        self._storage, self._resource = storage, resource
        self._scale = math.sqrt(config["strength"])
        self._vectorizers = [
            TfidfVectorizer(lowercase=False, sublinear_tf=True, min_df=2, dtype=np.float32, **options)
            for _, options in _FIELDS
        ]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TfidfFeaturizer:
        return cls(config, model_storage, resource, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing that Rasa's own checks leave out."""

    def train(self, training_data: TrainingData) -> Resource:
        texts = [shape(example.get(TEXT)) for example in training_data.intent_examples if example.get(TEXT)]
        for (reading, _), vectorizer in zip(_FIELDS, self._vectorizers, strict=True):
            vectorizer.fit(map(reading, texts))
        with self._storage.write_to(self._resource) as directory:
            self._write(directory / _FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        written = [message for message in messages if message.get(TEXT)]
        if written:
            rows = self._features([message.get(TEXT) for message in written])
            for number, message in enumerate(written):
                self.add_features_to_message(None, rows[number], TEXT, message)
        return messages

    def _features(self, texts: list[str]) -> csr_matrix:
        """(texts, terms of all fields)"""
        said = [shape(text) for text in texts]
        columns = [
            vectorizer.transform(map(reading, said))
            for (reading, _), vectorizer in zip(_FIELDS, self._vectorizers, strict=True)
        ]
        return hstack(columns, format="csr") * self._scale

    def _write(self, path: Path) -> None:
        """Terms in the order of their columns, and how rare each is."""
        fields = [
            {"terms": sorted(v.vocabulary_, key=v.vocabulary_.__getitem__), "idf": v.idf_.tolist()}
            for v in self._vectorizers
        ]
        path.write_text(json.dumps(fields, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> TfidfFeaturizer:
        loaded = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as directory:
            fields = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        for vectorizer, field in zip(loaded._vectorizers, fields, strict=True):
            vectorizer.vocabulary_ = {term: column for column, term in enumerate(field["terms"])}
            vectorizer.idf_ = np.array(field["idf"], np.float32)
        return loaded


def shape(text: str) -> str:
    """Lower case, with a word for what digits stand for: a dossier code, a date, a telephone, so many digits."""
    said = _DOSSIER.sub(" <code> ", unicodedata.normalize("NFC", text).lower())
    said = _PHONE.sub(" <phone> ", _DATE.sub(" <date> ", said))
    return " ".join(_NUMBER.sub(lambda match: f" <{_length(match.group())}> ", said).split())


def _length(number: str) -> str:
    digits = sum(map(str.isdigit, number))
    return "few" if digits <= 2 else "some" if digits <= 4 else "many" if digits <= 8 else "identifier"
