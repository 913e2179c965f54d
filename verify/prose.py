"""Sentences for people, in Chinese and in English."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prose:
    """One sentence in both languages."""

    zh: str
    en: str

    @classmethod
    def same(cls, text: str) -> "Prose":
        """What is said in one way only, such as the place and reason of a fault."""
        return cls(text, text)

    def __add__(self, other: "Prose") -> "Prose":
        return Prose(self.zh + other.zh, self.en + other.en)

    def in_(self, language: str) -> str:
        return self.zh if language == "zh" else self.en
