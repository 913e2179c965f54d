"""The RSA private operation by the OpenSSL that Python itself is linked to, where it can be reached.

Optional speed, nothing else: on processors with AVX-512 OpenSSL signs three times as fast as GMP, and a hall that
redeems its slips in one minute waits for exactly this. `cryptography` offers no operation without padding, so
functions of OpenSSL's public EVP interface are called here; they blind, use constant time and let other threads run.
Where they cannot be found (a Python with OpenSSL built in, an OpenSSL before 3.0, Windows) `load` gives None and
`crypto.blind_rsa` computes by itself. Either way it checks the result before it answers.
Source: OpenSSL manual, EVP_PKEY_decrypt(3), RSA_NO_PADDING.
"""

import ctypes
import weakref
from functools import lru_cache

_NO_PADDING = 3
_OPENSSL_3 = 0x30000000
_OK = 1


class RawKey:
    """An RSA private key inside OpenSSL."""

    __slots__ = ("__weakref__", "_key", "_library")

    def __init__(self, library: ctypes.CDLL, key: int) -> None:
        self._library = library
        self._key = key
        weakref.finalize(self, library.EVP_PKEY_free, key)

    def __repr__(self) -> str:
        return "RawKey()"

    def power_d(self, data: bytes) -> bytes | None:
        """data^d mod n, for exactly k_len bytes below n; None when OpenSSL refuses. Any thread may call."""
        library = self._library
        context = library.EVP_PKEY_CTX_new(self._key, None)
        if not context:
            return None
        try:
            result = ctypes.create_string_buffer(len(data))
            length = ctypes.c_size_t(len(data))
            done = (
                library.EVP_PKEY_decrypt_init(context) == _OK
                and library.EVP_PKEY_CTX_set_rsa_padding(context, _NO_PADDING) == _OK
                and library.EVP_PKEY_decrypt(context, result, ctypes.byref(length), data, len(data)) == _OK
            )
            if done and length.value == len(data):
                return result.raw
            library.ERR_clear_error()  # the queue is shared with Python's ssl module
            return None
        finally:
            library.EVP_PKEY_CTX_free(context)


def load(der: bytes) -> RawKey | None:
    """The key of a PKCS#1 RSAPrivateKey, or None where OpenSSL is out of reach."""
    library = _library()
    if library is None:
        return None
    start = ctypes.c_char_p(der)
    key = library.d2i_AutoPrivateKey(None, ctypes.byref(start), len(der))
    if not key:
        library.ERR_clear_error()
        return None
    return RawKey(library, key)


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    """The library behind Python's own hashlib: already loaded, so no search path decides which file this is."""
    try:
        import _hashlib

        library = ctypes.CDLL(_hashlib.__file__)
        library.OpenSSL_version_num.restype = ctypes.c_ulong
        if library.OpenSSL_version_num() < _OPENSSL_3:
            return None
        pointer, number, size = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t
        library.d2i_AutoPrivateKey.restype = pointer
        library.d2i_AutoPrivateKey.argtypes = [pointer, ctypes.POINTER(ctypes.c_char_p), ctypes.c_long]
        library.EVP_PKEY_free.restype = None
        library.EVP_PKEY_free.argtypes = [pointer]
        library.EVP_PKEY_CTX_new.restype = pointer
        library.EVP_PKEY_CTX_new.argtypes = [pointer, pointer]
        library.EVP_PKEY_CTX_free.restype = None
        library.EVP_PKEY_CTX_free.argtypes = [pointer]
        library.EVP_PKEY_decrypt_init.restype = number
        library.EVP_PKEY_decrypt_init.argtypes = [pointer]
        library.EVP_PKEY_CTX_set_rsa_padding.restype = number
        library.EVP_PKEY_CTX_set_rsa_padding.argtypes = [pointer, number]
        library.EVP_PKEY_decrypt.restype = number
        library.EVP_PKEY_decrypt.argtypes = [pointer, ctypes.c_char_p, ctypes.POINTER(size), ctypes.c_char_p, size]
        library.ERR_clear_error.restype = None
    except (ImportError, AttributeError, OSError):
        return None
    return library
