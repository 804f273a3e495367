"""Normalising, Chinese, look-alikes, character sets. Pure: text in, text out."""
