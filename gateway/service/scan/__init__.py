"""`hushgate scan`: what of mail that was sent before would be stopped by the rules and reports of now."""
