"""Reports in: files and mails to stored reports, with what they tell of the reporter."""
