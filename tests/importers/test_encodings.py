import codecs
from pathlib import Path

import pytest

from crm_data.errors import BadInputError
from crm_data.settings import Settings
from tests.importers.reading import mapped, stage

CUSTOMERS = mapped("customers", customer_id="编号", name="名称", city="城市")
SIMPLIFIED = "编号,名称,城市\n" + "".join(
    f"{n},上海贸易有限公司{n},北京市朝阳区\n" for n in range(1, 6)
)
TRADITIONAL = "編號,名稱,城市\n" + "".join(
    f"{n},臺灣貿易股份有限公司{n},臺北市信義區\n" for n in range(1, 6)
)


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        (SIMPLIFIED.encode(), "utf-8"),
        (codecs.BOM_UTF8 + SIMPLIFIED.encode(), "utf-8"),
        (SIMPLIFIED.encode("gb18030"), "gb18030"),
        (SIMPLIFIED.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"), "utf-16"),
    ],
    ids=["utf-8", "utf-8 with mark", "gb18030", "utf-16 little", "utf-16 big"],
)
def test_encoding_is_found(settings: Settings, tmp_path: Path, data: bytes, reported: str) -> None:
    made = stage(settings, tmp_path, data, CUSTOMERS)

    assert made.report["encoding"] == reported
    assert made.rows("customers", "customer_id, name, city")[0] == (
        "1", "上海贸易有限公司1", "北京市朝阳区",
    )  # fmt: skip


def test_big5_is_told_from_gb18030(settings: Settings, tmp_path: Path) -> None:
    mapping = mapped("customers", customer_id="編號", name="名稱")
    made = stage(settings, tmp_path, TRADITIONAL.encode("big5"), mapping)

    assert made.report["encoding"] == "big5"
    assert made.rows("customers", "name")[0] == ("臺灣貿易股份有限公司1",)


def test_utf16_without_mark_is_found(settings: Settings, tmp_path: Path) -> None:
    text = "customer_id,name\n1,Ada\n2,Bob\n".encode("utf-16-le")
    made = stage(settings, tmp_path, text)

    assert made.report["encoding"] == "utf-16"
    assert made.rows("customers", "customer_id, name") == [("1", "Ada"), ("2", "Bob")]


def test_western_text_is_not_taken_for_chinese(settings: Settings, tmp_path: Path) -> None:
    text = "customer_id,name\n" + "".join(
        f"{n},Jürgen Müller aus Köln bleibt schön müde\n" for n in range(20)
    )
    made = stage(settings, tmp_path, text.encode("cp1252"))

    assert made.rows("customers", "name")[0] == ("Jürgen Müller aus Köln bleibt schön müde",)


def test_late_foreign_bytes_decide_for_the_whole_file(settings: Settings, tmp_path: Path) -> None:
    """The first megabytes are ASCII: only reading the whole file shows the encoding."""
    lines = "".join(f"{n},plain name {n},here\n" for n in range(60_000))
    data = f"编号,名称,城市\n{lines}".encode("gb18030")[: -len("x")] + "京\n".encode("gb18030")
    ascii_header = data.replace("编号,名称,城市".encode("gb18030"), b"customer_id,name,city", 1)
    made = stage(settings, tmp_path, ascii_header)

    assert len(ascii_header) > 1 << 20
    assert made.report["encoding"] == "gb18030"
    assert made.rows("customers", "city", "customer_id = '59999' DESC")[0] == ("here京",)


def test_named_encoding_is_used_and_checked(settings: Settings, tmp_path: Path) -> None:
    named = {"source": {"encoding": "big5"}, "tables": {"customers": {"columns": {
        "customer_id": "編號", "name": "名稱"}}}}  # fmt: skip
    assert stage(settings, tmp_path, TRADITIONAL.encode("big5"), named).report["encoding"] == "big5"

    named["source"] = {"encoding": "utf-8"}
    with pytest.raises(BadInputError, match="not text in utf-8") as caught:
        stage(settings, tmp_path, TRADITIONAL.encode("big5"), named)
    assert caught.value.code == "wrong_encoding"

    named["source"] = {"encoding": "klingon"}
    with pytest.raises(BadInputError, match="'klingon' is not known"):
        stage(settings, tmp_path, TRADITIONAL, named)


def test_utf8_is_read_without_a_copy(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm_data.importers import source, to_utf8

    def copied(*_args: object) -> bool:
        raise AssertionError("a plain UTF-8 file was copied")

    monkeypatch.setattr(to_utf8, "_transcode", copied)
    monkeypatch.setattr(source, "regular", copied)

    assert stage(settings, tmp_path, SIMPLIFIED, CUSTOMERS).table("customers")["rows"] == 5


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (SIMPLIFIED.encode() + "6,深圳市南山区,重庆\n".encode("gb18030"), 7),
        (SIMPLIFIED.replace("公司3", "\0").encode().replace(b"\0", b"\xff\xfe"), 4),
        (SIMPLIFIED.encode()[:-2], 6),
        ("编号,名称\n".encode("gb18030") + "1,上海贸易\n".encode(), 1),
        (SIMPLIFIED.encode("gb18030") + "6,重庆,重庆\n".encode(), 1),
        (b"customer_id,name\n1,J\xfcrgen\n" + "2,Jürgen\n".encode(), 2),
        (b"customer_id,name\n1,A\n2,\xed\xa0\x80abc\n", 3),
        ((SIMPLIFIED + "6,a\ud800b,c\n").encode("utf-8", "surrogatepass"), 7),
    ],
    ids=[
        "two encodings",
        "bytes of no encoding",
        "cut off",
        "first GB18030",
        "last UTF-8",
        "Latin",
        "only half a character",
        "half a character",
    ],
)
def test_text_of_two_encodings_is_refused_with_its_line(
    settings: Settings, tmp_path: Path, data: bytes, line: int
) -> None:
    with pytest.raises(BadInputError, match=f"line {line} is not UTF-8") as caught:
        stage(settings, tmp_path, data, CUSTOMERS)
    assert caught.value.code == "mixed_encodings"
