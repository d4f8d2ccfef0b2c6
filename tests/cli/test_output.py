"""Numbers in tables of the command line, by hand."""

import pytest

from cli.output import print_table


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0765896, "0.07659"), (0.0699512, "0.06995"), (0.00483745, "0.004837"), (0.5, "0.5"),
        (12.34567, "12.3457"), (1234.5, "1,234.5"), (0.0, "0"), (-0.0, "0"), (-1e-12, "0"),
        (-0.0002, "-0.0002"), (0.99999, "1"), (float("nan"), "–"), (3, "3"), (None, "–"),
    ],
)  # fmt: skip
def test_four_digits_that_count(
    value: object, written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_table(("n",), [(value,)])
    assert capsys.readouterr().out == f"n\n{written}\n"


def test_a_p_value_is_never_0(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("p_value", "low"), [(0.0, 0.0), (0.0009, 0.0009), (0.001, 0.2), (None, -0.0)])
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
    assert rows == [["<0.001", "0"], ["<0.001", "0.0009"], ["0.001", "0.2"], ["–", "0"]]
