"""Pictures of pages, as a scanner leaves them: grey, a little crooked, a little noisy, without a text layer."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2
from PIL import Image

_DPI = 120
_QUALITY = 38
_NOISE = 5.0
_ANGLE = 0.7  # degrees, the most that a page lies crooked
_SEED = 2012
_A4 = (595.28, 841.89)


def _photographed(page: Image.Image, noise: np.random.Generator) -> Image.Image:
    """The page as a scanner sees it."""
    crooked = page.rotate(noise.uniform(-_ANGLE, _ANGLE), Image.Resampling.BILINEAR, fillcolor=250)
    grey = np.asarray(crooked, dtype=np.float64) * 0.92 + 10.0
    return Image.fromarray(np.clip(grey + noise.normal(0.0, _NOISE, grey.shape), 0, 255).astype(np.uint8))


def _assembled(objects: list[bytes]) -> bytes:
    """A PDF file of these objects, the first of which is the catalogue."""
    file = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(file + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))


def scanned(pdf: bytes, title: str) -> bytes:
    """The pages of a PDF as pictures in a PDF of their own; the same bytes for the same pages.

    Args:
        pdf: the pages as they were written.
        title: decides how each page lies on the glass, so that no two papers are crooked alike.
    """
    noise = np.random.default_rng([_SEED, *title.encode()])
    pictures = []
    with pypdfium2.PdfDocument(pdf) as document:
        for number in range(len(document)):
            rendered = document[number].render(scale=_DPI / 72, grayscale=True).to_pil()
            file = io.BytesIO()
            _photographed(rendered.convert("L"), noise).save(file, "JPEG", quality=_QUALITY)
            pictures.append((rendered.size, file.getvalue()))
    kids = b" ".join(b"%d 0 R" % (3 + 3 * number) for number in range(len(pictures)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pictures))]
    for number, ((width, height), jpeg) in enumerate(pictures):
        own = 3 + 3 * number
        box = b"[0 0 %.2f %.2f]" % _A4
        drawing = b"q %.2f 0 0 %.2f 0 0 cm /Scan Do Q" % _A4
        resources = b"<< /XObject << /Scan %d 0 R >> >>" % (own + 2)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Resources %s /Contents %d 0 R >>" % (box, resources, own + 1),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 "
            b"/Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (width, height, len(jpeg), jpeg),
        ]
    return _assembled(objects)
