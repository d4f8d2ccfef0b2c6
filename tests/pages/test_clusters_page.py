"""The clusters view, the portrait and the comparison, in both languages."""

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.commands.segments import create_segment, delete_segment
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from sample_data.demo import build_demo
from scoring import score_version
from tests.pages.conftest import END, NOW, OpenPage, texts
from tests.pages.test_contract import LATIN_ALLOWED
from tests.steps import only
from ui.translations import catalogue

pytestmark = pytest.mark.long

LANGUAGES = ("en", "zh_CN")
COMPANIES = '{"field":"kind","op":"eq","values":["company"]}'
PEOPLE = '{"field":"kind","op":"eq","values":["person"]}'
SEARCHERS = '{"field":"source","op":"eq","values":["search"]}'


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A company with customers enough for stable clusters."""
    home = tmp_path_factory.mktemp("larger")
    made = Settings.from_environment({"CRM_HOME": str(home), "CRM_TIMEZONE": "Asia/Shanghai"})
    with only("rfm", "lifecycle", "value", "clusters"):
        build_demo(made, customers=1500, seed=1, months=26, end=END, now=NOW, scorer=score_version)
    yield made
    dispose(made)


def english_left(page: AppTest) -> list[str]:
    """Latin words on a Chinese page that are no name, unit or value of the data."""
    found = []
    for text in set(texts(page)) - {"clusters", "zh_CN"}:  # values of controls, which nobody sees
        cleaned = re.sub(r"`[^`]*`|:material/\w+:|\*\*.*?\*\*|“[^”]*”", " ", text)
        found += [w for w in re.findall(r"[A-Za-z]{2,}", cleaned) if w.lower() not in LATIN_ALLOWED]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_view_says_what_clusters_are_worth(
    company: Settings, open_page: OpenPage, language: str
) -> None:
    page = open_page("segments", company, language=language, query={"view": "clusters"})
    t = catalogue(language)

    assert not page.exception
    assert next(h.value for h in page.subheader) == t("clusters.closer")
    assert t("clusters.against_rfm") in [h.value for h in page.subheader]
    said = " ".join(
        box.value for kind in ("success", "warning", "info") for box in getattr(page, kind)
    )
    assert "RFM" in said
    assert "nan" not in " ".join(texts(page)).lower().split()
    assert page.main.selectbox[0].options[0].startswith(t("clusters.name_plain", number="1"))
    if language == "zh_CN":
        assert english_left(page) == []


def test_the_chosen_cluster_is_in_the_address(company: Settings, open_page: OpenPage) -> None:
    query = {"view": "clusters", "cluster": "c2"}
    page = open_page("segments", company, query=query)

    assert page.main.selectbox[0].value == "c2"
    page.main.selectbox[0].set_value("c1").run()
    assert page.query_params["cluster"] == "c1"


def test_a_saved_segment_filters_sizes_and_customers(
    company: Settings, open_page: OpenPage
) -> None:
    kept = create_segment(
        company, name="Companies", definition=COMPANIES, note="", now=NOW, actor="ada"
    )
    query = {"view": "clusters", "cluster": "c1"}
    part = open_page("segments", company, query={**query, "segment": kept.segment_id})
    delete_segment(company, EVERYTHING, kept.segment_id, now=NOW, actor="ada")

    listed = part.dataframe(key="cluster_members").value["customer_id"]
    assert catalogue("en")("clusters.of_segment") in [c.value for c in part.caption]
    with Warehouse(company).connect(Warehouse(company).current() or "") as conn:
        kinds = dict(
            conn.exec_driver_sql(
                "SELECT f.customer_id, f.kind FROM customer_facts f JOIN customer_scores s "
                "USING (customer_no) WHERE s.cluster = 'c1'"
            ).all()
        )
    assert {kinds[one] for one in listed} == {"company"}
    said = " ".join(caption.value for caption in part.caption)
    assert f"{sum(kind == 'company' for kind in kinds.values()):,} customers" in said


@pytest.mark.parametrize("cluster", ["c99", "<script>", ""])
def test_an_unknown_cluster_is_the_first(
    company: Settings, open_page: OpenPage, cluster: str
) -> None:
    page = open_page("segments", company, query={"view": "clusters", "cluster": cluster})

    assert not page.exception
    assert page.main.selectbox[0].value == "c1"


def test_a_part_of_the_company_sees_its_clusters_and_no_evidence_of_the_whole(
    company: Settings, open_page: OpenPage
) -> None:
    with Warehouse(company).connect(Warehouse(company).current() or "") as conn:
        owner = conn.exec_driver_sql(
            "SELECT owner_id FROM customer_facts WHERE owner_id IS NOT NULL "
            "GROUP BY owner_id ORDER BY count(*) DESC LIMIT 1"
        ).scalar()
    scope = AccessScope(frozenset({str(owner)}))
    page = open_page("segments", company, scope=scope, query={"view": "clusters"})
    t = catalogue("en")

    assert not page.exception
    assert t("clusters.part_only") in [c.value for c in page.caption]
    assert t("clusters.against_rfm") not in [h.value for h in page.subheader]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_sees_none(company: Settings, open_page: OpenPage, language: str) -> None:
    query = {"view": "clusters"}
    page = open_page("segments", company, scope=NOBODY, language=language, query=query)

    assert [box.value for box in page.info] == [catalogue(language)("scores.none_visible")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_version_without_scores_says_so(tmp_path, open_page: OpenPage, language: str) -> None:  # type: ignore[no-untyped-def]  # pytest's own path
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    build_demo(settings, customers=60, seed=1, months=6, end=END, now=NOW)
    page = open_page("segments", settings, language=language, query={"view": "clusters"})

    assert not page.exception
    assert [box.value for box in page.info] == [catalogue(language)("clusters.none")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "verdict",
    ["too_few", "no_variance", "unstable", "better", "no_better", "worse", "not_tested"],
)
def test_every_verdict_has_its_sentence(language: str, verdict: str) -> None:
    def script(language: str, verdict: str) -> None:
        from types import SimpleNamespace

        from pages.customers.parts.cluster_evidence import verdict as draw
        from ui.formats import Formats
        from ui.translations import catalogue

        ctx = SimpleNamespace(
            t=catalogue(language), formats=Formats(language, "CNY", "UTC"), theme="light"
        )
        has_clusters = verdict not in ("too_few", "no_variance", "unstable")
        rows = [
            {"agreement": 0.6, "is_chosen": False},
            {"agreement": 0.8, "is_chosen": has_clusters},
        ]
        held = {"explained": 0.2, "explained_other": 0.3, "low": -0.2, "high": 0.01}
        draw(
            ctx,  # type: ignore[arg-type]  # as much of a context as it reads
            {
                "verdict": verdict, "k": 3 * has_clusters, "customers": 321,
                "chance_agreement": 0.7,
                "stability": rows if verdict not in ("too_few", "no_variance") else [],
                "least_customers": 200, "least_agreement": 0.75, "is_continuum": has_clusters,
                "against_rfm": held if verdict.endswith(("better", "worse")) else None,
            },
        )  # fmt: skip

    page = AppTest.from_function(script, args=(language, verdict)).run()
    (said,) = [b.value for kind in ("success", "warning", "info") for b in getattr(page, kind)]

    assert not page.exception
    assert "nan" not in said.lower()
    assert ("0.8" in said) == (verdict not in ("too_few", "no_variance"))
    if verdict.endswith(("better", "worse")):
        assert "20.0%" in said
        assert "30.0%" in said


def _part(home: str, language: str, segments: tuple[tuple[str, str], ...]) -> None:
    from datetime import UTC, date, datetime

    from crm_data.scope import EVERYTHING
    from crm_data.settings import Settings
    from crm_data.versions import Warehouse
    from pages.customers.parts import compare_segments, portrait
    from ui.context import PageContext
    from ui.formats import Formats
    from ui.translations import catalogue

    settings = Settings.from_environment({"CRM_HOME": home, "CRM_TIMEZONE": "Asia/Shanghai"})
    ctx = PageContext(
        settings, Warehouse(settings).current() or "", EVERYTHING, "tester", language,
        date(2026, 3, 16), datetime(2026, 3, 16, tzinfo=UTC), catalogue(language),
        Formats(language, "CNY", "Asia/Shanghai"),
    )  # fmt: skip
    if len(segments) == 1:
        portrait.part(ctx, segments[0][1])
    else:
        compare_segments.part(ctx, segments)


def part(settings: Settings, language: str, *segments: tuple[str, str]) -> AppTest:
    page = AppTest.from_function(
        _part, args=(str(settings.home), language, segments), default_timeout=60
    )
    return page.run()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Average order: CN¥"), ("zh_CN", "客单价：平均 ¥")]
)
def test_portrait_of_a_group_in_words(company: Settings, language: str, words: str) -> None:
    page = part(company, language, ("Companies", COMPANIES))

    assert not page.exception
    assert words in page.markdown[0].value.replace("\\", "")
    assert len(page.dataframe) == 1
    if language == "zh_CN":
        assert english_left(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_portrait_of_nobody_and_of_everybody(company: Settings, language: str) -> None:
    for among, key in (('{"any":[]}', "too_few"), ('{"all":[]}', "no_rest")):
        page = part(company, language, ("x", among))
        start = catalogue(language)(f"portrait.{key}", n="\x00", rest="\x00", least="5").split(
            "\x00"
        )

        assert not page.exception
        assert start[-1][-12:] in page.info[0].value
        assert not page.dataframe


@pytest.mark.parametrize("language", LANGUAGES)
def test_comparison_shows_figures_marks_and_overlap(company: Settings, language: str) -> None:
    page = part(company, language, ("Firms", COMPANIES), ("Search *bold*", SEARCHERS))
    t = catalogue(language)

    assert not page.exception
    (table,) = page.dataframe
    assert table.value.columns.tolist() == ["label", "Firms", "Search *bold*"]
    orders = table.value.set_index("label").loc[t("portrait.feature.average_order_value")]
    assert orders["Firms"].startswith("▲ ")
    assert t("compare.overlap_note") in [c.value for c in page.caption]
    assert not re.search(r"\bnan\b", " ".join(table.value.to_numpy().ravel()).lower())


def test_comparison_against_a_segment_and_without_overlap(company: Settings) -> None:
    page = part(company, "en", ("Firms", COMPANIES), ("People", PEOPLE))
    assert catalogue("en")("compare.no_overlap") in [c.value for c in page.caption]

    page.selectbox[0].set_value("1").run()

    assert not page.exception
    orders = page.dataframe[0].value.set_index("label").loc["Average order"]
    assert not orders["People"].startswith(("▲", "▼", "≈"))


def test_one_segment_is_no_comparison(company: Settings) -> None:
    page = part(company, "en")

    assert [box.value for box in page.info] == [catalogue("en")("compare.choose", most="5")]
