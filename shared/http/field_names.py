"""Names of input fields in Chinese, as the pages have them."""

from collections.abc import Iterable

_NAMES = {
    "action": "操作",
    "actor": "操作人",
    "after": "起始位置",
    "amount": "到账金额",
    "application_no": "申请书号",
    "application_nos": "申请书号",
    "archived": "是否已归档",
    "at_from": "开始日期",
    "at_to": "结束日期",
    "attachment_id": "附件编号",
    "awaits_reissue": "是否待重新开票",
    "birth_date": "出生日期",
    "captcha": "验证码",
    "captcha_id": "验证码编号",
    "client_id": "客户端编号",
    "client_secret": "客户端密钥",
    "confirmation_no": "确认书号",
    "confirmation_nos": "确认书号",
    "confirmed_from": "确认日期",
    "confirmed_on": "确认日期",
    "confirmed_to": "确认日期",
    "corrects": "所更正的批次",
    "cursor": "翻页位置",
    "decision": "审核结论",
    "description": "说明",
    "document_kind": "证件类型",
    "effective_from": "生效日期",
    "effective_to": "生效日期",
    "email": "交款人邮箱",
    "entered_from": "录入日期",
    "entered_to": "录入日期",
    "event_id": "事件编号",
    "file": "文件",
    "funding_source": "会费来源",
    "grant_type": "授权类型",
    "import_id": "批次编号",
    "invoice_id": "批次号",
    "kind": "类型",
    "limit": "每页条数",
    "lines": "保障活动",
    "mobile": "手机号",
    "name": "姓名",
    "new_employment": "是否新业态",
    "number": "证件号码",
    "occupation_class": "职业类别",
    "other": "其他信息",
    "outcome": "结果",
    "password": "密码",
    "paused": "是否暂停",
    "payment_id": "到账编号",
    "person_id": "人员编号",
    "persons": "人数",
    "plan": "保障活动",
    "position": "起始位置",
    "print_id": "打印编号",
    "printed": "是否已打印",
    "q": "姓名或证件号码",
    "reason": "原因",
    "received_on": "到账日期",
    "remark": "备注",
    "reviewed_by_me": "是否由我审核",
    "sex": "性别",
    "shares": "份数",
    "staff": "在职职工人数",
    "standing": "到账状态",
    "state": "状态",
    "subject": "对象",
    "tax_no": "税号",
    "tax_no_kind": "税号类型",
    "time": "时间",
    "title": "抬头",
    "topics": "事件主题",
    "unexpired": "是否未到期",
    "unit": "单位名称",
    "unit_id": "单位编号",
    "unit_price": "人均单价",
    "url": "接收地址",
    "username": "用户名",
    "wait": "等待秒数",
    "webhook_id": "订阅编号",
    "women": "在职女职工人数",
}


def field_name(path: Iterable[str | int]) -> str:
    """Name a field by its place in the input, such as 保障活动第1项的份数; empty when it has none.

    Places in lists count from 1, as people do. What has no name here is left out: the name that
    programs know is in the problem's `field`.
    """
    words = ""
    for part in path:
        if isinstance(part, int):
            words += f"第{part + 1}项"
        elif part in _NAMES:
            words += f"的{_NAMES[part]}" if words else _NAMES[part]
    return words
