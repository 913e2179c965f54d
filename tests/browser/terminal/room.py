"""A room with one terminal: the real service, a real hub over HTTP whose seconds pass by themselves, and its browser.

What the camera sees is a film (MJPEG) of a slip as it is printed: the PDF rendered, turned and blurred as in a hand.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import pypdfium2
from PIL import Image, ImageFilter

from ballot_service.printing.pdf import to_pdf
from ballot_service.slips.sheet import HEIGHT, LEFT, TOP, WIDTH, slip_pages
from kiosk.app import create_app
from kiosk.web import WebServer, listen
from tests.kiosk.venue import Station, Venue
from tests.meeting_kit import Hall

BEAT_SECONDS = 1.0
DPI = 150
FRAME = (1280, 720)  # px
AWAY, SHOWN = 36, 60  # pictures, 30 a second: nothing before the camera, then the slip; again and again


class Room:
    """A hub at an address, for as long as the `with` lasts."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.station: Station = venue.station()
        self._server = WebServer(create_app(self.station.hub), listen("127.0.0.1", 0))
        self._over = threading.Event()
        self._turning = threading.Lock()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        return self._server.url

    def __enter__(self) -> Room:
        self._server.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._server.__exit__(kind, error, trace)

    @contextmanager
    def away(self) -> Iterator[None]:
        """The hub does not beat meanwhile: acts of the test and its own do not mix."""
        with self._turning:
            yield

    def _run(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            with self._turning:
                self.station.turn()


def printed_slip(hall: Hall) -> Image.Image:
    """The first slip of the hall, cut out of its sheet."""
    pdf = to_pdf(slip_pages(hall.published, hall.state().meeting), language="zh-CN")
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].render(scale=DPI / 72).to_pil()
    finally:
        document.close()
    mm = DPI / 25.4
    return page.crop(tuple(round(side * mm) for side in (LEFT, TOP, LEFT + WIDTH, TOP + HEIGHT))).convert("RGB")


def held(slip: Image.Image, *, turned: float, blurred: float) -> Image.Image:
    """As the camera sees it: on a grey room, in a hand that is not quite still. turned: degrees; blurred: px."""
    frame = Image.new("RGB", FRAME, (120, 118, 112))
    turned_slip = slip.convert("RGBA").rotate(turned, expand=True, resample=Image.Resampling.BICUBIC)
    place = ((FRAME[0] - turned_slip.width) // 2, (FRAME[1] - turned_slip.height) // 2)
    frame.paste(turned_slip, place, turned_slip)
    return frame.filter(ImageFilter.GaussianBlur(blurred))


def film(path: Path, pictures: Sequence[Image.Image]) -> Path:
    """Nothing, then these pictures one after the other; the browser begins again at the end."""
    empty = Image.new("RGB", FRAME, (120, 118, 112))
    each = SHOWN // len(pictures)
    with path.open("wb") as file:
        for picture, count in [(empty, AWAY), *((picture, each) for picture in pictures)]:
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", quality=80)
            file.write(buffer.getvalue() * count)
    return path
