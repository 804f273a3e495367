"""The reviewers' web pages: Chinese and English, plain HTML, no script. Also health and metrics."""
