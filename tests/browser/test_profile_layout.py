"""The tiles of the profile leave no hole and nothing sticks out, on a desktop and a telephone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.browser.conftest import SCREENSHOTS, serving
from tests.customers.shop import built

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = 240_000


def test_tiles_fill_their_rows(browser: Browser, tmp_path: Path) -> None:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path / "home")})
    built(settings)
    dispose(settings)
    with serving(settings.home) as url:
        for width in (1440, 390):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto(url)
            expect(page.locator("h1")).to_be_visible(timeout=LONG)
            page.goto(f"{url}/customer?customer=c1")
            expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=LONG)
            tiles = page.locator("[class*='st-key-tile_']")
            expect(tiles).to_have_count(7, timeout=LONG)
            page.wait_for_timeout(2000)
            boxes = [tile.bounding_box() or {} for tile in tiles.all()]
            page.screenshot(path=SCREENSHOTS / f"profile-tiles-{width}.png")
            page.close()

            rows: dict[int, list[tuple[float, float]]] = {}
            for box in boxes:
                rows.setdefault(round(box["y"]), []).append((box["x"], box["x"] + box["width"]))
            edges = {(round(min(row)[0]), round(max(row)[1])) for row in rows.values()}
            assert len(edges) == 1, (width, rows)
            assert [len(row) for row in rows.values()] == ([4, 3] if width > 500 else [2, 2, 2, 1])
            assert max(right for _, right in edges) <= width
