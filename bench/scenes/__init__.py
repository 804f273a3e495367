"""Pictures for `bench/pictures.py`: faces, pages of chats and mail programs drawn by Chromium, what befalls them."""
