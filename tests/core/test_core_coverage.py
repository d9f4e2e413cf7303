"""What is said of documents that were not fully read: in reports, beside answers, for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from core_corpus import SMALL, settings_for

from dealqa.assistant import Assistant
from dealqa.cli import main
from dealqa.cli.reports import MOST_LINES, index_lines
from dealqa.config import Settings
from dealqa.coverage import (
    answer_notices,
    document_line,
    document_notes,
    extent,
    failure_data,
    failure_sentence,
    recognition_here,
    totals_of,
)
from dealqa.errors import UnreadableReason
from dealqa.index import Failure, IndexReport, build_index
from dealqa.types import Citation, Coverage, DocumentInfo, HiddenText, RecognisedPage, Refusal

BROKEN = b"%PDF-1.7 and nothing more"


def info_of(coverage: Coverage = Coverage(), *, path: str = "leeds/notice.pdf", **given: object) -> DocumentInfo:  # noqa: B008
    """A document of 14 pages, as the index describes it."""
    plain = DocumentInfo(
        id=f"d-{path}",
        path=path,
        title="Leeds notice",
        date=None,
        status=None,
        deals=(),
        sha256="0" * 64,
        characters=3_000,
        pages=14,
        passages=11,
        warnings=(),
        coverage=coverage,
    )
    return replace(plain, **given)  # type: ignore[arg-type] # fields by their names


def citation_of(info: DocumentInfo, page: int | None = None) -> Citation:
    return Citation(1, info.id, info.path, info.title, page, (), 0, 5, "Leeds")


def report_of(**given: object) -> IndexReport:
    plain = IndexReport(
        generation="000001-a",
        documents=1,
        passages=11,
        added=1,
        changed=0,
        removed=0,
        unchanged=0,
        embedded=11,
        duplicates=0,
        failures=(),
        warnings=(),
        published=True,
    )
    return replace(plain, **given)  # type: ignore[arg-type] # fields by their names


REFUSAL = Refusal("no_evidence", "Nothing was found.")


def test_of_a_document_that_was_read_to_the_end_nothing_is_said():
    assert document_notes(info_of(Coverage(tables=3))) == ()
    assert document_line(info_of()) == ""


@pytest.mark.parametrize(
    ("coverage", "said"),
    [
        (
            Coverage(unread_pages=(3,)),
            "Page 3 has no text and was not read (a scan?): install tesseract (Debian: tesseract-ocr) and index again.",
        ),
        (
            Coverage(unread_pages=(3, 5)),
            "Pages 3 and 5 have no text and were not read (scans?): install tesseract (Debian: tesseract-ocr) and index"
            " again.",
        ),
        (
            Coverage(recognised=(RecognisedPage(2, 0.914),)),
            "Page 2 is a scan read by text recognition (confidence 91%): check figures against the page.",
        ),
        (
            Coverage(recognised=(RecognisedPage(1, 0.84), RecognisedPage(2, 0.95), RecognisedPage(3, 0.9))),
            "Pages 1–3 are scans read by text recognition (confidence 84% to 95%): check figures against the page.",
        ),
        (
            Coverage(recognised=(RecognisedPage(2, 0.4),)),
            "Page 2 is a scan read by text recognition (confidence 40%): check every word against the page.",
        ),
        (
            Coverage(recognised=(RecognisedPage(2, 0.0),)),
            "Page 2 is a scan that came with its text, unchecked: check figures against the page.",
        ),
        (
            Coverage(hidden=(HiddenText("faint", 12, 2), HiddenText("faint", 1_000, 4), HiddenText("tiny", 1))),
            "Hidden text was left out: 1 character too small to see and 1,012 characters in the colour of its"
            " background on pages 2 and 4.",
        ),
        (
            Coverage(insertions=5, deletions=1),
            "Tracked changes are taken as accepted: 5 insertions kept, 1 deletion left out.",
        ),
        (Coverage(gaps=("Not read: 2 charts.",)), "Not read: 2 charts."),
    ],
)
def test_each_part_that_was_not_read_is_told_in_a_sentence(coverage, said):
    assert document_notes(info_of(coverage), "missing") == (said,)


@pytest.mark.parametrize(("recognition", "advice"), [("off", 'set ocr to "auto"'), ("ready", "look at it")])
def test_the_advice_on_a_page_without_text_fits_what_is_installed(recognition, advice):
    (note,) = document_notes(info_of(Coverage(unread_pages=(3,))), recognition)
    assert advice in note
    assert "install tesseract" not in note


def test_a_long_list_of_pages_is_cut():
    (note,) = document_notes(info_of(Coverage(unread_pages=tuple(range(1, 100, 2)))), "missing")
    assert note.startswith("Pages 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21 and 39 more have no text")


@pytest.mark.parametrize(
    ("coverage", "warning"),
    [
        (Coverage(unread_pages=(3,)), "Page 3 without text (a scanned image?) could not be read."),
        (
            Coverage(recognised=(RecognisedPage(3, 0.9),)),
            "Page 3 read from the picture by text recognition, which makes mistakes.",
        ),
        (Coverage(hidden=(HiddenText("tiny", 5),)), "Hidden text was left out: 5 characters too small to see."),
        (
            Coverage(hidden=(HiddenText("zero_width", 5),)),
            "5 invisible characters were removed; offsets count the rest.",
        ),
        (Coverage(insertions=1), "The file has tracked changes: 1 insertions were kept and 0 deletions left out."),
    ],
)
def test_what_a_reader_also_warned_of_is_told_once(coverage, warning):
    assert len(document_notes(info_of(coverage, warnings=(warning,)))) == 1
    assert document_notes(info_of(warnings=(warning,))) == (warning,)


def test_a_line_begins_with_the_path_and_sends_no_command_to_the_terminal():
    info = info_of(Coverage(gaps=("Not read: \x1b]52;evil.",)), path="a\x1b[2J.pdf")
    assert document_line(info) == "a?[2J.pdf: Not read: ?]52;evil."


def test_copies_are_named():
    info = info_of(duplicates=("a.pdf", "b.pdf", "c.pdf", "d.pdf", "e.pdf"))
    assert document_notes(info) == ("The same document also lies at a.pdf, b.pdf, c.pdf and 2 other places.",)


@pytest.mark.parametrize(
    ("coverage", "mark"),
    [
        (Coverage(), "all"),
        (Coverage(hidden=(HiddenText("tiny", 3),)), "all"),
        (Coverage(unread_pages=(3, 5)), "part: 2 of 14 pages unread"),
        (Coverage(unread_pages=(3,), gaps=("Not read: 2 charts.",)), "part: 1 of 14 pages unread, 1 omission"),
        (Coverage(recognised=(RecognisedPage(1, 0.9),)), "all, 1 scanned page"),
    ],
)
def test_the_mark_of_a_document_says_how_far_it_was_read(coverage, mark):
    assert extent(info_of(coverage)) == mark


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("The file a.pdf is empty. Remove it.", "a.pdf is empty. Remove it."),
        (
            "a.pdf cannot be read: Permission denied.",
            "a.pdf cannot be read: Permission denied. Give yourself permission to read the file.",
        ),
        ("It may not be read.", "a.pdf: It may not be read. Give yourself permission to read the file."),
        (
            "The file a.pdf may not be read. Its last readable version stays in the index.",
            "a.pdf may not be read. Its last readable version stays in the index. Give yourself permission to read the"
            " file.",
        ),
    ],
)  # fmt: skip
def test_a_file_that_was_not_read_is_named_once_with_what_to_do(message, said):
    assert failure_sentence("a.pdf", "forbidden", message) == said


def test_there_is_something_to_do_about_every_reason():
    reasons = [*UnreadableReason.__args__, "unsafe"]  # type: ignore[attr-defined] # of Literal
    general = failure_data("a.pdf", "none of them", "")["remedy"]
    assert [reason for reason in reasons if failure_data("a.pdf", reason, "")["remedy"] == general] == []


def test_the_sums_name_what_is_not_as_it_should_be_and_nothing_else():
    partial = info_of(Coverage(unread_pages=(3,), tables=2, hidden=(HiddenText("tiny", 3),)), duplicates=("b.pdf",))
    there, amiss = totals_of([info_of(), partial], failed=1).lines()
    assert there == "2 documents, 28 pages, 6,000 characters, 22 passages, 2 tables"
    assert amiss == (
        "1 file not read, 1 document read in part, 1 page without text, hidden text in 1 document, 1 duplicate indexed"
        " once"
    )
    assert totals_of([info_of()], failed=0).lines()[1] == ""


def test_recognition_is_off_when_the_setting_says_so():
    assert recognition_here("off") == "off"


def test_without_tesseract_on_the_path_recognition_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert recognition_here("auto") == "missing"


def test_an_answer_from_a_document_that_was_not_fully_read_says_so():
    info = info_of(Coverage(unread_pages=(3, 5), gaps=("Not read: 2 charts.",)))
    assert answer_notices([citation_of(info), citation_of(info)], None, [info], 0) == (
        "“Leeds notice” (leeds/notice.pdf) was not read fully: pages 3 and 5 have no text. Not read: 2 charts.",
    )


def test_an_answer_says_nothing_of_documents_that_it_does_not_cite():
    other = info_of(Coverage(unread_pages=(3,)), path="other.pdf")
    assert answer_notices([citation_of(info_of())], None, [info_of(), other], 4) == ()


def test_a_quote_from_a_recognised_page_is_marked_and_one_from_another_page_is_not():
    info = info_of(Coverage(recognised=(RecognisedPage(2, 0.91),)))
    assert answer_notices([citation_of(info, page=2)], None, [info], 0) == (
        "Page 2 of “Leeds notice” is a scan read by text recognition (confidence 91%): check figures against the page.",
    )
    assert answer_notices([citation_of(info, page=1)], None, [info], 0) == ()


def test_a_cited_document_that_lies_under_several_paths_names_them_all():
    info = info_of(duplicates=("copies/notice.pdf", "old.pdf"))
    assert answer_notices([citation_of(info)], None, [info], 0) == (
        "“Leeds notice” (leeds/notice.pdf) also lies at copies/notice.pdf and old.pdf.",
    )


@pytest.mark.parametrize(
    ("partial", "failed", "said"),
    [
        (0, 0, ()),
        (0, 1, ("1 file could not be read; the answer may be there.",)),
        (1, 0, ("1 document was read only in part; the answer may be there.",)),
        (3, 2, ("2 files could not be read and 3 documents were read only in part; the answer may be there.",)),
    ],
)
def test_a_refusal_says_what_was_not_searched(partial, failed, said):
    documents = [info_of(), *(info_of(Coverage(unread_pages=(1,)), path=f"{n}.pdf") for n in range(partial))]
    assert answer_notices((), REFUSAL, documents, failed) == said


def test_a_refusal_about_certain_documents_speaks_of_those_only():
    whole, part = info_of(), info_of(Coverage(unread_pages=(1,)), path="part.pdf")
    assert answer_notices((), REFUSAL, [whole, part], 2, scope=[whole.id]) == ()
    assert len(answer_notices((), REFUSAL, [whole, part], 2, scope=[part.id])) == 1


def test_what_no_document_could_answer_is_refused_without_such_a_notice():
    assert answer_notices((), Refusal("out_of_scope", "It is no question of facts."), [info_of()], 2) == ()


def test_the_report_of_a_run_has_one_line_for_a_document_that_needs_one():
    read = (info_of(path="whole.pdf"), info_of(Coverage(gaps=("Not read: 2 charts.",)), path="part.pdf"))
    report = report_of(read=read, totals=totals_of(read, 0))
    lines = index_lines(report, Settings())
    assert "  part.pdf: Not read: 2 charts." in lines
    assert not any("whole.pdf" in line for line in lines)


def test_a_long_report_is_cut_and_says_where_the_rest_is():
    read = tuple(info_of(Coverage(gaps=("Not read: 1 chart.",)), path=f"{n}.pdf") for n in range(57))
    lines = index_lines(report_of(read=read), Settings())
    assert sum("Not read: 1 chart." in line for line in lines) == MOST_LINES
    assert "  … and 37 more; `dealqa status` lists them all." in lines


def test_what_is_withheld_says_that_nothing_was_published_and_why():
    failure = Failure("a.pdf", "empty", "The file a.pdf has no text in it. Remove it.")
    (first, *rest) = index_lines(report_of(withheld=True, published=False, failures=(failure,)), Settings())
    assert first.startswith("Nothing was published, as --strict asks: 1 file could not be read; the index stays")
    assert "  a.pdf has no text in it. Remove it." in rest


def test_what_is_withheld_from_a_new_index_says_that_there_is_none():
    first = index_lines(report_of(withheld=True, published=False, generation=""), Settings())[0]
    assert "there is no index yet" in first


@pytest.fixture
def incomplete(tmp_path: Path) -> Settings:
    """Settings of an index with a duplicate, over a folder with a file that cannot be read."""
    documents = {**SMALL, "copies/bristol.md": SMALL["bristol.md"], "broken.pdf": BROKEN}
    settings = settings_for(tmp_path, documents)
    assert [failure.path for failure in build_index(settings).failures] == ["broken.pdf"]
    return settings


def test_the_assistant_gives_the_notices_with_answer_and_refusal(incomplete):
    with Assistant(incomplete) as assistant:
        answer = assistant.ask("What does Bristol keep?")
        refused = assistant.ask("What does Cardiff keep?")
        scoped = assistant.ask("What does Cardiff keep?", documents=["leeds.md"])
    assert answer.notices == ("“Bristol City Deal” (bristol.md) also lies at copies/bristol.md.",)
    assert refused.notices == ("1 file could not be read; the answer may be there.",)
    assert scoped.notices == ()


def test_the_status_says_how_far_everything_was_read(incomplete, capsys):
    assert main(["status", "--index", str(incomplete.index)]) == 0
    out = capsys.readouterr().out
    assert "bristol.md: The same document also lies at copies/bristol.md." in out
    assert "broken.pdf is damaged" in out
    assert "To note: 1 file not read, 1 duplicate indexed once." in out


def test_the_status_for_programs_has_the_documented_keys(incomplete, capsys):
    assert main(["status", "--json", "--index", str(incomplete.index)]) == 0
    state = json.loads(capsys.readouterr().out)
    assert set(state) == {"generation", "model", "notices", "totals", "documents", "failures"}
    assert (state["totals"]["documents"], state["totals"]["failed"], state["notices"]) == (2, 1, [])
    assert {"id", "path", "title", "pages", "characters", "passages", "duplicates", "coverage", "notes"} <= set(
        state["documents"][0]
    )
    assert set(state["documents"][0]["coverage"]) == {
        "complete", "unread_pages", "recognised", "tables", "hidden", "insertions", "deletions", "gaps",
    }  # fmt: skip
    (failure,) = state["failures"]
    assert set(failure) == {"path", "reason", "message", "remedy"}


def test_the_status_shows_what_is_wrong_with_the_index(incomplete, capsys):
    (incomplete.index / "CURRENT").unlink()
    main(["status", "--index", str(incomplete.index)])
    assert "The index needs attention:\n  The pointer to the live generation" in capsys.readouterr().out
