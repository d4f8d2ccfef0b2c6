"""What customers say and what staff write down, in Chinese and English."""

TOPICS = ("delivery", "quality", "price", "service", "app")

# Comments by mood (0 unhappy, 1 neutral, 2 happy), then by topic, three or more of each.
COMMENTS_ZH: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("物流太慢了，等了一个多星期", "包裹送错地址，没人道歉", "外包装破了，里面也压坏了"),
        ("用了两天就坏了，质量太差", "做工粗糙，和图片完全不一样", "机器声音很大，漏水"),
        ("价格比别家贵很多，不值", "刚买完就降价，也不给保价", "退款少了运费，没有说清楚"),
        ("客服一直不回复，等了三天", "态度很差，问题被推来推去", "打了好几次电话都没解决"),
        ("小程序老是闪退，付不了款", "登录不上，验证码收不到", "页面太乱，找不到售后入口"),
    ),
    (
        ("配送时间一般，还可以接受", "准时送到，包装普通", "快递放在驿站，要自己取"),
        ("质量中规中矩，对得起价格", "还没怎么用，看看再说", "和描述差不多"),
        ("价格一般，活动时再买", "运费有点高，其他还行", "优惠规则有点复杂"),
        ("客服能解决问题，就是慢一点", "回复比较官方", "服务一般，没有特别的"),
        ("应用功能够用，界面普通", "更新后还要适应一下", "偶尔卡，重开就好"),
    ),
    (
        ("第二天就到了，包装很用心", "物流很快，送货师傅很客气", "配送准时，还提前打了电话"),
        ("质量非常好，用着很放心", "做工精细，超出预期", "咖啡机很好用，家人都喜欢"),
        ("性价比高，会推荐给朋友", "活动价很划算，已经回购", "价格实惠，不比实体店差"),
        ("客服很耐心，马上就解决了", "售后负责，换货很快", "服务热情，体验很好"),
        ("下单很方便，界面清楚", "应用很流畅，查订单很快", "会员积分一目了然，喜欢"),
    ),
)
COMMENTS_EN: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        (
            "Delivery took two weeks, far too slow",
            "Parcel went to the wrong address",
            "Box arrived crushed and the item was damaged",
        ),
        (
            "Broke after two days, poor quality",
            "Nothing like the pictures, badly made",
            "The machine leaks and is very loud",
        ),
        (
            "Much more expensive than elsewhere",
            "Price dropped a day later and no refund",
            "Refund was short and nobody explained why",
        ),
        (
            "Nobody answered for three days",
            "Rude agent, I was passed from one to another",
            "Called four times and it is still not solved",
        ),
        (
            "The app crashes when I try to pay",
            "Cannot log in, no code ever arrives",
            "Confusing menus, could not find returns",
        ),
    ),
    (
        (
            "Delivery was acceptable",
            "Arrived on time, ordinary packaging",
            "Had to collect it from the parcel shop",
        ),
        ("Quality is fine for the price", "Too early to tell", "About as described"),
        (
            "Average price, will wait for a sale",
            "Shipping is a bit dear, otherwise fine",
            "The discount rules are complicated",
        ),
        ("They solved it, but slowly", "The answers were rather formal", "Service was average"),
        (
            "The app does what it should",
            "Still getting used to the new version",
            "A little slow now and then",
        ),
    ),
    (
        (
            "Came the next day, carefully packed",
            "Fast delivery and a friendly driver",
            "On time and they called ahead",
        ),
        (
            "Excellent quality, works perfectly",
            "Beautifully made, better than expected",
            "Love the coffee machine",
        ),
        (
            "Great value, will recommend",
            "Good price in the sale, bought again",
            "Cheaper than the shops and just as good",
        ),
        (
            "Patient and helpful, solved at once",
            "Quick exchange, very responsible",
            "Friendly service, great experience",
        ),
        (
            "Ordering is easy and clear",
            "The app is smooth and fast",
            "I like seeing my points at a glance",
        ),
    ),
)
ENDINGS_ZH = ("", "。", "！", "，希望改进", "，总体就这样", "，谢谢")
ENDINGS_EN = ("", ".", "!", ", please note.", ", that is all.", ", thank you.")

SUBJECTS_ZH = (
    "回访：使用情况",
    "报价跟进",
    "续约沟通",
    "新品介绍",
    "邀请参加活动",
    "确认送货时间",
    "售后咨询",
    "退换货咨询",
    "发票问题",
    "投诉处理",
)
SUBJECTS_EN = (
    "Follow-up: how it is going",
    "Quote follow-up",
    "Renewal",
    "New products",
    "Event invitation",
    "Delivery time",
    "Support question",
    "Return or exchange",
    "Invoice question",
    "Complaint",
)
FIRST_INBOUND_SUBJECT = 5
