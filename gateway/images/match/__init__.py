"""Is this picture, or a part of it, the one that we know? Works on hashes, keypoints and small copies, never on a
stranger's file."""
