"""Words: out and back, in both languages, as people type them."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from crypto.errors import MalformedWords
from crypto.words import Language, fingerprint_words, words_to_prefix

DIGEST = sha256(b"a meeting").digest()
LANGUAGES: list[Language] = ["zh", "en"]


def test_the_ends_of_the_lists() -> None:
    assert fingerprint_words(bytes(32), "en") == " ".join(["abandon"] * 8)
    assert fingerprint_words(b"\xff" * 32, "en") == " ".join(["zoo"] * 8)
    assert fingerprint_words(bytes(32), "zh") == " ".join(["的"] * 8)
    assert fingerprint_words(b"\xff" * 32, "zh") == " ".join(["歇"] * 8)


def test_each_word_is_eleven_bits() -> None:
    bits = "".join(f"{byte:08b}" for byte in DIGEST)
    words = Mnemonic("english").wordlist
    assert fingerprint_words(DIGEST, "en").split(" ") == [words[int(bits[i : i + 11], 2)] for i in range(0, 88, 11)]


@pytest.mark.parametrize("language", LANGUAGES)
@given(prefix=st.binary(min_size=11, max_size=11))
def test_every_prefix_reads_back(language: Language, prefix: bytes) -> None:
    assert words_to_prefix(fingerprint_words(prefix + bytes(21), language)) == prefix


def test_people_type_them_in_their_own_way() -> None:
    chinese, english = fingerprint_words(DIGEST, "zh"), fingerprint_words(DIGEST, "en")
    for text in [
        chinese.replace(" ", ""),
        chinese.replace(" ", "\u3000"),
        f"\n{chinese.replace(' ', '  ')}\t",
        chinese[:7].replace(" ", "") + chinese[7:],
        english.upper(),
        english.title().replace(" ", "\n"),
    ]:
        assert words_to_prefix(text) == DIGEST[:11]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("abandon " * 7, id="a word too few"),
        pytest.param("abandon " * 9, id="a word too many"),
        pytest.param("abandon " * 7 + "abandom", id="a word of no list"),
        pytest.param("的" * 7, id="a character too few"),
        pytest.param("的" * 7 + "ж", id="a character of no list"),
        pytest.param("abandon " * 7 + "的", id="two languages"),
    ],
)
def test_what_is_not_eight_words_is_refused(text: str) -> None:
    with pytest.raises(MalformedWords):
        words_to_prefix(text)


def test_a_digest_too_short_is_our_own_mistake() -> None:
    with pytest.raises(RuntimeError):
        fingerprint_words(bytes(10), "en")
