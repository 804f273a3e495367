"""Opens containers of compressed members under limits, for whatever format is made of one."""
