"""The court case, built for real and run; `sink` is the world in the tests too."""
