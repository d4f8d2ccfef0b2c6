"""Where usual names of stages stand in a sale, first to last: only where no history tells."""

STAGE_WORDS: tuple[tuple[str, ...], ...] = (
    ("prospect", "new", "lead", "初步", "潜在", "线索", "新建"),
    ("qualif", "engag", "contact", "appointment", "接洽", "验证", "资格", "跟进", "立项"),
    ("discover", "needs", "analysis", "需求", "调研", "presentation", "demo", "演示"),
    ("value", "solution", "decision maker", "perception", "方案"),
    ("proposal", "quote", "price", "pricing", "报价", "投标", "建议书"),
    ("negotiat", "review", "contract", "谈判", "议价", "合同", "审批"),
    ("won", "赢单", "成交", "签约"),
    ("lost", "输单", "丢单", "失败", "无效"),
)
