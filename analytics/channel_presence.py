"""Whether a channel meets people online or offline, from its name in English or Chinese."""

import re
from typing import Literal

Presence = Literal["online", "offline", "other"]

_ONLINE = (
    "email edm sms text push app web website online internet digital search sem seo social display "
    "banner video affiliate ads wechat weibo douyin tiktok xiaohongshu facebook instagram google "
    "baidu youtube linkedin livestream content newsletter ecommerce mms whatsapp"
)
_ONLINE_ZH = (
    "线上 电子 邮件 短信 彩信 推送 应用 网站 官网 网络 网页 "
    "互联网 数字 搜索 社交 社媒 展示广告 视频 直播 微信 微博 "
    "抖音 小红书 百度 淘宝 天猫 京东 公众号 小程序 电商 信息流"
)
_OFFLINE = (
    "offline event events store shop retail print flyer leaflet catalog catalogue mail postal "
    "radio tv television outdoor billboard fair expo tradeshow exhibition phone call "
    "telephone door visit conference magazine newspaper ooh"
)
_OFFLINE_ZH = (
    "线下 活动 门店 店铺 实体 展会 展览 传单 海报 邮寄 信函 直邮 广播 电台 "
    "电视 户外 地推 电话 拜访 会议 报纸 杂志 楼宇 地铁 印刷"
)
_WORDS: dict[Presence, frozenset[str]] = {
    "online": frozenset(_ONLINE.split()), "offline": frozenset(_OFFLINE.split()),
}  # fmt: skip
_PARTS: dict[Presence, tuple[str, ...]] = {
    "online": tuple(_ONLINE_ZH.split()), "offline": tuple(_OFFLINE_ZH.split()),
}  # fmt: skip


def presence(channel: object) -> Presence:
    """Return where a channel meets people; ``other`` where its name does not tell, or tells both.

    Of English, whole words count ("email" is online, "mail" is a letter); of Chinese, parts of the
    name. "Online" and "offline" themselves, in both languages, win over all other words.

    Examples
    --------
    >>> presence("Paid search"), presence("线下活动"), presence("partner")
    ('online', 'offline', 'other')
    """
    if not isinstance(channel, str):
        return "other"
    name = channel.casefold().replace("e-mail", "email")
    words = set(re.findall(r"[a-z]+", name))
    said: list[tuple[Presence, str]] = [("online", "线上"), ("offline", "线下")]
    itself = [kind for kind, chinese in said if kind in words or chinese in name]
    if not itself:
        itself = [
            kind for kind, _ in said
            if words & _WORDS[kind] or any(part in name for part in _PARTS[kind])
        ]  # fmt: skip
    return itself[0] if len(itself) == 1 else "other"
