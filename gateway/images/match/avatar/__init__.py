"""A reporter's avatar, found in a picture in any size and mask: coarse first, then fine."""
