"""The court case, built for real and run; `outbox` is the world in the tests too."""
