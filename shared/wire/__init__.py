"""What is read, in the shapes that LangSmith's clients know, for every room that tells somebody of runs."""
