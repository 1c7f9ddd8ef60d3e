"""Numbers as lists write them: Roman, Latin letters, decimals; and read back."""

from __future__ import annotations

from typing import Final

ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def numeral(value: int, form: str) -> str:
    """Writes a number as a form of Word's lists does."""
    match form:
        case "upperRoman":
            return roman(value).upper()
        case "lowerRoman":
            return roman(value)
        case "upperLetter":
            return _letter(value).upper()
        case "lowerLetter":
            return _letter(value)
        case "decimalZero":
            return f"{value:02}"
    return str(value)


def roman(value: int) -> str:
    """Writes iv for 4."""
    made = ""
    for each, sign in ROMAN:
        while value >= each:
            made, value = made + sign, value - each
    return made


def _letter(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1) if 0 < value <= 260 else str(value)


def from_roman(text: str) -> int | None:
    """Reads XIV as 14; None where the letters are no Roman number."""
    value, rest = 0, text.lower()
    for each, sign in ROMAN:
        while rest.startswith(sign):
            value, rest = value + each, rest[len(sign) :]
    return value if not rest and value and roman(value) == text.lower() else None
