"""Names under which sources keep what a person is known by and the data model has no column for."""

ATTRIBUTE_NAMES = {
    "name": ("name", "Name", "Full Name", "Lead Name", "姓名", "名称", "线索名称", "Company"),
    "given": ("FirstName", "First Name", "first_name"),
    "family": ("LastName", "Last Name", "last_name"),
    "email": ("email", "Email", "E-mail", "邮箱", "电子邮箱", "电子邮件"),
    "phone": ("phone", "Phone", "MobilePhone", "Mobile", "手机", "电话", "手机号"),
    "birth_on": ("birth_on", "Birthdate", "Birthday", "Date of Birth", "生日", "出生日期"),
    "gender": ("gender", "Gender", "性别"),
    "address": (
        "address",
        "Address",
        "Street",
        "Street Address",
        "BillingStreet",
        "地址",
        "详细地址",
    ),
    "city": ("city", "City", "城市"),
    "region": ("region", "State", "Region", "省份", "省"),
    "postcode": (
        "postcode",
        "PostalCode",
        "Zip",
        "Zip Code",
        "BillingPostalCode",
        "邮编",
        "邮政编码",
    ),
    "national_id": ("national_id", "National ID", "Tax ID", "身份证号", "统一社会信用代码", "税号"),
}
