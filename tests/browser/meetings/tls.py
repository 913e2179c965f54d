"""HTTPS as a hall has it: something in front of the service that holds the certificate and passes everything on."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
CHUNK = 65536  # bytes


class Front:
    """Where it is found, and who is behind it: `port` is set before anybody comes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.port = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = [writer]
        try:
            with suppress(OSError):
                inner_reader, inner_writer = await asyncio.open_connection(HOST, self.port)
                writers.append(inner_writer)
                await asyncio.gather(_pass_on(reader, inner_writer), _pass_on(inner_reader, writer))
        finally:  # also when the front ends while somebody is connected
            for one in writers:
                one.transport.abort()
            for one in writers:
                with suppress(OSError):
                    await one.wait_closed()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):  # who went away needs no answer
        while data := await source.read(CHUNK):
            target.write(data)
            await target.drain()
    target.close()


@contextmanager
def tls_front(folder: Path) -> Iterator[Front]:
    """With a certificate that nobody has signed but itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(folder))
    loop = asyncio.new_event_loop()
    front = Front("")
    thread = threading.Thread(target=loop.run_forever)  # the browser's own loop runs in this one
    thread.start()
    try:
        starting = asyncio.start_server(front.carry, HOST, 0, ssl=context)
        serving = asyncio.run_coroutine_threadsafe(starting, loop).result(10)
        front.url = f"https://{HOST}:{serving.sockets[0].getsockname()[1]}"
        yield front
        asyncio.run_coroutine_threadsafe(_end(serving), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(serving: asyncio.Server) -> None:
    serving.close()
    carriers = asyncio.all_tasks() - {asyncio.current_task()}
    for carrier in carriers:
        carrier.cancel()
    await asyncio.gather(*carriers, return_exceptions=True)


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "hall.pem"
    path.write_bytes(key.private_bytes(*plain) + certificate.public_bytes(serialization.Encoding.PEM))
    return path
