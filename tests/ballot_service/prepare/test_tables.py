"""Lists from spreadsheets: what is taken, and which row is wrong."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from ballot_service.prepare.columns import APPOINTEES, PEOPLE, SUBJECTS, TABLES, TEAMS, value_of
from ballot_service.prepare.ids import free_class_id, free_id, person_id, post_id
from ballot_service.prepare.table_source import MAX_ROWS, empty_xlsx, read_file, read_pasted

WANTED = [
    {"name": "张三", "unit": "县水务局", "title": "局长"},
    {"name": "欧阳海燕", "unit": "县林业局", "title": "局长"},
]
TABLE = "姓名,单位,职务\n张三,县水务局,局长\n欧阳海燕,县林业局,局长\n"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TABLE.encode(), id="utf-8"),
        pytest.param(TABLE.encode("utf-8-sig"), id="utf-8 with its mark"),
        pytest.param(TABLE.encode("gbk"), id="gbk"),
        pytest.param(TABLE.replace(",", "\t").encode("utf-16"), id="utf-16 with tabs"),
        pytest.param(TABLE.replace("\n", "\r\n").encode(), id="windows lines"),
        pytest.param(TABLE.replace(",", ";").encode(), id="semicolons"),
        pytest.param("序号,姓名,单位,职务\n1,张三,县水务局,局长\n2,欧阳海燕,县林业局,局长".encode(), id="numbered"),
        pytest.param("1\t张三\t县水务局\t局长\n2\t欧阳海燕\t县林业局\t局长".encode(), id="no headings"),
        pytest.param(TABLE.partition("\n")[2].encode(), id="without headings"),
        pytest.param("职务,姓名,单位\n局长,张三,县水务局\n局长,欧阳海燕,县林业局".encode(), id="another order"),
        pytest.param(TABLE.replace("张三", "张　三").encode(), id="a name spread to three characters"),
        pytest.param(
            workbook(("姓名", "单位", "职务"), ("张三", "县水务局", "局长"), (), ("欧阳海燕", "县林业局", "局长")),
            id="a workbook with an empty row",
        ),
    ],
)
def test_a_list_is_read_however_it_was_saved(data: bytes) -> None:
    taken = read_file(SUBJECTS, data)
    assert taken.problems == []
    assert taken.rows == WANTED


def test_pasted_lines_have_tabs() -> None:
    assert read_pasted(SUBJECTS, TABLE.replace(",", "\t")).rows == WANTED
    assert read_pasted(PEOPLE, "张三\n李四").rows == [{"name": "张三"}, {"name": "李四"}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(TABLE + ",县财政局,局长", "第 4 行：姓名为空", id="no name"),
        pytest.param(TABLE + "张三,县水务局,局长", "第 4 行：和第 2 行完全相同", id="a row twice"),
        pytest.param(TABLE + "李\u202e四,,", "第 4 行：姓名里有看不见的控制字符（U+202E），请删去", id="direction"),
        pytest.param(TABLE + "李" * 301 + ",,", "第 4 行：姓名太长，最多 300 个字", id="too long"),
        pytest.param("单位,职务\n县水务局,局长", "表头里没有“姓名”一列", id="no column of names"),
        pytest.param("姓名,单位\n", "只有表头，没有内容", id="headings alone"),
        pytest.param("\n\n", "表格里没有内容", id="nothing"),
        pytest.param("张三\n" * (MAX_ROWS + 1), "最多 1000 行", id="too many"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_taken_over(text: str, said: str) -> None:
    taken = read_file(SUBJECTS, text.encode())
    assert said in [one.zh for one in taken.problems]
    assert taken.rows == []


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old", b"\xff\xfe\x00", b"\x81\x00\xff", bytes(range(256))],
)
def test_what_is_no_table_is_one_sentence(data: bytes) -> None:
    taken = read_file(SUBJECTS, data)
    assert len(taken.problems) >= 1
    assert taken.rows == []


def test_formulas_stay_text() -> None:
    formula = '=HYPERLINK("http://x.example","张三")'
    assert read_file(PEOPLE, workbook(("姓名",), (formula,))).rows == [{"name": formula}]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_the_empty_workbook_is_read_by_its_own_headings(table) -> None:  # type: ignore[no-untyped-def]
    book = load_workbook(io.BytesIO(empty_xlsx(table)))
    shown = [column for column in table.columns if not column.aside]
    for place, column in enumerate(shown, start=1):
        book.active.cell(2, place).value = column.choices[1][1] if column.choices else f"内容{place}"
    out = io.BytesIO()
    book.save(out)
    (row,) = read_file(table, out.getvalue()).rows
    assert list(row) == [column.name for column in shown]


def test_a_name_has_the_same_id_in_every_meeting() -> None:
    assert person_id("张三") == person_id(" 张　三") == "p-l67yqnl4ad"
    assert person_id("张三") != person_id("李四")
    assert post_id("finance-director") == "finance-director"
    assert post_id("县财政局局长") == post_id("县财政局局长 ")
    assert post_id("县财政局局长") != person_id("县财政局局长")


def test_of_two_people_with_one_name_the_second_is_told_apart() -> None:
    value, _places = value_of(PEOPLE, [{"name": "张三"}, {}, {"name": "张三"}, {"name": "李四", "id": "own"}])
    assert [one["id"] for one in value] == ["p-l67yqnl4ad", "p-l67yqnl4ad-2", "own"]


def test_ids_that_are_free() -> None:
    taken = {"m", "m-2", "x" * 64}
    assert free_id("m", taken.__contains__) == "m-3"
    assert free_id("x" * 64, taken.__contains__) == "x" * 62 + "-2"
    assert free_class_id({"A", "B", "D"}) == "C"
    assert free_class_id({chr(code) for code in range(65, 91)}) == "C27"


def test_rows_of_a_team_follow_its_name() -> None:
    rows = [
        {"team": "县水务局", "role": "chief", "name": "张三", "title": "局长"},
        {"role": "member", "name": "李四", "title": "副局长"},
        {"team": "县林业局", "role": "chief", "name": "王五"},
    ]
    teams, places = value_of(TEAMS, rows)
    assert [(one["id"], one["name"], len(one["chief"]), len(one["members"])) for one in teams] == [
        ("team-1", "县水务局", 1, 1),
        ("team-2", "县林业局", 1, 0),
    ]
    assert places[(0, "members", 0, "title")] == "1-title"
    assert value_of(APPOINTEES, [{"name": "张三"}])[0][0]["note"] == ""  # needed: the reader says so beside it


def test_a_small_file_that_unpacks_to_too_much_is_refused_before_it_is_read() -> None:
    """Fifty kilobytes whose one row has twelve million cells took a minute and four gigabytes."""
    packed = io.BytesIO(workbook(("姓名",), ("张三",)))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as more:
        more.writestr("xl/worksheets/more.xml", b"<c/>" * 1_100_000)
    assert len(packed.getvalue()) < 20_000
    (problem,) = read_file(SUBJECTS, packed.getvalue()).problems
    assert problem.zh.startswith("文件太大")


def test_a_quotation_mark_that_never_ends_is_said_in_words() -> None:
    (problem,) = read_pasted(SUBJECTS, '"' + "张三,县水务局\n" * 20_000).problems
    assert "引号" in problem.zh
