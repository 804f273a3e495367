"""Why something could not be inspected, or is read differently by different programs: each word in two languages.

Formats give the words; these are the sentences that a reviewer reads. A test holds both lists together.
"""

REASONS: dict[str, tuple[str, str]] = {
    # nothing could be read
    "unknown_binary": ("无法识别的二进制文件", "a binary file of an unknown kind"),
    "unsupported_format": ("暂不支持检查的文件格式", "a file format that cannot be inspected"),
    "encrypted_text": ("正文经过加密，无法检查", "encrypted text that cannot be inspected"),
    "encrypted_zip": ("压缩包已加密，无法检查", "an encrypted archive that cannot be inspected"),
    "encrypted_archive": ("压缩包已加密，无法检查", "an encrypted archive that cannot be inspected"),
    "encrypted_pdf": ("PDF 已加密，无法检查", "an encrypted PDF that cannot be inspected"),
    "encrypted_document": ("文档已加密，无法检查", "an encrypted document that cannot be inspected"),
    "undecodable_text": ("文字编码无法识别", "text in no known character set"),
    "undecodable_header": ("邮件头的文字编码无法识别", "a header field in no known character set"),
    "external_body": ("正文不在邮件内，存放在外部", "the content is kept outside the message"),
    "too_deep": ("嵌套层数过多", "nested too deeply"),
    "too_many_parts": ("邮件部分或文件过多", "too many parts or files"),
    "over_size": ("内容过大，未能全部检查", "too large to be inspected whole"),
    "time_limit": ("检查超时", "inspection took too long"),
    "reader_crashed": ("检查程序在读取时崩溃", "the reader crashed on it"),
    "picture_too_large": ("图片尺寸过大", "a picture too large to be read"),
    "picture_text_unsure": ("图片中的文字无法可靠识别", "text in a picture that cannot be read reliably"),
    "animated_picture": ("动态图片，未能逐帧检查", "an animated picture not read frame by frame"),
    # damaged: broken_<format>
    "broken_mime": ("邮件结构损坏，无法读取", "a mail too damaged to be read"),
    "broken_text": ("文本损坏，无法读取", "text too damaged to be read"),
    "broken_html": ("HTML 损坏，无法读取", "HTML too damaged to be read"),
    "broken_ooxml": ("Office 文档损坏，无法读取", "an Office document too damaged to be read"),
    "broken_docx": ("Word 文档损坏，无法读取", "a Word document too damaged to be read"),
    "broken_xlsx": ("Excel 表格损坏，无法读取", "an Excel workbook too damaged to be read"),
    "broken_pptx": ("PowerPoint 演示文稿损坏，无法读取", "a PowerPoint file too damaged to be read"),
    "broken_pdf": ("PDF 损坏，无法读取", "a PDF too damaged to be read"),
    "broken_archive": ("压缩包损坏，无法读取", "an archive too damaged to be read"),
    "broken_zip": ("压缩包损坏，无法读取", "an archive too damaged to be read"),
    "broken_image": ("图片损坏，无法读取", "a picture too damaged to be read"),
    # read differently by different programs
    "duplicate_field": ("只应出现一次的邮件头重复出现", "a header field given twice that may stand once"),
    "duplicate_parameter": ("同一参数重复出现", "a parameter given twice"),
    "duplicate_boundary": ("分隔符（boundary）重复或互相矛盾", "two boundaries for one multipart"),
    "missing_boundary": ("缺少分隔符（boundary）", "a multipart without a boundary"),
    "odd_boundary": ("分隔符（boundary）含有不允许的字符", "a boundary with characters it may not have"),
    "nested_boundary": ("内外层分隔符相同或互为前缀", "an inner boundary that begins like an outer one"),
    "boundary_prefix": ("正文中有与分隔符相似的行", "a line that begins like a boundary"),
    "odd_delimiter": ("分隔行之后有多余内容", "text behind a closing boundary"),
    "stray_boundary": ("非 multipart 部分带有分隔符", "a boundary where there is no multipart"),
    "no_parts": ("multipart 内没有任何部分", "a multipart without parts"),
    "unclosed_multipart": ("multipart 没有结束标记", "a multipart that is never closed"),
    "parts_after_end": ("结束标记之后还有部分", "parts behind the closing boundary"),
    "hidden_part": ("分隔符之外藏有邮件部分", "a part outside the boundaries"),
    "encoded_multipart": ("multipart 自身被编码", "a multipart that is itself encoded"),
    "encoded_message": ("内嵌邮件自身被编码", "a nested message that is itself encoded"),
    "partial_message": ("邮件被拆成多封", "a message split over several mails"),
    "unterminated_header": ("邮件头没有结束", "a header that never ends"),
    "broken_header": ("邮件头中有无法解析的行", "a header line that is no field"),
    "odd_field_name": ("邮件头字段名写法异常", "a field name written in a way programs disagree on"),
    "oversized_field": ("邮件头字段过长", "a header field too long"),
    "mixed_line_ends": ("换行符不统一", "two kinds of line ends"),
    "nul_byte": ("含有空字节（NUL）", "a NUL byte in text"),
    "broken_parameter": ("参数写法错误", "a parameter that cannot be parsed"),
    "comment_in_value": ("参数中夹有注释", "a comment inside a structured value"),
    "odd_content_type": ("内容类型写法异常", "a content type that cannot be parsed"),
    "unknown_transfer_encoding": ("未知的传输编码", "an unknown transfer encoding"),
    "damaged_base64": ("Base64 数据不合规范", "base64 data with foreign or misplaced characters"),
    "damaged_quoted_printable": ("Quoted-printable 数据不合规范", "quoted-printable data with bad escapes"),
    "charset_mismatch": ("声明的字符集与内容不符", "a character set that does not fit the text"),
    "ambiguous_address": ("地址写法有歧义", "an address that can be read as two"),
}  # fmt: skip


def sentences(reason: str) -> tuple[str, str]:
    """Chinese and English; the word itself where it is not in the catalogue."""
    return REASONS.get(reason, (reason, reason))
