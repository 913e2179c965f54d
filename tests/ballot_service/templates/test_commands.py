"""`ballot-service templates` and `ballot-service template NAME`, as somebody at a terminal meets them."""

import pytest

from ballot_service.cli import main
from ballot_service.meetings.meeting_file import read_meeting_text
from ballot_service.meetings.templates import read_template, template_names


def test_the_list_has_every_template_with_its_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["templates"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["名称", "议题", "依据", "条款"]
    assert [line.split()[0] for line in lines[1:]] == list(template_names())
    for line, name in zip(lines[1:], template_names(), strict=True):
        template = read_template(name)
        assert template.title in line
        assert template.cite.document in line
        assert template.cite.clause in line


def test_a_template_is_printed_as_a_meeting_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", "integrity-report/f0"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("# 述廉民主测评（integrity-report/f0）\n")
    assert "# 依据：《泸水县党政领导班子主要负责人述廉实施办法》五(三)\n# 原文：「(三)述廉对象测评结果平均分值" in text
    assert '    #line: {at_most: "70"}\n' in text
    assert '    # 另一种读法：低于70分，70分整不算（没有写“含70分”的县）\n    #line: {under: "70"}\n' in text
    assert "# - 署名测评：原文规定无记名" in text
    assert read_meeting_text(text.encode()).pages == 6


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("diferential-vote", "hint: did you mean differential-vote/f4?"),
        ("nonsense", "hint: ballot-service templates lists them"),
        ("../../../etc/passwd", "hint: ballot-service templates lists them"),
        ("\x1b[31m", "hint: ballot-service templates lists them"),
    ],
)
def test_an_unknown_name_gets_one_line_and_a_hint(name: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", name]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    first, second = err.splitlines()
    assert first.startswith('no template "')
    assert "\x1b" not in first
    assert second == hint
