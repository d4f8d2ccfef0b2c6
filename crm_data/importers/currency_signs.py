"""Currency signs beside numbers: which currencies they can stand for, and what they say of a table.

A sign is read over: amounts are in the company's currency. Where the signs say otherwise, that is
a finding. Many signs are shared: ¥ is CNY and JPY, $ every dollar.
"""

from collections import Counter
from collections.abc import Mapping as Dict

from crm_data.importers.mapping import Cell, TableMapping

Signs = dict[str, int]  # a sign as it is written ("$", "HK$", "$ CAD") and how often


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ISO = _codes(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN "
    "BWP BYN BZD CAD CDF CHF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR "
    "FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD "
    "JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT "
    "MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG "
    "QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR "
    "ZMW ZWL"
)
_YEN = _codes("CNY CNH JPY")
_SHARED: dict[str, frozenset[str]] = {
    "¥": _YEN,
    "￥": _YEN,
    "元": _codes("CNY CNH HKD MOP SGD TWD"),
    "$": _codes(
        "ARS AUD BBD BMD BND BSD BZD CAD CLP COP CUP DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD "
        "SGD SRD TTD TWD USD UYU XCD"
    ),
    "US$": _codes("USD"),
    "HK$": _codes("HKD"),
    "NT$": _codes("TWD"),
    "£": _codes("EGP FKP GBP GIP LBP SHP SSP SYP"),
    "€": _codes("EUR"),
    "₩": _codes("KPW KRW"),
    "₹": _codes("INR"),
    "RMB": _codes("CNY CNH"),
    "NTD": _codes("TWD"),
}
# Amounts in another currency are what this column is for.
_ANY_CURRENCY = ("amount_original",)


def currencies(sign: str) -> frozenset[str] | None:
    """Return the currencies that a sign can stand for; None where it is no sign of a currency.

    Signs on both sides of a number (``$ CAD``) must both fit; where none does, nothing is left.
    """
    parts = [_SHARED.get(part, frozenset({part}) & _ISO) for part in sign.split()]
    known = [part for part in parts if part]
    return frozenset.intersection(*known) if known else None


def known_signs(counted: Dict[str, int]) -> Signs:
    """Return the counts of signs that stand for a currency; ``PCS`` and its like do not."""
    trimmed: Counter[str] = Counter()
    for sign, count in counted.items():
        if currencies(sign) is not None:
            trimmed[sign.strip()] += count
    return dict(sorted(trimmed.items()))


def signs_of(table: TableMapping, signs: Dict[str, Signs]) -> dict[str, Signs]:
    """Return the signs in the columns that a table takes numbers from, by header."""
    headers = dict.fromkeys(h for _, cell in _numbers(table) for h in cell.headers)
    return {header: signs[header] for header in headers if signs.get(header)}


def currency_findings(table: TableMapping, signs: Dict[str, Signs], company: str) -> "Counter[str]":
    """Return the findings of a table about currency signs: values by rule.

    ``currency_sign``: a number has a sign. ``currency_mixed``: the signs of its column cannot all
    mean one currency. ``currency_differs``: its sign cannot mean the company's currency.
    """
    findings: Counter[str] = Counter()
    compared = {
        h for name, cell in _numbers(table) if name not in _ANY_CURRENCY for h in cell.headers
    }
    for header, counted in signs_of(table, signs).items():
        total = sum(counted.values())
        findings["currency_sign"] += total
        if header not in compared:
            continue
        meant = {sign: currencies(sign) or frozenset() for sign in counted}
        if not frozenset.intersection(*meant.values()):
            findings["currency_mixed"] += total
        findings["currency_differs"] += sum(
            count for sign, count in counted.items() if company not in meant[sign]
        )
    return findings


def _numbers(table: TableMapping) -> list[tuple[str, Cell]]:
    """Return the cells of a table that are read as something other than text."""
    spec = table.spec
    return [
        (name, cell)
        for name, cell in table.columns
        if cell.is_read and spec.field(name).kind not in ("text", "json")
    ]
