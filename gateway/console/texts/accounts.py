"""Signing in, and accounts."""

TEXTS: dict[str, tuple[str, str]] = {
    "sign_in": ("登录", "Sign in"),
    "name": ("用户名", "Name"),
    "password": ("密码", "Password"),
    "password_again": ("再输一次密码", "Password again"),
    "set_up": ("设置第一个账号", "Set up the first account"),
    "set_up_hint": (
        "此链接只能使用一次。密码至少 12 个字符。",
        "This link works once. The password needs at least 12 characters.",
    ),
    "create": ("创建账号", "Create the account"),
    "wrong": ("用户名或密码不对。", "Name or password is wrong."),
    "too_many": ("尝试次数过多，请半分钟后再试。", "Too many attempts. Try again in half a minute."),
    "link_dead": ("链接无效、已使用或已过期。", "The link is unknown, used or expired."),
    "bad_name": (
        "用户名须为 1 至 64 个字母、数字、点、横线或汉字。",
        "The name takes 1 to 64 letters, digits, dots, dashes or Chinese characters.",
    ),
    "short": ("密码至少 12 个、至多 256 个字符。", "The password takes 12 to 256 characters."),
    "differ": ("两次输入的密码不一致。", "The two passwords differ."),
}
