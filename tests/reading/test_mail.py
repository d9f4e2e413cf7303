"""Mail messages: headers, text, and the files that came with them."""

from __future__ import annotations

import random
from email.message import EmailMessage

import pytest

from dealqa.errors import UnreadableDocument
from dealqa.reading.eml import parse_mail
from dealqa.reading.mail_parts import MAX_ATTACHMENTS

HEAD = b"From: Ann <ann@example.org>\r\nTo: Ben\r\nSubject: The deal\r\n"


def a_mail(text: str = "Leeds gains £400m.\n", **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in {"From": "Ann <ann@example.org>", "To": "Ben <ben@example.org>", **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def blocks(mail) -> list[str]:
    return [mail.parsed.text[block.start : block.end] for block in mail.parsed.blocks]


def parsed(message: EmailMessage):
    return parse_mail(message.as_bytes(), "letters/deal.eml")


def test_headers_stand_first_and_give_title_and_date():
    mail = parsed(a_mail(Cc="Cy", Date="Thu, 05 Jul 2012 23:30:00 +0100", Subject="The Leeds deal"))
    assert blocks(mail) == [
        "From: Ann <ann@example.org>",
        "To: Ben <ben@example.org>",
        "Cc: Cy",
        "Date: Thu, 05 Jul 2012 23:30:00 +0100",
        "Subject: The Leeds deal",
        "Leeds gains £400m.",
    ]
    assert (mail.parsed.title, mail.parsed.date) == ("The Leeds deal", "2012-07-05")


def test_encoded_words_and_raw_bytes_in_headers_are_read():
    data = (
        b"Subject: =?utf-8?b?S3Jha8Ozdw==?= and\r\n =?iso-8859-1?q?C=F4te?=\r\nFrom: Zo\xc3\xab\r\n\r\nText here.\r\n"
    )
    assert blocks(parse_mail(data, "a.eml")) == ["From: Zoë", "Subject: Kraków and Côte", "Text here."]


@pytest.mark.parametrize("value", ["never", "Thu, 99 Jul 2012", "", "Thu, 05 Jul 99999 23:30:00"])
def test_a_date_that_is_none_is_no_date(value):
    assert parse_mail(HEAD + f"Date: {value}\r\n\r\nText.".encode(), "a.eml").parsed.date is None


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("utf-8", "£1m – agreed".encode()),
        ("iso-8859-1", "£1m – agreed".encode("cp1252")),
        ("us-ascii", "£1m – agreed".encode()),
        ("utf-8", "£1m – agreed".encode("cp1252")),
        ("nonsense", "£1m – agreed".encode()),
        ("punycode", "£1m – agreed".encode()),
        ("utf-16-le", "£1m – agreed".encode("utf-16-le")),
    ],
)
def test_a_charset_is_believed_as_far_as_it_fits(charset, body):
    data = HEAD + f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + body
    assert blocks(parse_mail(data, "a.eml"))[-1] == "£1m – agreed"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("quoted-printable", b"a =C2=A31m=\r\n deal"),
        ("base64", b"YSDCozFtIGRlYWw="),
        ("8bit", "a £1m deal".encode()),
    ],
)
def test_the_encoding_for_the_transfer_is_undone(encoding, body):
    data = HEAD + f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    assert blocks(parse_mail(data + body, "a.eml"))[-1] == "a £1m deal"


def test_the_plain_text_is_read_and_not_its_html():
    message = a_mail("The plain text says £400m.")
    message.add_alternative("<p>The HTML says £400m.</p>", subtype="html")
    assert blocks(parsed(message))[2:] == ["The plain text says £400m."]


def test_html_is_read_where_the_plain_text_only_says_that_there_is_html():
    message = a_mail("See the HTML.")
    message.add_alternative(
        "<h2>Funds</h2><p>" + "Leeds gains £400m. " * 9 + "</p><p hidden>secret</p>", subtype="html"
    )
    mail = parsed(message)
    assert blocks(mail)[2] == "Funds"
    assert mail.parsed.blocks[3].heading_path == ("Funds",)
    assert [(hidden.kind, hidden.characters) for hidden in mail.parsed.coverage.hidden] == [("marked_hidden", 6)]


def test_quoted_lines_are_kept_without_their_marks():
    mail = parsed(a_mail("Agreed.\n\nBen wrote:\n> The cap is\n> 15% of price.\n>> It was 10%.\n"))
    assert blocks(mail)[2:] == ["Agreed.", "Ben wrote:", "The cap is\n15% of price.", "It was 10%."]


def test_short_lines_of_a_mail_are_no_headings_and_no_fields():
    mail = parsed(a_mail("Date: 5 July 2012\n\nHead of Deals\n\nThe text.\n"))
    assert blocks(mail)[2:] == ["Date: 5 July 2012", "Head of Deals", "The text."]
    assert {block.kind for block in mail.parsed.blocks} == {"paragraph"}


def test_attachments_keep_their_bytes():
    message = a_mail()
    message.add_attachment(b"%PDF-1.7 bytes", maintype="application", subtype="pdf", filename="Annex 1.pdf")
    (attachment,) = parsed(message).attachments
    assert (attachment.name, attachment.data) == ("Annex 1.pdf", b"%PDF-1.7 bytes")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\deals\\annex.pdf", "annex.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("..", "attachment 1.bin"),
        ("a\x00b\n.pdf", "ab_.pdf"),
        ("x" * 900 + ".pdf", "x" * 120 + ".pdf"),
        (".hidden", "hidden"),
        ('a:b"c.pdf', "a_b_c.pdf"),
    ],
)
def test_the_name_of_an_attachment_is_one_safe_part_of_a_path(name, safe):
    from dealqa.reading.mail_parts import _safe_name

    assert _safe_name(name, 1, "application/octet-stream").removesuffix(".bin") == safe.removesuffix(".bin")


def test_attachments_of_the_same_name_are_told_apart():
    message = a_mail()
    for _ in range(3):
        message.add_attachment("text", filename="Annex.txt")
    assert [attachment.name for attachment in parsed(message).attachments] == [
        "Annex.txt", "Annex (2).txt", "Annex (3).txt",
    ]  # fmt: skip


def test_a_forwarded_message_is_a_document_of_its_own():
    message = a_mail()
    message.add_attachment(a_mail("The old text.", Subject="Before: the deal"))
    (attachment,) = parsed(message).attachments
    assert attachment.name == "Before_ the deal.eml"
    assert blocks(parse_mail(attachment.data, "b.eml"))[-1] == "The old text."


def test_a_picture_in_the_text_is_no_attachment_but_an_attached_one_is():
    message = a_mail()
    message.add_attachment(b"logo", maintype="image", subtype="png", disposition="inline", filename="logo.png")
    message.add_attachment(b"scan", maintype="image", subtype="png", filename="scan.png")
    assert [attachment.name for attachment in parsed(message).attachments] == ["scan.png"]


@pytest.mark.parametrize(
    ("kind", "name", "reason"),
    [
        ("text/calendar", "invite.ics", "unsupported"),
        ("text/vcard", "ann.vcf", "unsupported"),
        ("application/ms-tnef", "winmail.dat", "unsupported"),
        ("application/octet-stream", "WINMAIL.DAT", "unsupported"),
        ("application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m", "encrypted"),
        ("application/pkcs7-mime; smime-type=signed-data", "smime.p7m", "unsupported"),
        ("message/external-body", "far.txt", "unsupported"),
    ],
)
def test_a_part_that_cannot_be_read_is_a_problem_with_its_reason(kind, name, reason):
    data = HEAD + f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\nbytes'.encode()
    (problem,) = parse_mail(data, "letters/a.eml").problems
    assert (problem.path, problem.reason) == (f"letters/a.eml/{name}", reason)
    assert problem.hint


def test_an_encrypted_message_is_reported():
    data = HEAD + b"Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nVersion: 1\r\n--b--\r\n"
    assert [problem.reason for problem in parse_mail(data, "a.eml").problems] == ["encrypted"]


def test_the_signature_of_a_message_is_passed_over():
    signature = b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nxx"
    part = b"--b\r\n\r\nThe text.\r\n--b\r\n" + signature + b"\r\n--b--\r\n"
    mail = parse_mail(HEAD + b"Content-Type: multipart/signed; boundary=b\r\n\r\n" + part, "a.eml")
    assert (mail.attachments, mail.problems, blocks(mail)[-1]) == ((), (), "The text.")


def test_there_is_a_limit_to_the_attachments_of_a_message():
    message = a_mail()
    for i in range(MAX_ATTACHMENTS + 2):
        message.add_attachment("text", filename=f"{i}.txt")
    mail = parsed(message)
    assert len(mail.attachments) == MAX_ATTACHMENTS
    assert [problem.reason for problem in mail.problems] == ["too_large"] * 2


@pytest.mark.parametrize("data", [b"Only a text.", b"\xff\xfeF\0r\0o\0m\0", b"PK\x03\x04", b"Key: value\r\n\r\ntext"])
def test_what_is_no_message_is_corrupt(data):
    with pytest.raises(UnreadableDocument) as caught:
        parse_mail(data, "a.eml")
    assert caught.value.reason == "corrupt"


def test_parts_within_parts_without_end_are_no_crash():
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(3_000))
    with pytest.raises(UnreadableDocument):
        parse_mail(HEAD + deep + b"text", "a.eml")


@pytest.mark.faults
def test_a_spoilt_message_gives_text_or_an_explained_error():
    message = a_mail("Leeds gains £400m.\n" * 5, Subject="Kraków")
    message.add_alternative("<p>Leeds gains £400m.</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Zoë.pdf")
    message.add_attachment(a_mail(Subject="old"))
    whole, chance = message.as_bytes(), random.Random(4)  # noqa: S311 - spoils files
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        start = chance.randrange(len(data))
        del data[start : start + chance.choice([0, 0, 5, 200])]
        try:
            mail = parse_mail(bytes(data), "a.eml")
        except UnreadableDocument as err:
            assert err.reason == "corrupt" and err.hint
        else:
            assert all("/" not in attachment.name for attachment in mail.attachments)
